using System.Net.Sockets;

namespace NetWebSockets.Sessions;

/// <summary>Fails the session's own requests (proxy scripts, DNS over HTTPS) while it emulates a network that is offline.</summary>
/// <param name="emulator">The emulated network.</param>
/// <param name="inner">What sends them; disposed with this.</param>
internal sealed class OfflineHandler(NetworkEmulator emulator, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        emulator.IsOffline
            // As when the operating system has no network.
            ? Task.FromException<HttpResponseMessage>(new HttpRequestException(
                HttpRequestError.ConnectionError, "The session emulates a network that is offline.", new SocketException((int)SocketError.NetworkDown)))
            : base.SendAsync(request, cancellationToken);
}
