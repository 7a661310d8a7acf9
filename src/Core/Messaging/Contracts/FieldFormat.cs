using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace NetWebSockets.Messaging;

/// <summary>How a field that stands by position is written and read when it is not as the JSON context says.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class FieldFormat
{
    /// <summary>By a converter of its own.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="options">The options of the JSON context.</param>
    /// <param name="converter">The converter, or what makes it.</param>
    /// <returns>How it is written and read.</returns>
    /// <exception cref="InvalidOperationException">The converter is for other types.</exception>
    public static JsonTypeInfo<T> Converted<T>(JsonSerializerOptions options, JsonConverter converter)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(converter);
        JsonConverter? own = !converter.CanConvert(typeof(T)) ? null : converter is JsonConverterFactory factory ? factory.CreateConverter(typeof(T), options) : converter;
        return own is null
            ? throw new InvalidOperationException($"{TypeName.Of(converter.GetType())} does not convert {TypeName.Of(typeof(T))}.")
            : JsonMetadataServices.CreateValueInfo<T>(options, own);
    }

    /// <summary>As the context says, but for how a number stands.</summary>
    /// <typeparam name="T">The type of the number.</typeparam>
    /// <param name="type">What the context says.</param>
    /// <param name="handling">How it stands.</param>
    /// <returns>How it is written and read.</returns>
    public static JsonTypeInfo<T> Numbers<T>(JsonTypeInfo<T> type, JsonNumberHandling handling)
    {
        ArgumentNullException.ThrowIfNull(type);

        // A converter of the user's knows better, as everywhere in System.Text.Json.
        if (type.Converter.GetType().Assembly != typeof(JsonConverter).Assembly)
            return type;
        JsonTypeInfo<T> own = JsonMetadataServices.CreateValueInfo<T>(type.Options, type.Converter);
        own.NumberHandling = handling;
        return own;
    }
}
