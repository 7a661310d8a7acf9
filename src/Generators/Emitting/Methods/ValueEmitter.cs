using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes the code that writes one value into JSON, or reads one.</summary>
internal static class ValueEmitter
{
    private const string Json = "global::System.Text.Json.";

    /// <summary>Writes a value: a property when it has a name, otherwise an element.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="value">The value.</param>
    /// <param name="expression">The C# that it is.</param>
    /// <param name="name">The C# of its name; null for an element.</param>
    /// <param name="typeInfo">The C# of what the context says of it.</param>
    /// <param name="positional">The class that writes it by position; null when it does not stand so.</param>
    /// <param name="mayBeNull">Whether null may come here.</param>
    public static void Write(CodeWriter code, ValueModel value, string expression, string? name, string typeInfo, string? positional, bool mayBeNull = true)
    {
        string core = value.IsNullableValue ? expression + ".Value" : expression;
        bool writesNullItself = !value.IsNullableValue && (value.Write == ValueKind.Serialized || value is { Write: ValueKind.String, Core: "string" });
        if (!mayBeNull || !value.CanBeNull || writesNullItself)
        {
            WriteCore(code, value, core, name, typeInfo, positional);
            return;
        }

        code.Line($"if ({expression} is null)");
        code.Deeper(() => code.Line(name is null ? "writer.WriteNullValue();" : $"writer.WriteNull({name});"));
        if (IsOneLine(value, name))
        {
            code.Line("else");
            code.Deeper(() => WriteCore(code, value, core, name, typeInfo, positional));
        }
        else
        {
            code.Block("else", () => WriteCore(code, value, core, name, typeInfo, positional));
        }
    }

    /// <summary>Whether it takes one statement to write a value that is not null.</summary>
    public static bool IsOneLine(ValueModel value, string? name) => name is null || value.Write is not (ValueKind.Serialized or ValueKind.Positional);

    /// <summary>The expression that reads a value at which the reader stands.</summary>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">The C# of what the context says of it.</param>
    /// <param name="positional">The class that reads it by position; null when it does not stand so.</param>
    public static string Read(ValueModel value, string typeInfo, string? positional)
    {
        string core = value.Read switch
        {
            ValueKind.Positional => $"{positional}.ReadArray(ref reader)",
            ValueKind.Serialized => $"{Json}JsonSerializer.Deserialize(ref reader, {typeInfo})!",
            ValueKind.String when value.Core == "string" => "reader.GetString()!",
            _ => $"reader.{value.Getter}()",
        };
        bool readsNullItself = !value.IsNullableValue && (value.Read == ValueKind.Serialized || value is { Read: ValueKind.String, Core: "string" });
        return value.CanBeNull && !readsNullItself ? $"reader.TokenType == {Json}JsonTokenType.Null ? null{(value.IsNullableValue ? "" : "!")} : {core}" : core;
    }

    private static void WriteCore(CodeWriter code, ValueModel value, string core, string? name, string typeInfo, string? positional)
    {
        string ending = name is null ? "Value(" : $"({name}, ";
        switch (value.Write)
        {
            case ValueKind.String:
                code.Line($"writer.WriteString{ending}{core});");
                break;
            case ValueKind.Boolean:
                code.Line($"writer.WriteBoolean{ending}{core});");
                break;
            case ValueKind.Number:
                code.Line($"writer.WriteNumber{ending}{core});");
                break;
            case ValueKind.Base64:
                code.Line($"writer.WriteBase64String{ending}{core});");
                break;
            case ValueKind.Positional:
                if (name is not null)
                    code.Line($"writer.WritePropertyName({name});");
                code.Line($"{positional}.Write(writer, {core});");
                break;
            default:
                if (name is not null)
                    code.Line($"writer.WritePropertyName({name});");
                code.Line($"{Json}JsonSerializer.Serialize(writer, {core}{(value is { CanBeNull: true, IsNullableValue: false } ? "!" : "")}, {typeInfo});");
                break;
        }
    }
}
