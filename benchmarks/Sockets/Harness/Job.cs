namespace NetWebSockets.Benchmarks;

/// <summary>What a competitor is to do once.</summary>
/// <param name="Ports">Where the server is.</param>
/// <param name="Count">How many operations.</param>
/// <param name="Size">Bytes of a message's payload.</param>
/// <param name="Tls">Whether over TLS.</param>
/// <param name="Deflate">Whether permessage-deflate is offered.</param>
internal sealed record Job(ServerPorts Ports, int Count, int Size = 0, bool Tls = false, bool Deflate = false)
{
    /// <summary>What the server can be asked for stands in <see cref="Server.Connection"/>.</summary>
    public Uri Uri(string path) => new(Tls ? $"wss://localhost:{Ports.Tls}{path}" : $"ws://127.0.0.1:{Ports.Plain}{path}");
}
