using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>The attributes that a method of a client may have.</summary>
internal static class MethodAttributes
{
    /// <summary>Their names, by kind.</summary>
    public static readonly IReadOnlyList<(ClientMethodKind Kind, string Name)> All =
    [
        (ClientMethodKind.Call, "CallAttribute"),
        (ClientMethodKind.Send, "SendAttribute"),
        (ClientMethodKind.Event, "EventAttribute"),
        (ClientMethodKind.Topic, "TopicAttribute"),
        (ClientMethodKind.Subscribe, "SubscribeAttribute"),
        (ClientMethodKind.Handles, "HandlesAttribute"),
        (ClientMethodKind.SendBinary, "SendBinaryAttribute"),
        (ClientMethodKind.ReceiveBinary, "ReceiveBinaryAttribute"),
    ];

    /// <summary>Which of them this is, if any.</summary>
    public static ClientMethodKind? KindOf(AttributeData attribute)
    {
        if (attribute.AttributeClass is not { } type || !type.IsIn("NetWebSockets"))
            return null;
        foreach ((ClientMethodKind kind, string name) in All)
        {
            if (type.MetadataName == name)
                return kind;
        }

        return null;
    }

    /// <summary>How it is written.</summary>
    public static string Shown(ClientMethodKind kind) => $"[{kind}]";
}
