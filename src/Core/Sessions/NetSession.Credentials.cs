using System.Net;
using NetWebSockets.Handshake;
using NetWebSockets.Sessions;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

public sealed partial class NetSession
{
    private readonly SessionCredentials _credentials;

    /// <summary>
    /// The credentials for servers that ask for them with status 401: a <see cref="NetworkCredential"/> for all servers, or a <see cref="CredentialCache"/>.
    /// They are asked with the ws or wss address and <c>Negotiate</c>, <c>NTLM</c>, <c>Digest</c> or <c>Basic</c>, whichever the server offers, the
    /// strongest first; <see cref="CredentialCache.DefaultCredentials"/> answer the first two. Null, the default, for none. Those of a proxy are
    /// <see cref="ProxyConfig.Credentials"/>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public ICredentials? Credentials
    {
        get => _credentials.Configured;
        set
        {
            ThrowIfDisposed();
            _credentials.Configured = value;
            // An idle connection may be logged in with the former ones.
            _handlers.Reset();
        }
    }

    /// <summary>
    /// Sets whom to ask for credentials that nothing else has, as Electron's <c>login</c> event: for a server's 401 and a proxy's 407. Null as the answer
    /// calls it off, and the handshake fails with what came. Wrong credentials are asked for again, three times in all for one handshake, and never
    /// sent twice. Handshakes that meet the same challenge at the same time ask once. What takes time counts in the handshake's time-out; the
    /// token is cancelled when the handshakes that wait have ended. When it throws, they fail, and the exception is logged.
    /// </summary>
    /// <param name="handler">The handler, called from any thread; null for none.</param>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public void SetLoginHandler(Func<LoginRequest, CancellationToken, ValueTask<NetworkCredential?>>? handler)
    {
        ThrowIfDisposed();
        _credentials.Handler = handler;
    }

    /// <summary>
    /// Forgets the credentials that worked: connections to come ask for them again. <see cref="Credentials"/>, <see cref="ProxyConfig.Credentials"/> and the
    /// login handler stay, and so do open connections.
    /// </summary>
    /// <returns>Done when they are forgotten.</returns>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public Task ClearAuthCacheAsync()
    {
        ThrowIfDisposed();
        _credentials.Clear();
        _handlers.Reset();
        Log.AuthCacheCleared(_logger);
        return Task.CompletedTask;
    }

    /// <summary>How many handshakes wait for the login handler.</summary>
    internal int WaitingForLogin => _credentials.Questions.WaitingCount;

    // With the credentials that server and proxy ask for.
    private async ValueTask<HandshakeResult> ConnectThroughAsync(HandshakeRequest request, ProxyChoice choice, CancellationToken cancellationToken)
    {
        Authenticator? server = request.Has("Authorization") ? null : Authenticator.ForServer(_credentials, request);
        Authenticator? proxy = choice.Address is { } address && address.Scheme.StartsWith(Uri.UriSchemeHttp, StringComparison.Ordinal)
            ? Authenticator.ForProxy(_credentials, request.Uri, address, choice.Credentials)
            : null;
        while (true)
        {
            try
            {
                HandshakeResult result = await ConnectOnceAsync(request, choice, server, proxy, cancellationToken).ConfigureAwait(false);
                proxy?.Confirm();
                server?.Confirm();
                return result;
            }
            catch (HandshakeException failure) when (proxy is not null && failure.Error == NetError.ProxyAuthRequested)
            {
                if (!await proxy.AnswerAsync(failure, cancellationToken).ConfigureAwait(false))
                    throw;
            }
            catch (HandshakeException failure) when (server is not null && failure is { Error: NetError.InvalidResponse, StatusCode: HttpStatusCode.Unauthorized })
            {
                proxy?.Confirm();
                if (!await server.AnswerAsync(failure, cancellationToken).ConfigureAwait(false))
                    throw;
            }
            catch (HandshakeException failure) when (failure.Error == NetError.TunnelConnectionFailed)
            {
                // There are proxies that refuse a wrong password with the server's status.
                if (failure.StatusCode == HttpStatusCode.Unauthorized)
                    proxy?.Refuse();
                throw;
            }
            catch (HandshakeException failure) when (failure.Error == NetError.InvalidResponse)
            {
                proxy?.Confirm();
                server?.Confirm();
                throw;
            }
        }
    }

    private ValueTask<HandshakeResult> ConnectOnceAsync(
        HandshakeRequest request, ProxyChoice choice, Authenticator? server, Authenticator? proxy, CancellationToken cancellationToken)
    {
        HandshakeRequest sent = request with { Authorize = server is { IsSending: true } ? server.Authorize : null };
        // A connection that is logged in by itself carries one handshake.
        if (server?.Login is not null)
            sent = sent with { HttpVersion = HttpVersion.Version11, HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var environment = new HandshakeEnvironment(_handlers.Get(choice, server?.Login, proxy?.Login), choice.Address, UserAgent, _timeProvider)
        {
            AuthorizeTunnel = proxy is { IsSending: true } ? proxy.Authorize : null,
        };
        return OpeningHandshake.ConnectAsync(sent, environment, cancellationToken);
    }
}
