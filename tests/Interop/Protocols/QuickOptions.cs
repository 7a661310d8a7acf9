namespace NetWebSockets.InteropTests.Protocols;

/// <summary>Options of a client that connects again at once.</summary>
internal static class QuickOptions
{
    public static WebSocketClientOptions For(Uri uri, TimeProvider? time = null, string? name = null) => new()
    {
        Uri = uri,
        Name = name,
        TimeProvider = time ?? TimeProvider.System,
        ReconnectSpread = TimeSpan.Zero,
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(20), UseJitter = false },
    };
}
