using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads what keeps a client's connection: heartbeats, resuming, close codes, limits, acknowledgements and scripts.</summary>
internal static class SessionParser
{
    /// <summary>Reads it.</summary>
    /// <param name="client">The class.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static SessionModel Parse(INamedTypeSymbol client, List<Problem> problems, CancellationToken cancellationToken) => new(
        HeartbeatParser.Parse(client, problems, cancellationToken),
        ResumeParser.Parse(client, problems, cancellationToken),
        CloseCodesParser.Parse(client, problems, cancellationToken),
        LimitParser.Parse(client, problems, cancellationToken).ToEquatableArray(),
        AcknowledgeParser.Parse(client, problems, cancellationToken).ToEquatableArray(),
        ScriptParser.Parse(client, "OnConnecting", problems, cancellationToken),
        ScriptParser.Parse(client, "OnConnected", problems, cancellationToken),
        ScriptParser.Parse(client, "OnClosing", problems, cancellationToken));

    /// <summary>The attributes of this name that the class has.</summary>
    public static IEnumerable<AttributeData> AttributesOf(INamedTypeSymbol client, string metadataName) =>
        client.GetAttributes().Where(a => a.AttributeClass.Is("NetWebSockets", metadataName));

    /// <summary>Whether a number of seconds can be waited for.</summary>
    public static bool IsTime(double seconds) => seconds is > 0 and <= 4_294_967; // what a timer takes: 2^32 - 2 ms

    /// <summary>The record that an argument names, from <c>global::</c> on; null when it names none that exists.</summary>
    public static string? Record(AttributeData attribute, string argument) =>
        attribute.Named<ITypeSymbol>(argument) is { } type && !type.IsUnknown() ? type.FullName() : null;
}
