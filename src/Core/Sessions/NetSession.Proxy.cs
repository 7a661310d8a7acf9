using NetWebSockets.Sessions;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

public sealed partial class NetSession
{
    private volatile ProxySettings _proxy;

    /// <summary>Sets the proxy for connections that are opened from here on. Open ones stay; see <see cref="CloseAllConnectionsAsync"/>.</summary>
    /// <param name="config">The settings; read now, later changes do nothing.</param>
    /// <param name="cancellationToken">When it is cancelled already, nothing is changed.</param>
    /// <returns>Done when they count. A proxy script is fetched when it is first needed.</returns>
    /// <exception cref="ArgumentException">A part of it is wrong; the message names it and its place. The settings stay as they were.</exception>
    /// <exception cref="NotSupportedException">It asks for a proxy script, and no engine for scripts is there. The settings stay as they were.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public Task SetProxyAsync(ProxyConfig config, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        ProxySettings settings = ProxySettings.Create(config, _network);
        ReplaceProxySettings(settings);
        _handlers.Reset();
        Log.ProxyChanged(_logger, settings.Mode.ToString());
        return Task.CompletedTask;
    }

    /// <summary>
    /// Reads the proxy settings anew: fetches the proxy script (or looks for it, with <see cref="ProxyMode.AutoDetect"/>), takes the process's proxy again
    /// (<see cref="System.Net.Http.HttpClient.DefaultProxy"/>, with <see cref="ProxyMode.System"/>), and forgets which proxies could not be reached.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when they count for connections that are opened from here on.</returns>
    /// <exception cref="HandshakeException">The proxy script cannot be had anew.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public async Task ForceReloadProxyConfigAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        ProxySettings settings = EnterProxySettings();
        try
        {
            await settings.ReloadAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            settings.Leave();
        }

        Log.ProxyReloaded(_logger, settings.Mode.ToString());
    }

    /// <summary>
    /// The proxies that a connection to an address would be tried through now, in this order, as Electron's <c>resolveProxy</c> writes them: <c>DIRECT</c>, or
    /// <c>PROXY a:3128;SOCKS5 b:1080;DIRECT</c>. Those that could not be reached a while ago stand behind the others. A SOCKS 4 proxy is <c>SOCKS</c>.
    /// </summary>
    /// <param name="uri">An absolute ws, wss, http or https address.</param>
    /// <param name="cancellationToken">Ends the wait for a proxy script.</param>
    /// <returns>The proxies.</returns>
    /// <exception cref="ArgumentException">The address is not absolute, or of another scheme.</exception>
    /// <exception cref="HandshakeException">There is no proxy script that works, and one is demanded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public async Task<string> ResolveProxyAsync(Uri uri, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri || uri.Scheme is not ("ws" or "wss" or "http" or "https"))
            throw new ArgumentException("Proxies are chosen for absolute ws, wss, http and https addresses.", nameof(uri));
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        ProxySettings settings = EnterProxySettings();
        try
        {
            return (await settings.ResolveAsync(uri, cancellationToken).ConfigureAwait(false)).ToPac();
        }
        finally
        {
            settings.Leave();
        }
    }

    // The settings as they are now; they are used until Leave, even when they are replaced meanwhile.
    private ProxySettings EnterProxySettings()
    {
        while (true)
        {
            ProxySettings settings = _proxy;
            if (settings.TryEnter())
                return settings;
            ThrowIfDisposed();
        }
    }

    private void ReplaceProxySettings(ProxySettings settings)
    {
        Interlocked.Exchange(ref _proxy, settings).Retire();
        // Disposed meanwhile: nobody else will end them.
        if (_isDisposed)
            _proxy.Retire();
    }
}
