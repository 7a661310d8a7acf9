using NetWebSockets.Handshake;

namespace NetWebSockets.Sessions;

/// <summary>
/// An HTTP handler for what a session fetches for itself (proxy scripts, DNS over HTTPS), for as long as it likes: after a change of the session's
/// trust the next request goes over a new connection. It shows no client certificates.
/// </summary>
/// <param name="trust">The session's trust.</param>
/// <param name="create">Makes a handler whose TLS is to be set.</param>
internal sealed class TrustFollowingHandler(TrustPolicy trust, Func<SocketsHttpHandler> create) : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private TrustSettings? _settings;
    private HttpMessageInvoker? _invoker;
    private bool _isDisposed;

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Get().SendAsync(request, cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_lock)
            {
                _isDisposed = true;
                _invoker?.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private HttpMessageInvoker Get()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            TrustSettings settings = trust.Settings;
            if (_invoker is null || !ReferenceEquals(settings, _settings))
            {
                // Requests may be under way on the former one; it is collected after them.
                var tls = new TlsGuard(trust.CreateTlsSettings(withClientCertificates: false), proxy: null);
                SocketsHttpHandler handler = create();
                handler.SslOptions = tls.CreateOptions();
                handler.PlaintextStreamFilter = async (context, cancellationToken) =>
                {
                    await tls.SettleAsync(context.PlaintextStream, attempt: null, cancellationToken).ConfigureAwait(false);
                    return context.PlaintextStream;
                };
                _settings = settings;
                _invoker = new HttpMessageInvoker(handler, disposeHandler: true);
            }

            return _invoker;
        }
    }
}
