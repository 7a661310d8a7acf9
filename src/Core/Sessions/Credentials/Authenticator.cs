using System.Net;
using NetWebSockets.Handshake;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>
/// One handshake's authentication with its server or its proxy. What is tried, in Chromium's order: from the start what worked before; after a
/// challenge, for the strongest scheme first, the credentials in the address, what the session has learnt, what is configured; then the login handler is asked.
/// </summary>
internal sealed class Authenticator
{
    /// <summary>How often the login handler is asked within one handshake, for the server and for the proxy each.</summary>
    public const int MaxAnswers = 3;

    // How often a server may say in one handshake that the nonce it has just given is too old.
    private const int MaxStaleNonces = 3;

    private readonly SessionCredentials _session;
    private readonly AuthTarget _target;
    private readonly Uri _uri;
    private readonly Uri _credentialUri;
    private readonly string _folder;
    private readonly bool _takesConnectionSchemes;
    private readonly ICredentials? _configured;
    private readonly List<AuthEntry> _refused = [];
    private readonly HashSet<AuthScheme> _unusable = [];
    private NetworkCredential? _ofAddress;
    private AuthEntry? _used;
    private DigestAuthorization? _digest;
    private bool _isPreemptive;
    private int _staleNonces;
    private int _answers;

    private Authenticator(SessionCredentials session, AuthTarget target, Uri uri, Uri credentialUri, string folder, ICredentials? configured, bool takesConnectionSchemes)
    {
        _session = session;
        _target = target;
        _uri = uri;
        _credentialUri = credentialUri;
        _folder = folder;
        _configured = configured;
        _takesConnectionSchemes = takesConnectionSchemes;
    }

    /// <summary>What the HTTP handler is to log in with, for schemes that authenticate a connection; null for others.</summary>
    public ConnectionLogin? Login { get; private set; }

    /// <summary>Whether credentials go out with the next request.</summary>
    public bool IsSending => _used is not null;

    /// <summary>Authenticates with the server of a request.</summary>
    /// <param name="session">The session's credentials.</param>
    /// <param name="request">The request.</param>
    /// <returns>The authenticator.</returns>
    public static Authenticator ForServer(SessionCredentials session, HandshakeRequest request)
    {
        Uri uri = CredentialRules.WithoutUserInfo(request.Uri);
        // NTLM and Negotiate need a connection of their own, which HTTP/2 has not.
        bool takesHttp11 = HttpVersionRules.Choose(request.HttpVersion, request.HttpVersionPolicy, uri.Scheme == Uri.UriSchemeWss) != HttpVersionChoice.Http2;
        string path = request.Uri.PathAndQuery.Split('?')[0];
        var authenticator = new Authenticator(session, AuthTarget.Server(uri), uri, uri, AuthCache.FolderOf(path), session.Configured, takesHttp11)
        {
            _ofAddress = CredentialRules.OfAddress(request.Uri),
        };
        // Credentials in the address are for this address: nothing else is sent until the server has asked.
        if (authenticator._ofAddress is null)
            authenticator.Start();
        return authenticator;
    }

    /// <summary>Authenticates with a proxy.</summary>
    /// <param name="session">The session's credentials.</param>
    /// <param name="uri">The address of the request.</param>
    /// <param name="proxy">The proxy.</param>
    /// <param name="configured">Its credentials; null for none.</param>
    /// <returns>The authenticator.</returns>
    public static Authenticator ForProxy(SessionCredentials session, Uri uri, Uri proxy, ICredentials? configured)
    {
        var authenticator = new Authenticator(session, AuthTarget.Proxy(proxy), CredentialRules.WithoutUserInfo(uri), proxy, string.Empty, configured, takesConnectionSchemes: true);
        authenticator.Start();
        return authenticator;
    }

    /// <summary>The value of the header for a request; null to send none.</summary>
    /// <param name="method">The method of the request.</param>
    /// <param name="target">The target, as it stands in the request line.</param>
    /// <returns>The value.</returns>
    public string? Authorize(string method, string target) => _used switch
    {
        { Key.Scheme: AuthScheme.Basic } basic => BasicAuthorization.Create(basic.Credential),
        { Key.Scheme: AuthScheme.Digest } digest => _digest!.Next(digest.Credential, method, target),
        _ => null,
    };

    /// <summary>The server or proxy has not asked again: what was sent was right.</summary>
    public void Confirm()
    {
        if (_used is not null)
            _session.Cache.Confirm(_used, _folder);
    }

