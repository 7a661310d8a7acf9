using NetWebSockets.Fuzz.Targets;

namespace NetWebSockets.Fuzz;

/// <summary>All targets.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<string> Names { get; } = ["frames", "close", "extensions", "inflate", "cookies", "json", "handshake", "socket"];

    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static FuzzTarget Create(string name) => name switch
    {
        "frames" => new FramesTarget(),
        "close" => new CloseTarget(),
        "extensions" => new ExtensionsTarget(),
        "inflate" => new InflateTarget(),
        "cookies" => new CookiesTarget(),
        "json" => new JsonTarget(),
        "handshake" => new HandshakeTarget(),
        "socket" => new SocketTarget(),
        _ => throw new ArgumentException($"There is no target '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
    };
}
