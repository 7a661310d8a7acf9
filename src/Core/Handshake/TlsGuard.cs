using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets.Handshake;

/// <summary>
/// The TLS of one HTTP handler: judges servers, and shows client certificates to those that have been judged good. The platform asks for the
/// client's certificate before it lets the server's be judged, so a server that is not known gets none on its first connection; when it turns out
/// to be good, that connection is given up and a second one is made (<see cref="ClientCertificateRetryHandler"/>).
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="proxy">The proxy that the handler goes through; null for none.</param>
internal sealed class TlsGuard(TlsSettings settings, Uri? proxy)
{
    private const int MaxKnownServers = 1000;

    // Of connections that something is still to be done for; the others have no entry.
    private readonly ConditionalWeakTable<SslStream, OpenQuestions> _open = [];
    private readonly Lock _lock = new();
    private readonly HashSet<string> _knownServers = new(StringComparer.Ordinal);

    /// <summary>Makes the options for the handler.</summary>
    /// <returns>The options.</returns>
    public SslClientAuthenticationOptions CreateOptions()
    {
        var options = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = IsAccepted,
            EnabledSslProtocols = settings.Protocols,
            CertificateRevocationCheckMode = settings.RevocationMode,
        };
        if (settings.CipherSuites is not null && !OperatingSystem.IsWindows() && !OperatingSystem.IsAndroid())
            options.CipherSuitesPolicy = settings.CipherSuites;
        // With the callback, the platform resumes no TLS sessions. That is right with client certificates, and a waste without.
        if (settings.SelectClientCertificate is not null)
            options.LocalCertificateSelectionCallback = Select;
        return options;
    }

    /// <summary>Answers what the TLS handshake has left open. Nothing may be sent to the server before.</summary>
    /// <param name="stream">The connection, with TLS or without.</param>
    /// <param name="attempt">The handshake that the connection is made for; its end ends the wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when the server is accepted.</returns>
    /// <exception cref="CertificateRejectedException">It is not.</exception>
    /// <exception cref="ClientCertificateWithheldException">It is, and is to see the client certificate on another connection.</exception>
    public ValueTask SettleAsync(Stream stream, HandshakeAttempt? attempt, CancellationToken cancellationToken) =>
        stream is SslStream tls && _open.TryGetValue(tls, out OpenQuestions? questions) && _open.Remove(tls)
            ? SettleAsync(questions, attempt?.CancellationToken ?? CancellationToken.None, cancellationToken)
            : ValueTask.CompletedTask;

    private static string KeyOf(string hostName, X509Certificate certificate) =>
        hostName + ' ' + certificate.GetCertHashString(HashAlgorithmName.SHA256);

    private async ValueTask SettleAsync(OpenQuestions questions, CancellationToken attemptToken, CancellationToken handlerToken)
    {
        if (questions.Pending is not { } pending)
            return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(attemptToken, handlerToken);
        CertificateJudgement judgement = await pending(either.Token).ConfigureAwait(false);
        if (judgement.Error != NetError.None)
            throw new CertificateRejectedException(judgement, questions.IsProxy);
        if (questions.WithheldFrom is { } server)
            ShowNextTime(server);
    }

    private bool IsAccepted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var tls = (SslStream)sender;
        string hostName = tls.TargetHostName;
        bool isProxy = IsProxy(hostName);
        CertificateJudgement judgement = settings.Policy(hostName, certificate as X509Certificate2, chain, errors);
        if (judgement.Error != NetError.None)
            throw new CertificateRejectedException(judgement, isProxy);
        if (judgement.Pending is not null)
        {
            OpenQuestions questions = _open.GetOrCreateValue(tls);
            questions.Pending = judgement.Pending;
            questions.IsProxy = isProxy;
        }
        else if (settings.SelectClientCertificate is not null && _open.TryGetValue(tls, out OpenQuestions? questions) && questions.WithheldFrom is { } server)
        {
            ShowNextTime(server);
        }

        return judgement.Error == NetError.None;
    }

    private X509Certificate2 Select(object sender, string targetHost, X509CertificateCollection given, X509Certificate? server, string[] acceptableIssuers)
    {
        // Before the handshake nobody has asked yet; the delegate's type does not say that null is an answer, its documentation does.
        if (server is null)
            return null!;
        HandshakeAttempt? attempt = HandshakeAttempt.InContext;
        bool isProxy = IsProxy(targetHost);
        int port = (isProxy ? proxy : attempt?.Uri)?.Port ?? 0;
        X509Certificate2? chosen = settings.SelectClientCertificate!(targetHost, port, isProxy, acceptableIssuers);
        ClientCertificateUse use = chosen is null ? ClientCertificateUse.None : ClientCertificateUse.Shown;
        if (chosen is not null && !IsKnown(targetHost, server))
        {
            use = ClientCertificateUse.Withheld;
            chosen = null;
            _open.GetOrCreateValue((SslStream)sender).WithheldFrom = KeyOf(targetHost, server);
        }

        attempt?.ClientCertificate = use;
        return chosen!;
    }

    private bool IsKnown(string hostName, X509Certificate server)
    {
        lock (_lock)
        {
            if (_knownServers.Contains(KeyOf(hostName, server)))
                return true;
        }

        return server is X509Certificate2 certificate && settings.IsTrustedAlone?.Invoke(hostName, certificate) == true;
    }

    private void ShowNextTime(string server)
    {
        lock (_lock)
        {
            if (_knownServers.Count == MaxKnownServers)
                _knownServers.Clear();
            _knownServers.Add(server);
        }

        throw new ClientCertificateWithheldException();
    }

    // A server may have the name of its proxy; it is the server that is spoken to once the tunnel stands.
    private bool IsProxy(string hostName) =>
        proxy?.Scheme == Uri.UriSchemeHttps && proxy.IdnHost.Equals(hostName, StringComparison.OrdinalIgnoreCase) && HandshakeAttempt.InContext is not { HasTunnel: true };

    private sealed class OpenQuestions
    {
        public Func<CancellationToken, ValueTask<CertificateJudgement>>? Pending { get; set; }

        public bool IsProxy { get; set; }

        public string? WithheldFrom { get; set; }
    }
}
