using NetWebSockets.Handshake;
using NetWebSockets.Sessions;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

public sealed partial class NetSession
{
    /// <summary>Makes one opening handshake through this session's proxy, trust and cookies.</summary>
    /// <param name="request">What to ask for.</param>
    /// <param name="cancellationToken">Ends it at once, at any stage; the caller's time-out is in it.</param>
    /// <returns>The stream, and what the server chose.</returns>
    /// <exception cref="HandshakeException">The network failed, or the server refused or botched the handshake.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    internal async ValueTask<HandshakeResult> ConnectAsync(HandshakeRequest request, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        NetError reason = NetError.None;
        using IDisposable registration = Register(ending, (source, error) =>
        {
            reason = error;
            ((CancellationTokenSource)source).Cancel();
        });
        HandshakeRequest sent = request.UseSessionCookies ? SessionCookies.AddTo(request, Cookies) : request;
        Log.HandshakeStarts(_logger, Log.Redact(request.Uri));
        try
        {
            HandshakeResult result = await ConnectEmulatedAsync(sent, ending.Token).ConfigureAwait(false);
            if (request.UseSessionCookies)
                SessionCookies.Store(request, result.Headers, Cookies, _logger);
            Log.HandshakeSucceeds(_logger, Log.Redact(request.Uri), result.Protocol);
            return result;
        }
        catch (HandshakeException failure)
        {
            if (request.UseSessionCookies)
                SessionCookies.Store(request, failure.Headers, Cookies, _logger);
            Log.HandshakeFails(_logger, Log.Redact(request.Uri), failure.Error.ToChromiumName(), failure.Message);
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            throw reason == NetError.InternetDisconnected
                ? Offline()
                : new HandshakeException(NetError.Aborted, "The session closed all its connections while this one was being opened.");
        }
    }

    // One proxy after the other, as the settings list them, until one can be reached.
    private async ValueTask<HandshakeResult> ConnectThroughProxiesAsync(HandshakeRequest request, CancellationToken cancellationToken)
    {
        ProxySettings settings = EnterProxySettings();
        try
        {
            ProxyList list = await settings.ResolveAsync(request.Uri, cancellationToken).ConfigureAwait(false);
            List<(ProxyServer Server, NetError Error)>? failed = null;
            for (int i = 0; ; i++)
            {
                ProxyServer server = list.Servers[i];
                bool isLast = i == list.Servers.Count - 1;
                HandshakeRequest sent = isLast || settings.ConnectTimeout == Timeout.InfiniteTimeSpan
                    ? request
                    : request with { ConnectTimeLimit = settings.ConnectTimeout };
                try
                {
                    HandshakeResult result = await ConnectThroughAsync(sent, settings.ChoiceFor(server), cancellationToken).ConfigureAwait(false);
                    settings.Bad.Report(failed, server);
                    return result;
                }
                catch (HandshakeException failure) when (!isLast && ProxyFailover.IsPossible(failure))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    (failed ??= []).Add((server, failure.Error));
                    Log.ProxyFailsOver(_logger, server.ToString(), failure.Error.ToChromiumName(), list.Servers[i + 1].ToString());
                }
                catch (HandshakeException failure)
                {
                    if (failed is null)
                        throw;
                    // The server was reached, so this way works.
                    if (!failure.IsOnTheWay)
                        settings.Bad.Report(failed, server);
                    throw ProxyFailover.Combine(failed, failure, server);
                }
            }
        }
        finally
        {
            settings.Leave();
        }
    }
}
