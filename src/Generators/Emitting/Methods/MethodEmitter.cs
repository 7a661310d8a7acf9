using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes the other half of annotated methods, and their declarations in the client's interface.</summary>
internal static class MethodEmitter
{
    /// <summary>Writes the declaration in the interface, when the method is public.</summary>
    public static void EmitDeclaration(CodeWriter code, ClientModel client, MethodOperationModel operation)
    {
        MethodModel method = operation.Method;
        if (!method.IsPublic)
            return;
        code.Blank();
        if (method.Documentation.Elements.Count > 0)
        {
            foreach (string element in method.Documentation.Elements)
                code.Line("/// " + element);
            foreach (MethodParameterModel parameter in method.Parameters)
            {
                string start = $"<param name=\"{parameter.PlainName}\"";
                if (!method.Documentation.Elements.Any(e => e.StartsWith(start, StringComparison.Ordinal)))
                    code.Line($"/// {start}>{Describe(method, parameter)}</param>");
            }
        }
        else
        {
            EmitDocumentation(code, client, operation);
        }

        code.Line($"{method.ReturnType} {Symbols.Escape(method.Name)}({Parameters(method, withDefaults: true)});");
    }

    /// <summary>Writes the other half of the method. The peer's requests are handled by the user's own method, which has both.</summary>
    public static void EmitMethod(CodeWriter code, MethodOperationModel operation, Members members)
    {
        MethodModel method = operation.Method;
        if (method.Kind == ClientMethodKind.Handles)
            return;
        code.Blank();
        if (method is { IsPublic: true, Documentation.Elements.Count: 0 })
            code.Line("/// <inheritdoc/>");
        code.Line(ClientEmitter.GeneratedCode);
        code.Line($"{method.Modifiers} {method.ReturnType} {Symbols.Escape(method.Name)}({Parameters(method, withDefaults: false)})");
        code.Deeper(() => code.Line($"=> this.{members.Runtime}.{Body(operation, members)};"));
    }

    private static string Body(MethodOperationModel operation, Members members)
    {
        MethodModel method = operation.Method;
        string route = $"{members.Wire}.{operation.RouteName}";
        string token = method.NameOf(ParameterRole.Token) ?? "default";
        string options = method.NameOf(ParameterRole.Options) ?? "null";
        string scope = method.NameOf(ParameterRole.Scope) ?? "null";
        string request = operation.FieldsName is { } fields
            ? $"new {members.Wire}.{fields}({string.Join(", ", method.Fields.Select(static p => p.Name))})"
            : method.NameOf(ParameterRole.Record) ?? "";
        return method.Kind switch
        {
            ClientMethodKind.Call when method.Shape == ResultShape.Stream => $"CallStream({route}, {request}, {scope}, {options})",
            ClientMethodKind.Call => $"CallAsync({route}, {request}, {scope}, {token})",
            ClientMethodKind.Send => $"SendAsync({route}, {request}, {token})",
            ClientMethodKind.Event => $"Open({route}, {options})",
            ClientMethodKind.Topic => $"SubscribeTopic({route}, {method.Subscription!.Key}, {options})",
            ClientMethodKind.Subscribe => $"Subscribe({route}, {method.Subscription!.Key ?? "null"}, {request}, {route}Request, {options})",
            ClientMethodKind.SendBinary => $"SendBinaryAsync({method.NameOf(ParameterRole.Binary)}, {(method.Prefix.Count > 0 ? route : "null")}, {token})",
            _ => $"OpenBinary({route}, {options})",
        };
    }

    private static string Parameters(MethodModel method, bool withDefaults) => string.Join(
        ", ",
        method.Parameters.Select(p => $"{(p.IsParams ? "params " : "")}{p.Type} {p.Name}{(withDefaults && p.Default is not null ? " = " + p.Default : "")}"));

    private static void EmitDocumentation(CodeWriter code, ClientModel client, MethodOperationModel operation)
    {
        MethodModel method = operation.Method;
        string item = method.Result is null ? "" : Literals.Xml(method.Result.Type.Replace("global::", ""));
        string shape = operation.Envelope is null ? "" : Literals.Xml(operation.Envelope.Shape);
        string summary = method.Kind switch
        {
            ClientMethodKind.Call => $"Calls <c>{Literals.Xml(method.Method)}</c>: <c>{shape}</c>.",
            ClientMethodKind.Send => $"Sends <c>{shape}</c>.",
            ClientMethodKind.Event => $"Opens a stream of the messages with {Matches(operation)}, as <c>{item}</c>.",
            ClientMethodKind.Topic => $"Subscribes to <c>{Literals.Xml(method.Subscription!.Topic!)}</c>: a stream of <c>{item}</c>.",
            ClientMethodKind.Subscribe => $"Subscribes by <c>{Literals.Xml(method.Method)}</c>: a stream of <c>{item}</c>.",
            ClientMethodKind.SendBinary => "Sends a binary message.",
            _ => "Opens a stream of binary messages.",
        };
        code.Line($"/// <summary>{summary}</summary>");
        foreach (MethodParameterModel parameter in method.Parameters)
            code.Line($"/// <param name=\"{parameter.PlainName}\">{Describe(method, parameter)}</param>");
        if (method.Shape == ResultShape.Stream)
        {
            code.Line("/// <returns>The stream, registered from here on. Dispose it to end it.</returns>");
        }
        else if (method.Kind == ClientMethodKind.Call)
        {
            code.Line(method.Result is null ? "/// <returns>A task that is done when the peer has answered.</returns>" : "/// <returns>The result.</returns>");
            code.Line("/// <exception cref=\"global::NetWebSockets.CallErrorException\">The peer answered with an error.</exception>");
            code.Line("/// <exception cref=\"global::NetWebSockets.CallTimeoutException\">No reply came in time.</exception>");
            code.Line("/// <exception cref=\"global::NetWebSockets.CallException\">The connection dropped, or the reply could not be read.</exception>");
        }
        else
        {
            code.Line("/// <returns>A task that is done when the message is sent.</returns>");
            code.Line("/// <exception cref=\"global::NetWebSockets.SendException\">It was not sent, or nobody can know; the exception says which.</exception>");
        }
    }

    private static string Describe(MethodModel method, MethodParameterModel parameter) => parameter.Role switch
    {
        ParameterRole.Token => method.Kind == ClientMethodKind.Call ? "Abandons the call, never the connection." : "Abandons the send, never the connection.",
        ParameterRole.Scope => "The scope of the call; null for none.",
        ParameterRole.Options => "How the stream buffers; null takes the defaults.",
        ParameterRole.Binary => "The message.",
        ParameterRole.Record => method.Kind == ClientMethodKind.Send ? "The message." : "The request.",
        _ when method.Kind == ClientMethodKind.Topic => $"A part of the topic: <c>{{{parameter.PlainName}}}</c>.",
        _ => $"The field <c>{Literals.Xml(parameter.WireName ?? parameter.PlainName)}</c>.",
    };

    private static string Matches(MethodOperationModel operation) =>
        string.Join(" and ", operation.Match.Select(static m => m.Kind switch
        {
            MatchKind.Present => $"something at <c>{Literals.Xml(m.Locator)}</c>",
            MatchKind.Absent => $"nothing at <c>{Literals.Xml(m.Locator)}</c>",
            _ => $"<c>{Literals.Xml(m.Value)}</c> at <c>{Literals.Xml(m.Locator)}</c>",
        }));
}
