using System.Text.Encodings.Web;
using System.Text.Json;

namespace NetWebSockets.Messaging;

/// <summary>What a JSON value says as text: a string without quotes and escapes, a number or a boolean as it is written.</summary>
internal static class JsonText
{
    /// <summary>How much of an escaped string is undone on the stack.</summary>
    public const int MaxEscaped = 256;

    /// <summary>Whether a value is null.</summary>
    public static bool IsNull(ReadOnlySpan<byte> json) => json.Length == 4 && json[0] == (byte)'n';

    /// <summary>The text of a value.</summary>
    /// <param name="json">The value as it stands in the message.</param>
    /// <param name="buffer">Room for undoing escapes, <see cref="MaxEscaped"/> bytes.</param>
    /// <param name="text">The text; a part of the value or of the buffer, or memory of its own when the buffer is too small.</param>
    /// <returns>False for null, objects and arrays.</returns>
    /// <exception cref="InvalidOperationException">Half a surrogate pair in an escape.</exception>
    public static bool TryGet(ReadOnlySpan<byte> json, Span<byte> buffer, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (json.IsEmpty)
            return false;
        switch (json[0])
        {
            case (byte)'"':
                text = json[1..^1];
                if (text.Contains((byte)'\\'))
                    text = Unescape(json, buffer);
                return true;
            case (byte)'{' or (byte)'[' or (byte)'n':
                return false;
            default:
                text = json;
                return true;
        }
    }

    /// <summary>The text of a value as a string; null where it has none.</summary>
    /// <param name="json">The value as it stands in the message.</param>
    /// <returns>The text.</returns>
    public static string? GetString(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] is (byte)'{' or (byte)'[' or (byte)'n')
            return null;
        if (json[0] != (byte)'"')
            return System.Text.Encoding.UTF8.GetString(json);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: no string can hold it, so it is shown as it came.
            return System.Text.Encoding.UTF8.GetString(json);
        }
    }

    /// <summary>A text as a JSON string, UTF-8, with only those escapes that JSON needs.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The JSON.</returns>
    public static byte[] Quote(string text) =>
        [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];

    private static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> json, Span<byte> buffer)
    {
        if (json.Length > buffer.Length)
            buffer = new byte[json.Length];
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return buffer[..reader.CopyString(buffer)];
    }
}
