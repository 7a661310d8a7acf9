using NetWebSockets.Sessions;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

public sealed partial class NetSession
{
    private volatile ProxySettings _proxy;

    /// <summary>Sets the proxy for connections that are opened from here on. Open ones stay; see <see cref="CloseAllConnectionsAsync"/>.</summary>
    /// <param name="config">The settings; read now, later changes do nothing.</param>
    /// <returns>Done when they count.</returns>
    /// <exception cref="ArgumentException">A part of it is wrong; the message names it. The settings stay as they were.</exception>
    /// <exception cref="NotSupportedException">It asks for what is not built yet. The settings stay as they were.</exception>
    public Task SetProxyAsync(ProxyConfig config)
    {
        ThrowIfDisposed();
        ProxySettings settings = ProxySettings.Create(config, _network);
        _proxy = settings;
        _handlers.Reset();
        Log.ProxyChanged(_logger, settings.Mode.ToString());
        return Task.CompletedTask;
    }
}
