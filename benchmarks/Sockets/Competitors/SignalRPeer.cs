using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using NetWebSockets.Benchmarks.Server;

namespace NetWebSockets.Benchmarks.Competitors;

/// <summary>SignalR over a WebSocket from the start.</summary>
internal static class SignalRPeer
{
    public static async Task<HubConnection> ConnectAsync(ServerPorts ports)
    {
        HubConnection hub = new HubConnectionBuilder()
            .WithUrl($"http://127.0.0.1:{ports.SignalR}{SignalRHub.Path}", options =>
            {
                options.Transports = HttpTransportType.WebSockets;
                options.SkipNegotiation = true;
            })
            .Build();
        await hub.StartAsync();
        return hub;
    }
}
