using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace NetWebSockets.Sessions;

/// <summary>Makes text of the bytes of a proxy script.</summary>
internal static class ProxyScriptText
{
    /// <summary>Decodes a script: by its charset, otherwise by its byte order mark, otherwise as ISO-8859-1, as Chromium does.</summary>
    /// <param name="bytes">The script.</param>
    /// <param name="charset">The charset that came with it; null for none.</param>
    /// <returns>The text. What is wrong in the charset becomes U+FFFD.</returns>
    /// <exception cref="FormatException">The charset is not known.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string? charset)
    {
        Encoding encoding = string.IsNullOrWhiteSpace(charset) ? ByMark(bytes) : ByName(charset.Trim().Trim('"', '\''));
        return encoding.GetString(bytes).TrimStart('\uFEFF');
    }

    /// <summary>Takes a data address apart (RFC 2397).</summary>
    /// <param name="address">The address.</param>
    /// <returns>Its bytes, and the charset that it names.</returns>
    /// <exception cref="FormatException">It is no data address; the message says why.</exception>
    public static (byte[] Bytes, string? Charset) ParseData(Uri address)
    {
        string text = address.OriginalString.Trim()["data:".Length..];
        int fragment = text.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0)
            text = text[..fragment];
        int comma = text.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0)
            throw new FormatException("it has no comma, which must stand before the data");
        string[] parameters = text[..comma].Split(';', StringSplitOptions.TrimEntries);
        string? charset = parameters.Skip(1).FirstOrDefault(static p => p.StartsWith("charset=", StringComparison.OrdinalIgnoreCase))?["charset=".Length..];
        byte[] bytes = Unescape(text.AsSpan(comma + 1));
        return parameters.Length > 1 && parameters[^1].Equals("base64", StringComparison.OrdinalIgnoreCase)
            ? (FromBase64(bytes), charset)
            : (bytes, charset);
    }

    private static Encoding ByMark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8,
        _ => Encoding.Latin1,
    };

    private static Encoding ByName(string charset)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);
        }
        catch (ArgumentException unknown)
        {
            throw new FormatException($"its charset '{charset}' is not known", unknown);
        }
    }

    private static byte[] Unescape(ReadOnlySpan<char> text)
    {
        byte[] source = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, source);
        int length = 0;
        for (int i = 0; i < source.Length; i++)
        {
            // What is no escape stays as it is.
            if (source[i] == '%' && i + 2 < source.Length && byte.TryParse(source.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                source[length++] = value;
                i += 2;
            }
            else
            {
                source[length++] = source[i];
            }
        }

        return source[..length];
    }

    private static byte[] FromBase64(ReadOnlySpan<byte> text)
    {
        byte[] compact = text.ToArray().Where(static b => b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'=')).ToArray();
        byte[] padded = [.. compact, .. Enumerable.Repeat((byte)'=', (4 - (compact.Length % 4)) % 4)];
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(padded.Length)];
        return Base64.DecodeFromUtf8(padded, bytes, out _, out int written) == System.Buffers.OperationStatus.Done
            ? bytes[..written]
            : throw new FormatException("its base64 is wrong");
    }
}