    /// <summary>What was sent was refused, for good.</summary>
    public void Refuse()
    {
        if (_used is not { } used)
            return;
        _session.Cache.Remove(used);
        _refused.Add(used);
        Stop();
        Log.CredentialsRefused(_session.Logger, _target.ToString(), used.Key.Scheme.Name());
    }

    /// <summary>Finds what answers a challenge.</summary>
    /// <param name="failure">The refusal with the challenge.</param>
    /// <param name="cancellationToken">The handshake's token.</param>
    /// <returns>Whether to try again; otherwise the refusal stands.</returns>
    /// <exception cref="HandshakeException">The login handler or the configured credentials threw, or the proxy asks for what is not supported.</exception>
    public async ValueTask<bool> AnswerAsync(HandshakeException failure, CancellationToken cancellationToken)
    {
        List<Challenge> challenges = Challenge.Read(failure.Headers, _target.IsProxy ? "Proxy-Authenticate" : "WWW-Authenticate");
        List<Offer> offers = await SelectAsync(challenges).ConfigureAwait(false);
        if (TryRenew(offers))
            return true;
        // A challenge of another realm says nothing about what was sent.
        if (_used is { } used && (used.Key.Scheme.IsOfConnection() || challenges.Any(challenge => IsOf(challenge, used.Key))))
            Refuse();
        Stop();

        if (offers.Count == 0 && _target.IsProxy && _refused.Count == 0)
            throw WithError(failure, NetError.ProxyAuthUnsupported, $"The proxy {_target} asks for a kind of authentication that is not supported here.", null);
        return await UseKnownAsync(offers, failure, cancellationToken).ConfigureAwait(false)
            || await UseAnswersAsync(offers, failure, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsOf(Challenge challenge, AuthKey key) => AuthSchemes.Parse(challenge.Scheme) == key.Scheme && challenge.Realm == key.Realm;

    private static HandshakeException WithError(HandshakeException failure, NetError error, string message, Exception? innerException) => new(error, message, innerException)
    {
        StatusCode = failure.StatusCode,
        Headers = failure.Headers,
        Body = failure.Body,
        RetryAfter = failure.RetryAfter,
    };

    private void Start()
    {
        if (_session.Cache.FindByPath(_target, _folder, _configured) is not { } entry)
            return;
        switch (entry.Key.Scheme)
        {
            case AuthScheme.Digest when entry.Digest is null:
            case AuthScheme.Ntlm or AuthScheme.Negotiate when !_takesConnectionSchemes:
                return;
        }

        Take(entry, entry.Digest);
        _isPreemptive = true;
    }

    private void Take(AuthEntry entry, DigestAuthorization? digest)
    {
        _used = entry;
        _digest = digest;
        _isPreemptive = false;
        Login = entry.Key.Scheme.IsOfConnection() ? new ConnectionLogin(_target, entry.Key.Scheme, entry.Credential) : null;
    }

    private void Stop()
    {
        _used = null;
        _digest = null;
        Login = null;
    }

    // The strongest first; of one scheme the first that is supported, for servers put first what they prefer (RFC 7616, section 3.7).
    private async ValueTask<List<Offer>> SelectAsync(List<Challenge> challenges)
    {
        var offers = new List<Offer>();
        foreach (Challenge challenge in challenges)
        {
            if (AuthSchemes.Parse(challenge.Scheme) is not { } scheme || _unusable.Contains(scheme) || offers.Any(offer => offer.Key.Scheme == scheme))
                continue;
            DigestChallenge? digest = null;
            bool isSupported = scheme switch
            {
                AuthScheme.Basic => true,
                AuthScheme.Digest => DigestChallenge.TryRead(challenge, out digest),
                AuthScheme.Ntlm => _takesConnectionSchemes && await _session.HasNtlmAsync().ConfigureAwait(false),
                _ => _takesConnectionSchemes,
            };
            if (isSupported)
                offers.Add(new(new AuthKey(_target, scheme, scheme.IsOfConnection() ? string.Empty : challenge.Realm), digest));
        }

        offers.Sort(static (one, other) => other.Key.Scheme.CompareTo(one.Key.Scheme));
        return offers;
    }

    // Right credentials with a nonce that is too old; or one that was used from the start, where servers that forget nonces do not say so.
    private bool TryRenew(List<Offer> offers)
    {
        if (_used is not { Key.Scheme: AuthScheme.Digest } used || offers.Find(offer => offer.Key == used.Key) is not { Digest: { } fresh })
            return false;
        if (!(fresh.IsStale && _staleNonces < MaxStaleNonces) && !(_isPreemptive && fresh.Nonce != _digest!.Challenge.Nonce))
            return false;
        if (fresh.IsStale)
            _staleNonces++;
        used.Digest = new DigestAuthorization(fresh);
        Take(used, used.Digest);
        return true;
    }

    private async ValueTask<bool> UseKnownAsync(List<Offer> offers, HandshakeException failure, CancellationToken cancellationToken)
    {
        foreach (Offer offer in offers)
        {
            int generation = _session.Cache.Generation;
            if (_ofAddress is { } ofAddress)
            {
                if (await UseAsync(offer, _session.Cache.Add(offer.Key, ofAddress, source: null, generation), failure, cancellationToken).ConfigureAwait(false))
                {
                    _ofAddress = null;
                    return true;
                }
            }

            if (_session.Cache.Find(offer.Key, _configured) is { } known && await UseAsync(offer, known, failure, cancellationToken).ConfigureAwait(false))
                return true;
            if (AskConfigured(offer.Key, failure) is { } configured
                && await UseAsync(offer, _session.Cache.Add(offer.Key, configured, _configured, generation), failure, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    private async ValueTask<bool> UseAnswersAsync(List<Offer> offers, HandshakeException failure, CancellationToken cancellationToken)
    {
        foreach (Offer offer in offers)
        {
            while (_session.Handler is { } handler && _answers < MaxAnswers && !_unusable.Contains(offer.Key.Scheme))
            {
                _answers++;
                AuthEntry? entry;
                try
                {
                    entry = await _session.AskAsync(offer.Key, Question(offer.Key), handler, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception thrown) when (!cancellationToken.IsCancellationRequested)
                {
                    throw WithError(
                        failure, failure.Error, $"{_target} wants credentials, and the session's login handler failed ({thrown.GetType().Name}), so there are none.", thrown);
                }

                if (entry is null)
                    return false;
                if (await UseAsync(offer, entry, failure, cancellationToken).ConfigureAwait(false))
                    return true;
            }
        }

        return false;
    }

    private LoginRequest Question(AuthKey key) => new()
    {
        Uri = _uri,
        IsProxy = _target.IsProxy,
        Host = _target.Host,
        Port = _target.Port,
        Scheme = key.Scheme.Name().ToLowerInvariant(),
        Realm = key.Realm,
        PreviousFailures = _refused.Count,
    };

    private NetworkCredential? AskConfigured(AuthKey key, HandshakeException failure)
    {
        NetworkCredential? credential;
        try
        {
            credential = _configured?.GetCredential(_credentialUri, key.Scheme.Name());
        }
        catch (Exception thrown)
        {
            Log.ConfiguredCredentialsFailed(_session.Logger, thrown, _target.ToString());
            throw WithError(failure, failure.Error, $"{_target} wants credentials, and those configured failed ({thrown.GetType().Name}), so there are none.", thrown);
        }

        // The machine's own have no password that Basic or Digest could send.
        return credential is null || (CredentialRules.IsOfMachine(credential) && !key.Scheme.IsOfConnection()) ? null : CredentialRules.Copy(credential);
    }

    // Never twice what has been refused: accounts are locked for less.
    private async ValueTask<bool> UseAsync(Offer offer, AuthEntry entry, HandshakeException failure, CancellationToken cancellationToken)
    {
        if (_refused.Any(refused => refused.Key == entry.Key && CredentialRules.AreEqual(refused.Credential, entry.Credential)))
        {
            _session.Cache.Remove(entry);
            return false;
        }

        if (offer.Digest is not null && entry.Credential.UserName.Any(char.IsControl))
        {
            _session.Cache.Remove(entry);
            throw WithError(failure, failure.Error, $"The user name for {_target} contains control characters, which Digest authentication cannot send.", null);
        }

        if (offer.Key.Scheme.IsOfConnection()
            && await SessionCredentials.FindObstacleAsync(offer.Key, entry.Credential, cancellationToken).ConfigureAwait(false) is { } obstacle)
        {
            _session.Cache.Remove(entry);
            _unusable.Add(offer.Key.Scheme);
            Log.SchemeUnusable(_session.Logger, offer.Key.Scheme.Name(), _target.ToString(), obstacle);
            return false;
        }

        DigestAuthorization? digest = offer.Digest is null ? null : new DigestAuthorization(offer.Digest);
        entry.Digest = digest;
        Take(entry, digest);
        return true;
    }

    private sealed record Offer(AuthKey Key, DigestChallenge? Digest);
}
