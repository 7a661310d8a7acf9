using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace NetWebSockets.Tests.Sessions.Hosts;

/// <summary>One record of an answer.</summary>
public sealed record DnsRecord(string Name, ushort Type, uint Seconds, byte[] Data)
{
    public static DnsRecord Address(string name, string address, uint seconds = 300) =>
        new(name, address.Contains(':') ? (ushort)28 : (ushort)1, seconds, IPAddress.Parse(address).GetAddressBytes());

    public static DnsRecord Alias(string name, string target, uint seconds = 300) => new(name, 5, seconds, DnsWriter.Name(target));

    public static DnsRecord Zone(string name, uint seconds, uint minimum)
    {
        byte[] numbers = new byte[20];
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(16), minimum);
        return new(name, 6, seconds, [.. DnsWriter.Name("ns." + name), .. DnsWriter.Name("admin." + name), .. numbers]);
    }
}

/// <summary>Writes answers of DNS, the other side of what is tested.</summary>
internal static class DnsWriter
{
    public static byte[] Name(string name)
    {
        List<byte> bytes = [];
        foreach (string label in name.Split('.'))
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        return [.. bytes, 0];
    }

    /// <summary>Name and type of a question.</summary>
    public static (string Name, ushort Type) Question(ReadOnlySpan<byte> query)
    {
        int at = 12;
        List<string> labels = [];
        for (; query[at] != 0; at += query[at] + 1)
            labels.Add(Encoding.ASCII.GetString(query.Slice(at + 1, query[at])));
        return (string.Join('.', labels), BinaryPrimitives.ReadUInt16BigEndian(query[(at + 1)..]));
    }

    public static byte[] Answer(string name, ushort type, int code, DnsRecord[] answers, DnsRecord[]? authorities = null)
    {
        List<byte> bytes = [0, 0, 0x81, (byte)(0x80 | code), 0, 1];
        Number((ushort)answers.Length);
        Number((ushort)(authorities?.Length ?? 0));
        Number(0);
        bytes.AddRange(Name(name));
        Number(type);
        Number(1);
        foreach (DnsRecord record in answers.Concat(authorities ?? []))
        {
            // The name of the question by a pointer, as servers do.
            bytes.AddRange(record.Name == name ? [0xC0, 12] : Name(record.Name));
            Number(record.Type);
            Number(1);
            Number((ushort)(record.Seconds >> 16));
            Number((ushort)record.Seconds);
            Number((ushort)record.Data.Length);
            bytes.AddRange(record.Data);
        }

        return [.. bytes];

        void Number(ushort value)
        {
            bytes.Add((byte)(value >> 8));
            bytes.Add((byte)value);
        }
    }
}
