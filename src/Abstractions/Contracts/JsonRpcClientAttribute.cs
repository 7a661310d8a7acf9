using System.Diagnostics.CodeAnalysis;

namespace NetWebSockets;

/// <summary>
/// Makes a partial class the typed client of a JSON-RPC 2.0 API: calls and notifications by method, parameters at <c>/params</c>, results and errors as section 5 of its
/// specification says. Everything else is as for <see cref="WebSocketClientAttribute"/>; what is set here or in <see cref="CallsAttribute"/> replaces what JSON-RPC says.
/// </summary>
public sealed class JsonRpcClientAttribute : WebSocketClientAttribute
{
    /// <summary>A client whose address is given when it connects.</summary>
    public JsonRpcClientAttribute()
    {
    }

    /// <summary>A client with a default address.</summary>
    /// <param name="uri">An absolute ws, wss, http or https address.</param>
    public JsonRpcClientAttribute([StringSyntax(StringSyntaxAttribute.Uri)] string uri)
        : base(uri)
    {
    }

    /// <summary>The value of <c>jsonrpc</c> in what is sent; <see langword="null"/> sends none. Default <c>2.0</c>.</summary>
    public string? Version { get; set; } = "2.0";

    /// <summary>Where a call's scope stands beside its id, such as <c>/sessionId</c> (see <see cref="ScopeAttribute"/>). By default calls have none.</summary>
    public string? Scope { get; set; }

    /// <summary>Whether the parameters of a partial method are sent as an array, in their order, in place of an object by name (section 4.2). Default <see langword="false"/>.</summary>
    public bool Positional { get; set; }
}
