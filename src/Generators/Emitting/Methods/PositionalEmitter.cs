using System.Globalization;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes what writes and reads a record that is an array on the wire.</summary>
internal static class PositionalEmitter
{
    private const string Messaging = ClientEmitter.Messaging;
    private const string Json = "global::System.Text.Json.";

    /// <summary>Writes the format of the record.</summary>
    public static void EmitFormat(CodeWriter code, Formats formats, PositionalOperationModel operation)
    {
        string write = CanWrite(operation.Record) ? $"{operation.ClassName}.Write" : "null";
        code.Line($"internal static readonly {Messaging}PayloadFormat<{operation.Record.Type}> {operation.FormatName} = {Messaging}PayloadFormat.Generated<{operation.Record.Type}>(");
        code.Deeper(() => code.Line($"{formats.Options}, {write}, {operation.ClassName}.Read);"));
    }

    /// <summary>Writes the class that does the work.</summary>
    public static void EmitClass(CodeWriter code, Formats formats, PositionalOperationModel operation)
    {
        PositionalModel record = operation.Record;
        code.Line($"// [{string.Join(", ", record.Fields.Select(static f => f.Parameter.TrimStart('@')))}]");
        code.Block($"private static class {operation.ClassName}", () =>
        {
            code.Line($"private static readonly string[] s_names = new string[] {{ {string.Join(", ", record.Fields.Select(static f => Literals.Of(f.Parameter.TrimStart('@'))))} }};");
            for (int i = 0; i < record.Fields.Count; i++)
            {
                ValueModel value = record.Fields[i].Value;
                if (value.Write == ValueKind.Serialized || value.Read == ValueKind.Serialized)
                    code.Line($"private static readonly {Json}Serialization.Metadata.JsonTypeInfo<{value.Core}> {TypeOf(i)} = {TypeInfo(formats, record.Fields[i])};");
            }

            if (CanWrite(record))
                EmitWrite(code, formats, record);
            code.Blank();
            code.Block($"internal static {record.Type} Read(ref {Json}Utf8JsonReader reader)", () =>
            {
                code.Line("reader.Read();");
                code.Line("return ReadArray(ref reader);");
            });
            EmitRead(code, formats, record);
        });
    }

    private static string TypeInfo(Formats formats, PositionalFieldModel field) => field switch
    {
        { Converter: { } converter } => $"{Messaging}FieldFormat.Converted<{field.Value.Core}>({formats.Options}, new {converter}())",
        { NumberHandling: { } handling } => $"{Messaging}FieldFormat.Numbers({formats.TypeInfo(field.Value.Core)}, ({Json}Serialization.JsonNumberHandling){handling.ToString(CultureInfo.InvariantCulture)})",
        _ => formats.TypeInfo(field.Value.Core),
    };

    private static bool CanWrite(PositionalModel record) =>
        record.Fields.All(static f => f.Member is not null && (f.Inner is null || CanWrite(f.Inner)));

    private static void EmitWrite(CodeWriter code, Formats formats, PositionalModel record)
    {
        code.Blank();
        code.Block($"internal static void Write({Json}Utf8JsonWriter writer, {record.Type} value)", () =>
        {
            code.Line("writer.WriteStartArray();");
            for (int i = 0; i < record.Fields.Count; i++)
            {
                PositionalFieldModel field = record.Fields[i];
                ValueEmitter.Write(code, field.Value, $"value.{field.Member}", null, TypeOf(i), field.Inner is null ? null : formats.ClassOf(field.Inner));
            }

            code.Line("writer.WriteEndArray();");
        });
    }

    private static void EmitRead(CodeWriter code, Formats formats, PositionalModel record)
    {
        int needed = record.Fields.ToList().FindLastIndex(static f => f.Default is null) + 1;
        string[] locals = [.. record.Fields.Select(static (_, i) => "item" + i.ToString(CultureInfo.InvariantCulture))];
        code.Blank();
        code.Line("// Further elements are passed over; missing ones at the end are as the constructor has them.");
        code.Block($"internal static {record.Type} ReadArray(ref {Json}Utf8JsonReader reader)", () =>
        {
            code.Line($"if (reader.TokenType != {Json}JsonTokenType.StartArray)");
            code.Deeper(() => code.Line($"throw new {Json}JsonException($\"{record.Name} is an array, and not {{reader.TokenType}}.\");"));
            for (int i = 0; i < locals.Length; i++)
                code.Line($"{record.Fields[i].Value.Type} {locals[i]} = {record.Fields[i].Default ?? "default!"};");
            code.Line("int position = 0;");
            code.Line("try");
            code.Block(() => code.Block($"while (reader.Read() && reader.TokenType != {Json}JsonTokenType.EndArray)", () =>
            {
                code.Block("switch (position)", () =>
                {
                    for (int i = 0; i < locals.Length; i++)
                    {
                        PositionalFieldModel field = record.Fields[i];
                        string read = ValueEmitter.Read(field.Value, TypeOf(i), field.Inner is null ? null : formats.ClassOf(field.Inner));
                        code.Line($"case {i.ToString(CultureInfo.InvariantCulture)}:");
                        int at = i;
                        code.Deeper(() =>
                        {
                            code.Line($"{locals[at]} = {read};");
                            code.Line("break;");
                        });
                    }

                    code.Line("default:");
                    code.Deeper(() =>
                    {
                        code.Line("reader.Skip();");
                        code.Line("break;");
                    });
                });
                code.Blank();
                code.Line("position++;");
            }));
            code.Line($"catch (global::System.Exception e) when (position < {locals.Length.ToString(CultureInfo.InvariantCulture)} && e is {Json}JsonException or global::System.InvalidOperationException or global::System.FormatException)");
            code.Block(() => code.Line($"throw new {Json}JsonException($\"{record.Name} has no valid '{{s_names[position]}}' at position {{position}}: {{e.Message}}\", e);"));
            code.Blank();
            if (needed > 0)
            {
                code.Line($"if (position < {needed.ToString(CultureInfo.InvariantCulture)})");
                code.Deeper(() => code.Line($"throw new {Json}JsonException($\"{record.Name} ends before '{{s_names[position]}}' at position {{position}}.\");"));
            }

            code.Line($"return new {record.Type}({string.Join(", ", locals)});");
        });
    }

    private static string TypeOf(int index) => "s_type" + index.ToString(CultureInfo.InvariantCulture);
}
