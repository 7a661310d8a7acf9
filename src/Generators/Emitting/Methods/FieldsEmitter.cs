using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes the struct that holds the parameters of a method until they are written.</summary>
internal static class FieldsEmitter
{
    private const string Messaging = ClientEmitter.Messaging;

    /// <summary>Writes the struct.</summary>
    public static void Emit(CodeWriter code, Formats formats, MethodOperationModel operation, bool isPositional)
    {
        MethodParameterModel[] fields = [.. operation.Method.Fields];
        code.Line($"// The parameters of {operation.Method.Name}, and how they are written.");
        code.Block($"internal readonly struct {operation.FieldsName}", () =>
        {
            EmitStatics(code, formats, fields, isPositional);
            if (fields.Length > 0)
                EmitInstance(code, operation.FieldsName!, fields);
            code.Blank();
            code.Block($"internal static void Write(global::System.Text.Json.Utf8JsonWriter writer, {operation.FieldsName} value)", () =>
            {
                if (isPositional)
                    EmitArray(code, formats, fields);
                else
                    EmitObject(code, formats, operation.Method, fields);
            });
        });
    }

    private static void EmitStatics(CodeWriter code, Formats formats, MethodParameterModel[] fields, bool isPositional)
    {
        foreach (MethodParameterModel field in fields)
        {
            if (!isPositional)
            {
                string name = field.WireName is { } given
                    ? $"global::System.Text.Json.JsonEncodedText.Encode({Literals.Of(given)}, {formats.Options}.Encoder)"
                    : $"{Messaging}PayloadFormat.FieldName({formats.Options}, {Literals.Of(field.PlainName)})";
                code.Line($"private static readonly global::System.Text.Json.JsonEncodedText {NameOf(field)} = {name};");
            }

            if (field.Value!.Write == ValueKind.Serialized)
                code.Line($"private static readonly global::System.Text.Json.Serialization.Metadata.JsonTypeInfo<{field.Value.Core}> {TypeOf(field)} = {formats.TypeInfo(field.Value.Core)};");
        }
    }

    private static void EmitInstance(CodeWriter code, string name, MethodParameterModel[] fields)
    {
        code.Blank();
        foreach (MethodParameterModel field in fields)
            code.Line($"private readonly {field.Type} {FieldOf(field)};");
        code.Blank();
        code.Block($"internal {name}({string.Join(", ", fields.Select(static f => $"{f.Type} {f.Name}"))})", () =>
        {
            foreach (MethodParameterModel field in fields)
                code.Line($"this.{FieldOf(field)} = {field.Name};");
        });
    }

    private static void EmitObject(CodeWriter code, Formats formats, MethodModel method, MethodParameterModel[] fields)
    {
        code.Line("writer.WriteStartObject();");
        foreach (MethodParameterModel field in fields)
        {
            string expression = $"value.{FieldOf(field)}";
            string? positional = field.Inner is null ? null : formats.ClassOf(field.Inner);
            void Write(bool mayBeNull) => ValueEmitter.Write(code, field.Value!, expression, NameOf(field), TypeOf(field), positional, mayBeNull);
            if (!field.Value!.CanBeNull || !(method.IgnoreNulls || field.IsOptionalNull))
            {
                Write(mayBeNull: true);
            }
            else if (ValueEmitter.IsOneLine(field.Value, NameOf(field)))
            {
                code.Line($"if ({expression} is not null)");
                code.Deeper(() => Write(mayBeNull: false));
            }
            else
            {
                code.Block($"if ({expression} is not null)", () => Write(mayBeNull: false));
            }
        }

        code.Line("writer.WriteEndObject();");
    }

    // What is optional, null and last is left out; before something that is not, null keeps its place.
    private static void EmitArray(CodeWriter code, Formats formats, MethodParameterModel[] fields)
    {
        int needed = Array.FindLastIndex(fields, static f => !f.IsOptionalNull) + 1;
        if (needed < fields.Length)
        {
            code.Line($"int count = {needed};");
            for (int i = needed; i < fields.Length; i++)
            {
                code.Line($"if (value.{FieldOf(fields[i])} is not null)");
                int count = i + 1;
                code.Deeper(() => code.Line($"count = {count};"));
            }
        }

        code.Line("writer.WriteStartArray();");
        for (int i = 0; i < fields.Length; i++)
        {
            MethodParameterModel field = fields[i];
            void Write() => ValueEmitter.Write(
                code, field.Value!, $"value.{FieldOf(field)}", null, TypeOf(field), field.Inner is null ? null : formats.ClassOf(field.Inner));
            if (i < needed)
                Write();
            else
                code.Block($"if (count > {i})", Write);
        }

        code.Line("writer.WriteEndArray();");
    }

    private static string FieldOf(MethodParameterModel field) => "_" + field.PlainName;

    private static string NameOf(MethodParameterModel field) => $"s_{field.PlainName}Name";

    private static string TypeOf(MethodParameterModel field) => $"s_{field.PlainName}Type";
}
