using Microsoft.CodeAnalysis;

namespace NetWebSockets.Benchmarks.Generator;

/// <summary>
/// Asks the compiler for the same attributes and does nothing with them: what a generator of this kind cannot cost less than. The compiler asks again after every edit of anything.
/// </summary>
internal sealed class AttributesOnlyGenerator : IIncrementalGenerator
{
    private static readonly string[] Attributes =
    [
        "WebSocketClientAttribute", "JsonRpcClientAttribute", "SendAttribute`1", "ReceiveAttribute`1", "CallAttribute`2", "SubscribeAttribute`2",
        "SendAttribute", "CallAttribute", "EventAttribute", "TopicAttribute", "SubscribeAttribute", "HandlesAttribute", "SendBinaryAttribute", "ReceiveBinaryAttribute",
    ];

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        foreach (string attribute in Attributes)
        {
            IncrementalValueProvider<int> found = context.SyntaxProvider
                .ForAttributeWithMetadataName($"NetWebSockets.{attribute}", static (_, _) => true, static (found, _) => found.TargetSymbol.Name.Length)
                .Collect()
                .Select(static (all, _) => all.Length);
            context.RegisterSourceOutput(found, static (_, _) => { });
        }
    }
}
