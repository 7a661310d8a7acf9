using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Jint.Runtime;

namespace NetWebSockets.Pac;

/// <summary>What scripts ask of addresses.</summary>
internal static class PacAddresses
{
    /// <summary>Reads an address: IPv4 also with fewer parts, octal or hexadecimal, as in addresses of the web; IPv6 without brackets and scope.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        return text.AsSpan().IndexOfAny("[]%/ ") < 0 && IPAddress.TryParse(text, out address);
    }

    /// <summary>Whether a text is four decimal numbers of up to three digits and up to 255, with dots between them.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it is so.</returns>
    public static bool IsDottedQuad(string text)
    {
        int parts = 0;
        foreach (Range range in text.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> part = text.AsSpan(range);
            if (++parts > 4 || part.Length is 0 or > 3 || !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > 255)
                return false;
        }

        return parts == 4;
    }

    /// <summary>The number that the four parts of a text make, whatever they are; what is no number counts as 0.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The number; negative for addresses from 128.0.0.0.</returns>
    public static int ToInt32(string text)
    {
        string[] parts = text.Split('.');
        int result = 0;
        for (int i = 0; i < 4; i++)
            result = (result << 8) | (i < parts.Length ? TypeConverter.ToInt32(TypeConverter.ToNumber(new Jint.Native.JsString(parts[i]))) & 0xFF : 0);
        return result;
    }

    /// <summary>Whether an address is in a CIDR block. IPv4 and IPv6 are compared as IPv6.</summary>
    /// <param name="text">The address.</param>
    /// <param name="block">The block, such as <c>10.0.0.0/8</c>.</param>
    /// <returns>Whether it is; false when one of them is wrong.</returns>
    public static bool IsInBlock(string text, string block)
    {
        string[] parts = block.Split('/');
        if (parts.Length != 2 || !TryParse(text, out IPAddress? address) || !TryParse(parts[0], out IPAddress? prefix)
            || !int.TryParse(parts[1], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out int length))
        {
            return false;
        }

        bool isIPv4 = prefix.AddressFamily == AddressFamily.InterNetwork;
        if (length > (isIPv4 ? 32 : 128))
            return false;
        if (isIPv4)
            length += 96;
        UInt128 difference = ToNumber(address) ^ ToNumber(prefix);
        return length == 0 || difference >> (128 - length) == 0;
    }

    /// <summary>Sorts addresses: IPv6 before IPv4, then by number; each stays as it was written.</summary>
    /// <param name="list">Addresses with semicolons between them; spaces and tabs do not matter.</param>
    /// <returns>The list; null when there is none in it, or one is wrong.</returns>
    public static string? Sort(string list)
    {
        List<(string Text, IPAddress Address)> sorted = [];
        foreach (string text in list.Replace(" ", string.Empty, StringComparison.Ordinal).Replace("\t", string.Empty, StringComparison.Ordinal)
            .Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryParse(text, out IPAddress? address))
                return null;
            sorted.Add((text, address));
        }

        return sorted.Count == 0
            ? null
            : string.Join(';', sorted.OrderBy(static a => a.Address.AddressFamily == AddressFamily.InterNetwork).ThenBy(static a => ToNumber(a.Address)).Select(static a => a.Text));
    }

    private static UInt128 ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
