using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads the parameters of an annotated method: what each is for.</summary>
internal static class MethodParameters
{
    /// <summary>Reads them.</summary>
    /// <param name="reading">The method.</param>
    /// <param name="shape">What it returns.</param>
    /// <param name="isPositional">Whether its fields are sent as an array.</param>
    public static List<MethodParameterModel> Parse(Reading reading, ResultShape shape, bool isPositional)
    {
        List<MethodParameterModel> parameters = [];
        foreach (IParameterSymbol parameter in reading.Method.Parameters)
            parameters.Add(Read(reading, parameter, shape, parameters));
        switch (reading.Kind)
        {
            case ClientMethodKind.Call or ClientMethodKind.Send or ClientMethodKind.Subscribe:
                ChooseRecord(reading, parameters, isPositional);
                break;
            case ClientMethodKind.Handles:
                ChooseRequest(reading, parameters);
                break;
            case ClientMethodKind.SendBinary:
                ChooseBytes(reading, parameters);
                break;
            case ClientMethodKind.Event or ClientMethodKind.ReceiveBinary:
                foreach (MethodParameterModel field in parameters.Where(static p => p.Role == ParameterRole.Field))
                    Report(reading, field.PlainName, "is of no use: a stream is opened with MessageStreamOptions or nothing");
                break;
        }

        if (reading.Kind is ClientMethodKind.Call or ClientMethodKind.Send or ClientMethodKind.Subscribe)
            CheckFields(reading, parameters, isPositional);
        return parameters;
    }

