using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.SignalR.Client;
using StreamJsonRpc;
using Websocket.Client;

namespace NetWebSockets.Benchmarks.Report;

/// <summary>The version of everything that took part.</summary>
internal static class Versions
{
    public static IReadOnlyList<(string Name, string Version)> Read(NodeProcess node) =>
    [
        ("NetWebSockets", Of(typeof(NetWebSocket))),
        (".NET, with ClientWebSocket and the server's Kestrel", RuntimeInformation.FrameworkDescription),
        ("Websocket.Client", Of(typeof(WebsocketClient))),
        ("Microsoft.AspNetCore.SignalR.Client", Of(typeof(HubConnection))),
        ("StreamJsonRpc", Of(typeof(JsonRpc))),
        ("node", node.NodeVersion ?? NodeProcess.NotInstalled),
        ("ws", node.WsVersion ?? NodeProcess.NotInstalled),
    ];

    // Without the commit that follows a plus sign.
    private static string Of(Type type) => type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
