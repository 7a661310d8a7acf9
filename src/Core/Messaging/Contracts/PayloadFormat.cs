using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NetWebSockets.Messaging;

/// <summary>How a type of the contract is written and read. A <see cref="JsonTypeInfo{T}"/> is one.</summary>
/// <typeparam name="T">The type.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class PayloadFormat<T>
{
    private protected PayloadFormat(JsonSerializerOptions options) => Options = options;

    /// <summary>The options of the JSON context.</summary>
    internal JsonSerializerOptions Options { get; }

    /// <summary>Writes a value.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The value.</param>
    internal abstract void Write(Utf8JsonWriter writer, T value);

    /// <summary>Reads a value.</summary>
    /// <param name="json">The JSON of the value, and nothing else.</param>
    /// <returns>The value.</returns>
    /// <exception cref="JsonException">It is not one.</exception>
    internal abstract T Read(ReadOnlySpan<byte> json);

    /// <summary>As the user's JSON context says.</summary>
    /// <param name="type">What it says.</param>
    public static implicit operator PayloadFormat<T>(JsonTypeInfo<T> type) => PayloadFormat.Of(type);
}

/// <summary>Makes <see cref="PayloadFormat{T}"/>s.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class PayloadFormat
{
    /// <summary>Writes the fields of an object, or the elements of an array, with its brackets.</summary>
    /// <typeparam name="T">What holds the values.</typeparam>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The values.</param>
    public delegate void WriteDelegate<in T>(Utf8JsonWriter writer, T value);

    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="reader">Stands before the value.</param>
    /// <returns>The value.</returns>
    public delegate T ReadDelegate<out T>(ref Utf8JsonReader reader);

    /// <summary>As the user's JSON context says.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="type">What it says.</param>
    /// <returns>The format.</returns>
    public static PayloadFormat<T> Of<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new TypeInfoFormat<T>(type);
    }

    /// <summary>By code that was generated for it: the parameters of a method, or a record whose fields stand by position.</summary>
    /// <typeparam name="T">What holds the values.</typeparam>
    /// <param name="options">The options of the JSON context.</param>
    /// <param name="write">Writes them; null for what is only received.</param>
    /// <param name="read">Reads them; null for what is only sent.</param>
    /// <returns>The format.</returns>
    public static PayloadFormat<T> Generated<T>(JsonSerializerOptions options, WriteDelegate<T>? write, ReadDelegate<T>? read = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new GeneratedFormat<T>(options, write, read);
    }

    /// <summary>The name of a parameter on the wire.</summary>
    /// <param name="options">The options of the JSON context.</param>
    /// <param name="name">The parameter's own name.</param>
    /// <returns>The name as the context's policy has it.</returns>
    public static JsonEncodedText FieldName(JsonSerializerOptions options, string name)
    {
        ArgumentNullException.ThrowIfNull(options);
        return JsonEncodedText.Encode(options.PropertyNamingPolicy?.ConvertName(name) ?? name, options.Encoder);
    }

    private sealed class TypeInfoFormat<T>(JsonTypeInfo<T> type) : PayloadFormat<T>(type.Options)
    {
        internal override void Write(Utf8JsonWriter writer, T value) => JsonSerializer.Serialize(writer, value, type);

        internal override T Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, type)!;
    }

    private sealed class GeneratedFormat<T>(JsonSerializerOptions options, WriteDelegate<T>? write, ReadDelegate<T>? read) : PayloadFormat<T>(options)
    {
        internal override void Write(Utf8JsonWriter writer, T value) =>
            (write ?? throw new NotSupportedException($"{TypeName.Of(typeof(T))} is only received."))(writer, value);

        internal override T Read(ReadOnlySpan<byte> json)
        {
            if (read is null)
                throw new NotSupportedException($"{TypeName.Of(typeof(T))} is only sent.");
            var reader = new Utf8JsonReader(json, new JsonReaderOptions
            {
                AllowTrailingCommas = Options.AllowTrailingCommas,
                CommentHandling = Options.ReadCommentHandling,
                MaxDepth = Options.MaxDepth,
            });
            T value = read(ref reader);
            return reader.Read() ? throw new JsonException("Something stands behind the value.") : value;
        }
    }
}
