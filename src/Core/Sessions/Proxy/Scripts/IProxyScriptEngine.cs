namespace NetWebSockets;

/// <summary>
/// Compiles proxy scripts (PAC). The package NetWebSockets.Pac has one, which a session finds by itself; another can be given to it with
/// <see cref="NetSessionOptions.ProxyScriptEngine"/>. Called from many threads.
/// </summary>
public interface IProxyScriptEngine
{
    /// <summary>Compiles a script and checks that it has the function to ask.</summary>
    /// <param name="text">The script.</param>
    /// <param name="context">What the script may ask of the session.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The script.</returns>
    /// <exception cref="ProxyScriptException">It does not compile, fails while it is loaded, exceeds a limit, or has no <c>FindProxyForURL</c>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<IProxyScript> CompileAsync(string text, ProxyScriptContext context, CancellationToken cancellationToken);
}

/// <summary>A compiled proxy script. Asked from many threads; one question must not spoil the next.</summary>
public interface IProxyScript
{
    /// <summary>Asks the script: <c>FindProxyForURL(url, host)</c>.</summary>
    /// <param name="url">The address, without what scripts must not see.</param>
    /// <param name="host">Its host; an IPv6 address without brackets.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The answer in the script's own form, such as <c>PROXY a:3128; DIRECT</c>.</returns>
    /// <exception cref="ProxyScriptException">It failed, exceeded a limit, or did not return a string.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<string> FindProxyAsync(string url, string host, CancellationToken cancellationToken);
}
