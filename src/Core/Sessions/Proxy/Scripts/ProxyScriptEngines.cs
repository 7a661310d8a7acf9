namespace NetWebSockets.Sessions;

/// <summary>Finds what runs proxy scripts.</summary>
internal static class ProxyScriptEngines
{
    private static readonly Lazy<IProxyScriptEngine?> Packaged = new(FindPackaged);

    /// <summary>The engine that was given, otherwise that of the package NetWebSockets.Pac.</summary>
    /// <param name="given">The engine of the session's options; null for none.</param>
    /// <returns>The engine.</returns>
    /// <exception cref="NotSupportedException">There is neither.</exception>
    public static IProxyScriptEngine Require(IProxyScriptEngine? given) => Require(given, Packaged.Value);

    /// <inheritdoc cref="Require(IProxyScriptEngine?)"/>
    /// <param name="given">The engine of the session's options; null for none.</param>
    /// <param name="packaged">The engine of the package; null when the application does not have it.</param>
    internal static IProxyScriptEngine Require(IProxyScriptEngine? given, IProxyScriptEngine? packaged) =>
        given ?? packaged ?? throw new NotSupportedException(
            "Proxy scripts (ProxyMode.PacScript and ProxyMode.AutoDetect) need a script engine: add the package NetWebSockets.Pac to the application, or set NetSessionOptions.ProxyScriptEngine.");

    // A constant name: the trimmer and native compilation see it, and keep the type and its constructor when the package is there.
    private static IProxyScriptEngine? FindPackaged() =>
        Type.GetType("NetWebSockets.PacScriptEngine, NetWebSockets.Pac") is { } type ? (IProxyScriptEngine?)Activator.CreateInstance(type) : null;
}
