using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>Questions about calls of a client's methods that several analyzers ask.</summary>
internal static class ClientMethods
{
    /// <summary>Whether the method is one of a client, or of its interface.</summary>
    public static bool IsOfClient(IMethodSymbol method) =>
        IsClient(method.ContainingType) || method.ContainingType.AllInterfaces.Any(IsClient);

    /// <summary>Whether it returns a task of any kind.</summary>
    public static bool IsTask(ITypeSymbol type) =>
        type.IsIn("System.Threading.Tasks") && type.OriginalDefinition.MetadataName is "Task" or "Task`1" or "ValueTask" or "ValueTask`1";

    /// <summary>Whether it is a stream of messages.</summary>
    public static bool IsStream(ITypeSymbol type) => type.Is("NetWebSockets", "MessageStream`1");

    private static bool IsClient(ITypeSymbol type) => type.Is("NetWebSockets", "IWebSocketClient");
}
