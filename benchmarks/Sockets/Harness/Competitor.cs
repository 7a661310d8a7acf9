namespace NetWebSockets.Benchmarks;

/// <summary>One way to do a piece of work.</summary>
internal sealed class Competitor(string name, Func<ServerPorts, int, Task<Measurement>> run)
{
    public string Name => name;

    /// <summary>What must be known to read the row.</summary>
    public string? Note { get; init; }

    /// <summary>Why it cannot take part; null when it can.</summary>
    public string? Absent { get; init; }

    /// <summary>Counts for "Where we lose".</summary>
    public bool Ours => name.StartsWith(Names.Ours, StringComparison.Ordinal);

    public Task<Measurement> RunAsync(ServerPorts ports, int count) => run(ports, count);
}

/// <summary>What competitors are called.</summary>
internal static class Names
{
    public const string Ours = "NetWebSocket";
    public const string OursForEach = "NetWebSocket, await foreach";
    public const string OursGenerated = "NetWebSockets, generated client";
    public const string Bcl = "ClientWebSocket";
    public const string Raw = "raw socket";
    public const string WebsocketClient = "Websocket.Client";
    public const string StreamJsonRpc = "StreamJsonRpc";
    public const string SignalR = "SignalR";
    public const string Ws = "ws (node)";
    public const string NodeNative = "WebSocket (node)";
}
