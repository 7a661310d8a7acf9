using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Reads one annotated method of a client. The generator and the analyzers both ask here, so that they cannot disagree.</summary>
internal static class MethodParser
{
    private const double LongestTimeout = 4_294_967; // what a timer takes: 2^32 - 2 ms

    /// <summary>Reads the method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="attribute">The attribute that makes it one.</param>
    /// <param name="problems">Gets what is wrong with it; null when nobody asks.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The model, faulty when something is wrong; null when it is in no client.</returns>
    public static MethodModel? Parse(IMethodSymbol method, AttributeData attribute, List<Problem>? problems, CancellationToken cancellationToken)
    {
        if (MethodAttributes.KindOf(attribute) is not { } kind)
            return null;
        problems ??= [];
        INamedTypeSymbol client = method.ContainingType;
        Location name = NameOf(method, cancellationToken);
        if (client.FindClientAttribute() is not { } clientAttribute)
        {
            problems.Add(new Problem(MethodDescriptors.NotInClient, name, method.Name, MethodAttributes.Shown(kind), client.ShortName()));
            return null;
        }

        int Errors() => problems.Count(static p => p.Descriptor.DefaultSeverity == DiagnosticSeverity.Error);
        int before = Errors();
        Reading reading = new(method, attribute, kind, client, JsonContextFacts.Of(clientAttribute.Named<ITypeSymbol>("JsonContext")), problems, cancellationToken);
        CheckKind(reading, name);
        if (Errors() > before || method.ReturnType.IsUnknown() || method.Parameters.Any(static p => p.Type.IsUnknown()))
            return MethodModel.Faulty(client.FullName());

        bool isPositional = clientAttribute.Named<bool>("Positional")
            || kind != ClientMethodKind.Send && client.FindAttribute("NetWebSockets", "CallsAttribute")?.Named<bool>("Positional") == true;
        (ResultShape shape, ITypeSymbol? result) = ReadResult(reading);
        List<MethodParameterModel> parameters = MethodParameters.Parse(reading, shape, isPositional);
        PayloadModel? request = ReadRequest(reading, parameters);
        if (result is not null && kind is not ClientMethodKind.ReceiveBinary)
            CheckPayload(reading, result, kind is ClientMethodKind.Call or ClientMethodKind.Handles ? "the result of a call" : "an item");
        SubscriptionModel? subscription = kind is ClientMethodKind.Topic or ClientMethodKind.Subscribe ? SubscriptionParser.OfMethod(reading, parameters) : null;
        StreamModel? stream = shape == ResultShape.Stream && kind != ClientMethodKind.ReceiveBinary && result is not null
            ? StreamParser.Parse(result, attribute, client, problems, cancellationToken)
            : kind == ClientMethodKind.ReceiveBinary ? BinaryStream(attribute) : null;
        EquatableArray<DiscriminatorValueModel> values = kind is ClientMethodKind.Send or ClientMethodKind.Event or ClientMethodKind.Handles
            ? DiscriminatorParser.Parse(attribute, kind == ClientMethodKind.Send, method, problems, cancellationToken)
            : default;
        Locator payload = new("payload", "Payload", attribute.Named<string>("Payload"), attribute);
        new LocatorReader(method, problems, cancellationToken).Check(payload, mayBeWhole: true);
        double timeout = ReadTimeout(reading);
        HandlerModel? handler = kind == ClientMethodKind.Handles ? ReadHandler(reading) : null;
        if (Errors() > before)
            return MethodModel.Faulty(client.FullName());

        MethodModel model = new(
            kind,
            client.FullName(),
            method.Name,
            $"{method.Name}({string.Join(", ", method.Parameters.Select(static p => p.Type.FullName()))})",
            Modifiers(method, cancellationToken),
            method.DeclaredAccessibility == Accessibility.Public && kind != ClientMethodKind.Handles,
            method.ReturnType.AnnotatedName(),
            result is null ? null : PositionalParser.Payload(result, reading.Facts),
            shape,
            parameters.ToEquatableArray(),
            kind is ClientMethodKind.Call or ClientMethodKind.Topic or ClientMethodKind.Subscribe ? attribute.FirstString() ?? "" : "",
            values,
            payload.Value,
            stream,
            method.FindAttribute("NetWebSockets", "IdempotentAttribute") is not null,
            timeout,
            request,
            reading.Facts.IgnoresNulls,
            subscription,
            handler,
            Prefix(attribute, kind),
            MethodDocumentation.Of(method, cancellationToken));
        return clientAttribute.Named<ITypeSymbol>("JsonContext") is INamedTypeSymbol { TypeKind: not TypeKind.Error } json
            ? model with { IsRegistered = MethodTypes.Needed(method, model, reading.Facts).All(t => JsonContextReader.Registers(json, t)) }
            : model;
    }

