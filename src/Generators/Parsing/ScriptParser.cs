using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Finds the methods that the connection calls: <c>[OnConnecting]</c>, <c>[OnConnected]</c>, <c>[OnClosing]</c>.</summary>
internal static class ScriptParser
{
    private const string Tasks = "System.Threading.Tasks";

    /// <summary>Finds one.</summary>
    /// <param name="client">The class.</param>
    /// <param name="name">The attribute, without its ending.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static ScriptModel? Parse(INamedTypeSymbol client, string name, List<Problem> problems, CancellationToken cancellationToken)
    {
        ScriptModel? found = null;
        foreach (IMethodSymbol method in client.GetMembers().OfType<IMethodSymbol>())
        {
            if (method.FindAttribute("NetWebSockets", name + "Attribute") is not { } attribute)
                continue;
            bool isConnecting = name == "OnConnecting";
            string? wrong = found is not null
                ? $"'{found.Method}' is it already, and there can be one only"
                : WhyNot(method, isConnecting ? "ConnectAttempt" : "ConnectScript", isConnecting);
            if (wrong is not null)
                problems.Add(new Problem(Descriptors.BadScript, attribute.WholeLocation(method), method.Name, name, client.Name, wrong));
            found ??= new ScriptModel(Symbols.Escape(method.Name), method.ReturnType.Is(Tasks, isConnecting ? "Task`1" : "Task"), method.IsStatic);
        }

        return found;
    }

    private static string? WhyNot(IMethodSymbol method, string first, bool hasResult)
    {
        bool takes = method.Parameters.Length == 2
            && method.Parameters.All(static p => p.RefKind == RefKind.None)
            && method.Parameters[0].Type.Is("NetWebSockets", first)
            && method.Parameters[1].Type.Is("System.Threading", "CancellationToken");
        if (!takes || method.IsGenericMethod)
            return $"its parameters must be a {first} and a CancellationToken";
        if (method.IsAbstract)
            return "it is abstract";
        ITypeSymbol type = method.ReturnType;
        if (!hasResult)
            return type.Is(Tasks, "Task") || type.Is(Tasks, "ValueTask") ? null : "it must return Task or ValueTask";
        return (type.Is(Tasks, "Task`1") || type.Is(Tasks, "ValueTask`1")) && ((INamedTypeSymbol)type).TypeArguments[0].Is("NetWebSockets", "WebSocketEndpoint")
            ? null
            : "it must return Task<WebSocketEndpoint> or ValueTask<WebSocketEndpoint>";
    }
}
