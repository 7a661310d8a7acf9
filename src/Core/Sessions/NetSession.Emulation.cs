using NetWebSockets.Handshake;
using NetWebSockets.Sessions;
using NetWebSockets.Telemetry;

namespace NetWebSockets;

public sealed partial class NetSession
{
    private readonly NetworkEmulator _emulator;

    /// <summary>
    /// Emulates a network for all sockets of this session, those that are open included; after Electron's <c>ses.enableNetworkEmulation</c>. It takes the
    /// place of what was emulated before.
    /// </summary>
    /// <param name="options">
    /// The network. When it is offline, every socket and every handshake of the session fails at once with <see cref="NetError.InternetDisconnected"/>, and so do
    /// those that are made until <see cref="DisableNetworkEmulation"/> or another call of this.
    /// </param>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public void EnableNetworkEmulation(NetworkEmulation options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfDisposed();
        _emulator.Set(options);
        Log.NetworkEmulationEnabled(_logger, options.Offline, options.Latency, options.DownloadThroughput, options.UploadThroughput);
        if (!options.Offline)
            return;
        // What is made from here on sees that it is offline; what was made before is registered.
        int count = _live.AbortAll(NetError.InternetDisconnected);
        _handlers.Close(forGood: false);
        Log.NetworkEmulationOffline(_logger, count);
    }

    /// <summary>Ends what <see cref="EnableNetworkEmulation"/> began: what is held back is handed out at once. Does nothing when nothing is emulated.</summary>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public void DisableNetworkEmulation()
    {
        ThrowIfDisposed();
        if (_emulator.Current is null)
            return;
        _emulator.Set(null);
        Log.NetworkEmulationDisabled(_logger);
    }

    private async ValueTask<HandshakeResult> ConnectEmulatedAsync(HandshakeRequest request, CancellationToken cancellationToken)
    {
        if (_emulator.IsOffline)
            throw Offline();
        HandshakeResult result;
        try
        {
            result = await ConnectThroughProxiesAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HandshakeException)
        {
            // A refusal takes as long to arrive as anything.
            await _emulator.DelayAsync(_emulator.Now, cancellationToken).ConfigureAwait(false);
            throw;
        }

        var stream = new EmulatedStream(result.Stream, _emulator);
        if (_emulator.Current is null)
            return result with { Stream = stream };
        try
        {
            long arrived = _emulator.Now;
            stream.Receive(result.Received);
            await _emulator.DelayAsync(arrived, cancellationToken).ConfigureAwait(false);
            return result with { Stream = stream, Received = default };
        }
        catch (OperationCanceledException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static HandshakeException Offline() =>
        new(NetError.InternetDisconnected, "The session emulates a network that is offline (EnableNetworkEmulation); DisableNetworkEmulation ends that.");
}