    /// <summary>The type of the method's result or items; null when there is none.</summary>
    public static ITypeSymbol? ResultOf(IMethodSymbol method) => ShapeOf(method.ReturnType).Result;

    /// <summary>Where the method's name stands.</summary>
    public static Location NameOf(IMethodSymbol method, CancellationToken cancellationToken) =>
        method.UserDeclarations(cancellationToken).OfType<MethodDeclarationSyntax>().FirstOrDefault()?.Identifier.GetLocation()
        ?? method.Locations.FirstOrDefault()
        ?? Location.None;

    private static void CheckKind(Reading reading, Location name)
    {
        IMethodSymbol method = reading.Method;
        string shown = MethodAttributes.Shown(reading.Kind);
        string? wrong =
            method.MethodKind != Microsoft.CodeAnalysis.MethodKind.Ordinary ? "no ordinary method"
            : method.IsStatic && reading.Kind != ClientMethodKind.Handles ? "static"
            : method.IsGenericMethod ? "generic"
            : method.Parameters.FirstOrDefault(static p => p.RefKind != RefKind.None) is { } byRef ? $"given '{byRef.Name}' by reference"
            : method.Parameters.FirstOrDefault(static p => p.Type.IsRefLikeType) is { } refLike ? $"given '{refLike.Name}', which is a ref struct"
            : null;
        if (wrong is not null)
            reading.Problems.Add(new Problem(MethodDescriptors.MethodKind, name, method.Name, shown, wrong));

        // The generated part is not the user's.
        bool hasBody = method.PartialImplementationPart is { } part && part.UserDeclarations(reading.CancellationToken).Any();
        if (reading.Kind != ClientMethodKind.Handles && (!method.IsPartialDefinition || hasBody))
            reading.Problems.Add(new Problem(MethodDescriptors.NotPartial, name, method.Name, shown));
    }

    private static (ResultShape Shape, ITypeSymbol? Result) ReadResult(Reading reading)
    {
        ITypeSymbol type = reading.Method.ReturnType;
        (ResultShape shape, ITypeSymbol? result) = ShapeOf(type);
        string? expected = reading.Kind switch
        {
            ClientMethodKind.Call => shape is ResultShape.Task or ResultShape.Stream ? null : "Task<T>, Task or MessageStream<T>",
            ClientMethodKind.Send or ClientMethodKind.SendBinary => shape == ResultShape.ValueTask && result is null ? null : "ValueTask",
            ClientMethodKind.Handles => shape is ResultShape.Task or ResultShape.ValueTask || type.SpecialType == SpecialType.System_Void ? null : "Task<T>, ValueTask<T>, Task, ValueTask or void",
            ClientMethodKind.ReceiveBinary => shape == ResultShape.Stream ? null : "MessageStream<byte[]>, MessageStream<ReadOnlyMemory<byte>> or MessageStream<Stream>",
            _ => shape == ResultShape.Stream ? null : "MessageStream<T>",
        };
        Location at = reading.Method.UserDeclarations(reading.CancellationToken).OfType<MethodDeclarationSyntax>().FirstOrDefault()?.ReturnType.GetLocation() ?? Location.None;
        if (expected is not null)
        {
            reading.Problems.Add(reading.Kind == ClientMethodKind.Handles
                ? new Problem(MethodDescriptors.BadHandler, at, reading.Method.Name, $"it must return {expected}, not '{type.ShortName()}'")
                : new Problem(MethodDescriptors.ReturnType, at, reading.Method.Name, MethodAttributes.Shown(reading.Kind), expected, type.ShortName()));
            return (ResultShape.Nothing, null);
        }

        if (reading.Kind == ClientMethodKind.ReceiveBinary && !MethodParameters.IsBinary(result!))
        {
            reading.Problems.Add(new Problem(MethodDescriptors.BadBinary, at, result!.ShortName(), reading.Method.Name, "byte[], ReadOnlyMemory<byte> or Stream"));
            return (shape, null);
        }

        return (shape, result);
    }

    private static (ResultShape Shape, ITypeSymbol? Result) ShapeOf(ITypeSymbol type)
    {
        ITypeSymbol? argument = type is INamedTypeSymbol { TypeArguments.Length: 1 } named ? named.TypeArguments[0] : null;
        return
            type.Is("System.Threading.Tasks", "Task") ? (ResultShape.Task, null)
            : type.Is("System.Threading.Tasks", "ValueTask") ? (ResultShape.ValueTask, null)
            : type.Is("System.Threading.Tasks", "Task`1") ? (ResultShape.Task, argument)
            : type.Is("System.Threading.Tasks", "ValueTask`1") ? (ResultShape.ValueTask, argument)
            : type.Is("NetWebSockets", "MessageStream`1") ? (ResultShape.Stream, argument)
            : (ResultShape.Nothing, null);
    }

