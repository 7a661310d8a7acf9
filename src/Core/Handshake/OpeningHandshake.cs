using System.Net;
using System.Security.Cryptography;
using NetWebSockets.Protocol;

namespace NetWebSockets.Handshake;

/// <summary>What a handshake needs beside its request.</summary>
/// <param name="Invoker">The handler to go through.</param>
/// <param name="Proxy">The proxy that it goes through, to name failures; null for none.</param>
/// <param name="UserAgent">The User-Agent to send when the request has none of its own; null for none.</param>
/// <param name="TimeProvider">The clock.</param>
internal sealed record HandshakeEnvironment(HttpMessageInvoker Invoker, Uri? Proxy, string? UserAgent, TimeProvider TimeProvider)
{
    /// <summary>Makes the Proxy-Authorization of a tunnel's CONNECT request, given its method and target; null to send none.</summary>
    public Func<string, string, string?>? AuthorizeTunnel { get; init; }
}

/// <summary>The opening handshake: an upgrade over HTTP/1.1 (RFC 6455, section 4.1), or an extended CONNECT over HTTP/2 (RFC 8441).</summary>
internal static class OpeningHandshake
{
    // RFC 6455, section 4.1: a nonce of 16 bytes.
    private const int KeyLength = 16;

    /// <summary>Makes one handshake.</summary>
    /// <param name="request">What to ask for.</param>
    /// <param name="environment">What to go through.</param>
    /// <param name="cancellationToken">Ends it at once, at any stage.</param>
    /// <returns>The stream, and what the server chose.</returns>
    /// <exception cref="HandshakeException">The network failed, or the server refused or botched the handshake.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async ValueTask<HandshakeResult> ConnectAsync(
        HandshakeRequest request, HandshakeEnvironment environment, CancellationToken cancellationToken)
    {
        if (BlockedPorts.Contains(request.Uri.Port))
            throw new HandshakeException(NetError.UnsafePort, $"Port {request.Uri.Port} is not allowed for WebSockets (the Fetch standard's list of bad ports); serve them on another port.");
        cancellationToken.ThrowIfCancellationRequested();

        HttpVersionChoice choice = HttpVersionRules.Choose(request.HttpVersion, request.HttpVersionPolicy, isSecure: request.Uri.Scheme == Uri.UriSchemeWss);
        if (choice != HttpVersionChoice.Http11)
        {
            try
            {
                return await ConnectExtendedAsync(request, environment, cancellationToken).ConfigureAwait(false);
            }
            catch (HandshakeException failure) when (
                choice == HttpVersionChoice.Http2OrHttp11 && failure.Error is NetError.AlpnNegotiationFailed or NetError.HttpVersionRequired)
            {
                // The server does not take WebSockets over HTTP/2, and HTTP/1.1 will do.
            }
        }

        return await UpgradeAsync(request, environment, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<HandshakeResult> UpgradeAsync(
        HandshakeRequest request, HandshakeEnvironment environment, CancellationToken cancellationToken)
    {
        string key = NewKey();
        using HttpRequestMessage message = RequestMessage.ForUpgrade(request, environment.UserAgent, key);
        HttpResponseMessage response = await SendAsync(message, request, environment, cancellationToken).ConfigureAwait(false);
        try
        {
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
                throw await Refusal.ReadAsync(response, request, environment, cancellationToken).ConfigureAwait(false);
            (string protocol, string extensions, DeflateParameters? deflate) = ResponseChecks.Check(response, request, key);
            IReadOnlyList<KeyValuePair<string, string>> headers = ResponseHeaders.ToList(response);
            (Stream stream, ReadOnlyMemory<byte> received) = await TakeStreamAsync(response, cancellationToken).ConfigureAwait(false);
            return new HandshakeResult(stream, received, protocol, extensions, deflate, headers);
        }
        finally
        {
            response.Dispose();
        }
    }

    private static async ValueTask<HandshakeResult> ConnectExtendedAsync(
        HandshakeRequest request, HandshakeEnvironment environment, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = RequestMessage.ForExtendedConnect(request, environment.UserAgent);
        HttpResponseMessage response = await SendAsync(message, request, environment, cancellationToken).ConfigureAwait(false);
        try
        {
            // RFC 8441, section 5; and only with this status does the handler let the stream be written to.
            if (response.StatusCode != HttpStatusCode.OK)
                throw await Refusal.ReadAsync(response, request, environment, cancellationToken).ConfigureAwait(false);
            (string protocol, string extensions, DeflateParameters? deflate) = ResponseChecks.CheckExtended(response, request);
            IReadOnlyList<KeyValuePair<string, string>> headers = ResponseHeaders.ToList(response);
            Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return new HandshakeResult(new Http2Stream(body, response), default, protocol, extensions, deflate, headers);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async ValueTask<HttpResponseMessage> SendAsync(
        HttpRequestMessage message, HandshakeRequest request, HandshakeEnvironment environment, CancellationToken cancellationToken)
    {
        using ConnectLimit? limit = request.ConnectTimeLimit is { } time ? new ConnectLimit(time, environment.TimeProvider, cancellationToken) : null;
        var attempt = new HandshakeAttempt(cancellationToken, limit) { Uri = request.Uri, AuthorizeTunnel = environment.AuthorizeTunnel };
        message.Options.Set(HandshakeAttempt.Key, attempt);
        attempt.Enter();
        try
        {
            return await environment.Invoker.SendAsync(message, attempt.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (limit is { IsOver: true } && !cancellationToken.IsCancellationRequested)
        {
            throw NetErrorClassifier.ConnectingTookTooLong(request.ConnectTimeLimit!.Value, request.Uri, environment.Proxy);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            HandshakeException exception = NetErrorClassifier.ToHandshakeException(failure, request.Uri, environment.Proxy, attempt);
            exception.IsOnTheWay = !attempt.IsReady && !IsTlsWithServer(failure, attempt, environment.Proxy);
            throw exception;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Closing the socket under a TLS handshake ends it in many ways; to the caller it is only cancelled.
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            attempt.End();
        }
    }

    // An https proxy's own TLS is done before it is asked for a tunnel.
    private static bool IsTlsWithServer(Exception failure, HandshakeAttempt attempt, Uri? proxy) =>
        failure is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
        && (attempt.IsTunnelRequested || proxy?.Scheme != Uri.UriSchemeHttps);

    private static string NewKey()
    {
        Span<byte> bytes = stackalloc byte[KeyLength];
        RandomNumberGenerator.Fill(bytes);
        return Convert.ToBase64String(bytes);
    }

    private static async ValueTask<(Stream Stream, ReadOnlyMemory<byte> Received)> TakeStreamAsync(
        HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        if (!HandOffStream.TryFind(body, out HandOffStream? found))
            throw new HandshakeException(NetError.Unexpected, "The stream under the HTTP connection was not found. This is a defect of NetWebSockets; please report it.");
        (Stream transport, ReadOnlyMemory<byte> received) = found.Detach();
        try
        {
            response.Dispose();
            // The socket's cached arguments still hold the buffer that the handler wrote from (4 KiB); an empty write lets go of it.
            await transport.WriteAsync(ReadOnlyMemory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
            return (transport, received);
        }
        catch (Exception failure)
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            throw new HandshakeException(NetErrorClassifier.Classify(failure), "The connection failed right after the handshake.", failure);
        }
    }
}
