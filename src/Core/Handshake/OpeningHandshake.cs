using System.Net;
using System.Security.Cryptography;
using System.Text;
using NetWebSockets.Protocol;

namespace NetWebSockets.Handshake;

/// <summary>What a handshake needs beside its request.</summary>
/// <param name="Invoker">The handler to go through.</param>
/// <param name="Proxy">The proxy that it goes through, to name failures; null for none.</param>
/// <param name="UserAgent">The User-Agent to send when the request has none of its own; null for none.</param>
/// <param name="TimeProvider">The clock.</param>
internal sealed record HandshakeEnvironment(HttpMessageInvoker Invoker, Uri? Proxy, string? UserAgent, TimeProvider TimeProvider);

/// <summary>The opening handshake (RFC 6455, section 4.1) over HTTP/1.1.</summary>
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

        string key = NewKey();
        var attempt = new HandshakeAttempt(cancellationToken);
        using HttpRequestMessage message = CreateMessage(request, environment, key);
        message.Options.Set(HandshakeAttempt.Key, attempt);
        attempt.Enter();

        HttpResponseMessage response;
        try
        {
            response = await environment.Invoker.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw NetErrorClassifier.ToHandshakeException(failure, request.Uri, environment.Proxy);
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

    private static string NewKey()
    {
        Span<byte> bytes = stackalloc byte[KeyLength];
        RandomNumberGenerator.Fill(bytes);
        return Convert.ToBase64String(bytes);
    }

    // Chromium's order. Host comes first by itself.
    private static HttpRequestMessage CreateMessage(HandshakeRequest request, HandshakeEnvironment environment, string key)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, AddressText.Canonicalize(request.Uri, request.Uri.Scheme))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Add(message, "Connection", "Upgrade");
        if (environment.UserAgent is { } userAgent && !Has(request, "User-Agent"))
            Add(message, "User-Agent", userAgent);
        Add(message, "Upgrade", "websocket");
        if (request.Origin is { Length: > 0 } origin)
            Add(message, "Origin", origin);
        Add(message, "Sec-WebSocket-Version", "13");
        if (request.Uri.UserInfo.Length > 0 && !Has(request, "Authorization"))
            Add(message, "Authorization", BasicCredentials(request.Uri.UserInfo));
        foreach ((string name, string value) in request.Headers)
            Add(message, name, value);
        Add(message, "Sec-WebSocket-Key", key);
        if (request.Deflate is { } deflate)
            Add(message, "Sec-WebSocket-Extensions", DeflateParameters.Offer(deflate));
        if (request.Protocols.Count > 0)
            Add(message, "Sec-WebSocket-Protocol", string.Join(", ", request.Protocols));
        return message;
    }

    private static string BasicCredentials(string userInfo)
    {
        string credentials = Uri.UnescapeDataString(userInfo.Contains(':', StringComparison.Ordinal) ? userInfo : userInfo + ":");
        return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
    }

    private static bool Has(HandshakeRequest request, string name) =>
        request.Headers.Any(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static void Add(HttpRequestMessage message, string name, string value)
    {
        // The handler lets line breaks through; nothing may reach it that has not been checked.
        HeaderRules.ValidateValue(name, value);
        if (!HeaderRules.IsToken(name) || !message.Headers.TryAddWithoutValidation(name, value))
            throw new ArgumentException($"The header '{name}' cannot be part of an opening handshake; leave it out.", nameof(name));
    }

    private static async ValueTask<(Stream Stream, ReadOnlyMemory<byte> Received)> TakeStreamAsync(
        HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        if (response.Version.Major >= 2)
            return (body, default);
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
