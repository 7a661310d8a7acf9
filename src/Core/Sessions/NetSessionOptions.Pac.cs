namespace NetWebSockets;

public sealed partial class NetSessionOptions
{
    /// <summary>What runs proxy scripts. By default that of the package NetWebSockets.Pac, when the application has it; it is found by itself.</summary>
    public IProxyScriptEngine? ProxyScriptEngine { get; set; }
}
