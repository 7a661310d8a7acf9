using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>The types that an annotated method needs of the JSON context.</summary>
internal static class MethodTypes
{
    /// <summary>Finds them.</summary>
    public static IEnumerable<ITypeSymbol> Needed(IMethodSymbol method, MethodModel model, JsonContextFacts facts)
    {
        for (int i = 0; i < model.Parameters.Count; i++)
        {
            ITypeSymbol type = method.Parameters[i].Type;
            if (model.Parameters[i].Role == ParameterRole.Record)
            {
                foreach (ITypeSymbol needed in PositionalParser.Registered(type, facts))
                    yield return needed;
            }
            else if (model.Parameters[i] is { Role: ParameterRole.Field, Value.Write: ValueKind.Positional })
            {
                foreach (ITypeSymbol needed in PositionalParser.Registered(ValueParser.CoreOf(type), facts))
                    yield return needed;
            }
            else if (model.Parameters[i] is { Role: ParameterRole.Field, Value.Write: ValueKind.Serialized } && model.Kind is not ClientMethodKind.Topic)
            {
                yield return ValueParser.CoreOf(type);
            }
        }

        if (model.Result is not null && model.Kind != ClientMethodKind.ReceiveBinary && MethodParser.ResultOf(method) is { } result)
        {
            foreach (ITypeSymbol needed in PositionalParser.Registered(result, facts))
                yield return needed;
        }
    }
}
