using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>The attributes that a method of a client may have.</summary>
internal static class MethodAttributes
{
    /// <summary>Their names, by kind.</summary>
    public static readonly IReadOnlyList<(MethodKind Kind, string Name)> All =
    [
        (MethodKind.Call, "CallAttribute"),
        (MethodKind.Send, "SendAttribute"),
        (MethodKind.Event, "EventAttribute"),
        (MethodKind.Topic, "TopicAttribute"),
        (MethodKind.Subscribe, "SubscribeAttribute"),
        (MethodKind.Handles, "HandlesAttribute"),
        (MethodKind.SendBinary, "SendBinaryAttribute"),
        (MethodKind.ReceiveBinary, "ReceiveBinaryAttribute"),
    ];

    /// <summary>Which of them this is, if any.</summary>
    public static MethodKind? KindOf(AttributeData attribute)
    {
        if (attribute.AttributeClass is not { } type || type.NamespaceOf() != "NetWebSockets")
            return null;
        foreach ((MethodKind kind, string name) in All)
        {
            if (type.MetadataName == name)
                return kind;
        }

        return null;
    }

    /// <summary>How it is written.</summary>
    public static string Shown(MethodKind kind) => $"[{kind}]";
}