    // The record that is the request is written by the context, or by position; it must be possible either way.
    private static PayloadModel? ReadRequest(Reading reading, List<MethodParameterModel> parameters)
    {
        int index = parameters.FindIndex(static p => p.Role == ParameterRole.Record);
        if (index < 0)
            return null;
        ITypeSymbol type = reading.Method.Parameters[index].Type;
        CheckPayload(reading, type, reading.Kind == ClientMethodKind.Handles ? "a request" : "a message");
        return PositionalParser.Payload(type, reading.Facts);
    }

    private static void CheckPayload(Reading reading, ITypeSymbol type, string role)
    {
        string? notPositional = PositionalParser.IsPositional(type) ? PositionalParser.WhyNot(type) : null;
        if ((notPositional ?? PayloadRules.WhyNot(type)) is { } why)
            reading.Problems.Add(new Problem(Descriptors.UnsupportedType, NameOf(reading.Method, reading.CancellationToken), type.ShortName(), role, why));
    }

    private static double ReadTimeout(Reading reading)
    {
        double timeout = reading.Attribute.Named<double>("TimeoutSeconds");
        if (timeout is not 0 and not (>= 0.001 and <= LongestTimeout))
        {
            Location at = reading.Attribute.LocationOf("TimeoutSeconds", reading.Method, reading.CancellationToken);
            reading.Problems.Add(new Problem(Descriptors.BadTimeout, at, timeout, reading.Method.Name));
        }

        return timeout;
    }

    private static HandlerModel ReadHandler(Reading reading)
    {
        AttributeData attribute = reading.Attribute;
        int concurrent = attribute.Has("MaxConcurrent") ? attribute.Named<int>("MaxConcurrent") : 1;
        if (concurrent < 1)
        {
            Location at = attribute.LocationOf("MaxConcurrent", reading.Method, reading.CancellationToken);
            reading.Problems.Add(new Problem(MethodDescriptors.BadHandler, at, reading.Method.Name, $"{concurrent} cannot run at the same time; give at least 1"));
        }

        Locator id = new("id", "Id", attribute.Named<string>("Id"), attribute);
        new LocatorReader(reading.Method, reading.Problems, reading.CancellationToken).Check(id, mayBeWhole: false);
        string? reply = attribute.Named<string>("Reply");
        if (reply is not null && JsonTemplate.TryParse(reply, CallsModel.ResultPlaceholders, out _) is { } wrong)
        {
            Location at = attribute.LocationOf("Reply", reading.Method, reading.CancellationToken);
            reading.Problems.Add(new Problem(Descriptors.BadTemplate, at, reply, "answer", reading.Method.Name, wrong));
        }

        return new HandlerModel(concurrent, reply, id.Value, reading.Method.IsStatic);
    }

    private static StreamModel? BinaryStream(AttributeData attribute)
    {
        int mode = attribute.Named<int>("FullMode");
        int capacity = attribute.Named<int>("Capacity");
        return mode == 0 && capacity == 0 ? null : new StreamModel(null, mode == 1 ? "DropOldest" : "Wait", Math.Max(capacity, 0));
    }

    private static EquatableArray<byte> Prefix(AttributeData attribute, ClientMethodKind kind)
    {
        if (kind is not (ClientMethodKind.SendBinary or ClientMethodKind.ReceiveBinary) || attribute.ConstructorArguments.Length == 0)
            return default;
        TypedConstant given = attribute.ConstructorArguments[0];
        return given.Kind != TypedConstantKind.Array || given.IsNull ? default : given.Values.Select(static v => v.Value is byte b ? b : (byte)0).ToEquatableArray();
    }

    /// <summary>A method's modifiers as they are declared, in the same order: accessibility, new, virtual, override, sealed, unsafe, partial.</summary>
    public static string Modifiers(IMethodSymbol method, CancellationToken cancellationToken) =>
        method.UserDeclarations(cancellationToken).OfType<MethodDeclarationSyntax>().FirstOrDefault() is { } declaration
            ? string.Join(" ", declaration.Modifiers.Select(static m => m.ValueText))
            : SyntaxFacts.GetText(method.DeclaredAccessibility) + " partial";
}

/// <summary>What is at hand while a method is read.</summary>
/// <param name="Method">The method.</param>
/// <param name="Attribute">The attribute.</param>
/// <param name="Kind">Which attribute it is.</param>
/// <param name="Client">The client.</param>
/// <param name="Facts">What the JSON context says.</param>
/// <param name="Problems">Gets what is wrong.</param>
/// <param name="CancellationToken">Ends the work.</param>
internal sealed record Reading(
    IMethodSymbol Method,
    AttributeData Attribute,
    ClientMethodKind Kind,
    INamedTypeSymbol Client,
    JsonContextFacts Facts,
    List<Problem> Problems,
    CancellationToken CancellationToken);