    /// <summary>Whether a binary message can be one.</summary>
    public static bool IsBinary(ITypeSymbol type) =>
        type is IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte }
        || type.Is("System.IO", "Stream")
        || type.Is("System", "ReadOnlyMemory`1") && ((INamedTypeSymbol)type).TypeArguments[0].SpecialType == SpecialType.System_Byte;

    private static MethodParameterModel Read(Reading reading, IParameterSymbol parameter, ResultShape shape, List<MethodParameterModel> before)
    {
        ParameterRole role =
            parameter.Type.Is("System.Threading", "CancellationToken") ? ParameterRole.Token
            : parameter.FindAttribute("NetWebSockets", "ScopeAttribute") is not null ? ParameterRole.Scope
            : parameter.Type.Is("NetWebSockets", "MessageStreamOptions") ? ParameterRole.Options
            : ParameterRole.Field;
        string? wrong =
            role != ParameterRole.Field && before.Exists(p => p.Role == role) ? "is the second of its kind"
            : role == ParameterRole.Token && shape == ResultShape.Stream ? "is of no use: a stream is ended by disposing it; give the token to what reads it"
            : role == ParameterRole.Options && shape != ResultShape.Stream ? "is of no use: no stream is returned"
            : role == ParameterRole.Scope && reading.Kind != ClientMethodKind.Call ? "is a scope, which only calls have"
            : role == ParameterRole.Scope && parameter.Type.SpecialType != SpecialType.System_String ? "is a scope and must be a string"
            : null;
        if (wrong is not null)
            Report(reading, parameter.Name, wrong);
        bool isField = role == ParameterRole.Field;
        return new MethodParameterModel(
            Symbols.Escape(parameter.Name),
            parameter.Type.AnnotatedName(),
            parameter.HasExplicitDefaultValue ? DefaultValues.Of(parameter) : null,
            parameter.IsParams,
            role,
            parameter.FindAttribute("NetWebSockets", "ParamAttribute")?.FirstString(),
            isField ? ValueParser.Parse(parameter.Type, reading.Facts) : null,
            isField && parameter is { HasExplicitDefaultValue: true, ExplicitDefaultValue: null } && (parameter.Type.IsReferenceType || !SymbolEqualityComparer.Default.Equals(ValueParser.CoreOf(parameter.Type), parameter.Type)),
            isField ? PositionalParser.Parse(ValueParser.CoreOf(parameter.Type), reading.Facts) : null);
    }

    // A single class or record is the request itself. Where fields go as an array it is the first of them, unless it is such an array itself.
    private static void ChooseRecord(Reading reading, List<MethodParameterModel> parameters, bool isPositional)
    {
        int index = OnlyField(parameters);
        if (index < 0 || parameters[index].WireName is not null || parameters[index].IsParams)
            return;
        ITypeSymbol type = reading.Method.Parameters[index].Type;
        if (PositionalParser.IsPositional(type) || (!isPositional && ValueParser.IsJsonObject(type)))
            parameters[index] = parameters[index] with { Role = ParameterRole.Record, Value = null };
    }

    private static void ChooseRequest(Reading reading, List<MethodParameterModel> parameters)
    {
        List<int> fields = [.. Enumerable.Range(0, parameters.Count).Where(i => parameters[i].Role == ParameterRole.Field)];
        bool wrongOrder = fields.Count == 1 && fields[0] != 0;
        if (fields.Count > 1 || wrongOrder)
        {
            reading.Problems.Add(new Problem(
                MethodDescriptors.BadHandler,
                MethodParser.NameOf(reading.Method, reading.CancellationToken),
                reading.Method.Name,
                "its parameters must be the request and a CancellationToken, or one of them, or none"));
        }
        else if (fields.Count == 1)
        {
            parameters[0] = parameters[0] with { Role = ParameterRole.Record, Value = null };
        }
    }

    private static void ChooseBytes(Reading reading, List<MethodParameterModel> parameters)
    {
        List<int> fields = [.. Enumerable.Range(0, parameters.Count).Where(i => parameters[i].Role == ParameterRole.Field)];
        Location at = MethodParser.NameOf(reading.Method, reading.CancellationToken);
        if (fields.Count != 1)
            reading.Problems.Add(new Problem(MethodDescriptors.BadBinary, at, fields.Count == 0 ? "nothing" : "several parameters", reading.Method.Name, "one parameter that is byte[], ReadOnlyMemory<byte> or Stream"));
        else if (!IsBinary(reading.Method.Parameters[fields[0]].Type))
            reading.Problems.Add(new Problem(MethodDescriptors.BadBinary, reading.Method.Parameters[fields[0]].Locations.FirstOrDefault() ?? at, reading.Method.Parameters[fields[0]].Type.ShortName(), reading.Method.Name, "byte[], ReadOnlyMemory<byte> or Stream"));
        else
            parameters[fields[0]] = parameters[fields[0]] with { Role = ParameterRole.Binary, Value = null };
    }

    // Those that the context writes must be such that it can.
    private static void CheckFields(Reading reading, List<MethodParameterModel> parameters, bool isPositional)
    {
        ITypeSymbol? json = reading.Client.FindClientAttribute()!.Named<ITypeSymbol>("JsonContext");
        IEnumerable<IGrouping<string, MethodParameterModel>> named = parameters
            .Where(static p => p.Role == ParameterRole.Field)
            .GroupBy(p => p.WireName ?? JsonContextReader.NameOf(json, p.PlainName, out _), StringComparer.Ordinal);
        foreach (IGrouping<string, MethodParameterModel> same in isPositional ? [] : named.Where(static g => g.Count() > 1))
            Report(reading, same.Last().PlainName, $"is written as \"{same.Key}\", and so is '{same.First().PlainName}': give one another name with [Param]");
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Value is { Write: ValueKind.Serialized } && PayloadRules.WhyNot(reading.Method.Parameters[i].Type) is { } why)
                reading.Problems.Add(new Problem(Descriptors.UnsupportedType, reading.Method.Parameters[i].Locations.FirstOrDefault() ?? Location.None, reading.Method.Parameters[i].Type.ShortName(), "a parameter", why));
        }
    }

    private static int OnlyField(List<MethodParameterModel> parameters) =>
        parameters.Count(static p => p.Role == ParameterRole.Field) == 1 ? parameters.FindIndex(static p => p.Role == ParameterRole.Field) : -1;

    private static void Report(Reading reading, string parameter, string wrong)
    {
        Location at = reading.Method.Parameters.FirstOrDefault(p => p.Name == parameter)?.Locations.FirstOrDefault() ?? Location.None;
        reading.Problems.Add(new Problem(MethodDescriptors.BadParameter, at, parameter, reading.Method.Name, wrong));
    }
}
