using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace NetWebSockets.Sessions;

/// <summary>The kinds of records that are read (RFC 1035, section 3.2.2; RFC 3596; RFC 6891).</summary>
internal enum DnsRecordType : ushort
{
    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>Another name for the name.</summary>
    Cname = 5,

    /// <summary>The zone, which says how long an absence holds.</summary>
    Soa = 6,

    /// <summary>An IPv6 address.</summary>
    Aaaa = 28,

    /// <summary>The extensions of a message.</summary>
    Opt = 41,
}

/// <summary>A message that is none of DNS, or does not answer the question.</summary>
/// <param name="message">What is wrong with it.</param>
internal sealed class DnsFormatException(string message) : Exception(message);

/// <summary>What a DNS server answered.</summary>
/// <param name="ResponseCode">RFC 1035, section 4.1.1: 0 for no error, 3 for a name that does not exist.</param>
/// <param name="Addresses">The addresses of the name, or of what it is another name for, in the server's order.</param>
/// <param name="TimeToLive">How long that holds; zero when the server does not say.</param>
internal sealed record DnsAnswer(int ResponseCode, IReadOnlyList<IPAddress> Addresses, TimeSpan TimeToLive)
{
    /// <summary>No error.</summary>
    public const int NoError = 0;

    /// <summary>The name does not exist.</summary>
    public const int NameError = 3;
}

/// <summary>Writes and reads messages of DNS (RFC 1035, section 4). What it reads is not trusted: every length is bounded, and every jump goes back.</summary>
internal static class DnsMessage
{
    /// <summary>The longest message, which is also the longest that is read.</summary>
    public const int MaxLength = ushort.MaxValue;

    /// <summary>The most addresses that are taken from an answer.</summary>
    public const int MaxAddresses = 64;

    private const int HeaderLength = 12;
    private const int MaxLabelLength = 63;
    private const int MaxNameLength = 255;
    private const int MaxJumps = 64;
    private const int MaxAliases = 16;
    private const ushort InternetClass = 1;
    private const ushort PaddingOption = 12;
    private const int OptionsLength = 11;

    // RFC 8467, section 4.1: what a client's queries are padded to, so that their lengths say little of the name.
    private const int PaddingBlock = 128;

    /// <summary>Writes a question for one kind of record, with the id 0 (RFC 8484, section 4.1) and padded (RFC 7830).</summary>
    /// <param name="host">The name in ASCII.</param>
    /// <param name="type">The kind.</param>
    /// <returns>The message; null when the name cannot be one of DNS.</returns>
    public static byte[]? EncodeQuery(string host, DnsRecordType type)
    {
        string[] labels = host.TrimEnd('.').Split('.');
        int nameLength = labels.Sum(static label => label.Length + 1) + 1;
        if (nameLength > MaxNameLength || labels.Any(static label => label.Length is 0 or > MaxLabelLength || !label.All(char.IsAscii)))
            return null;

        int unpadded = HeaderLength + nameLength + 4 + OptionsLength + 4;
        byte[] message = new byte[(unpadded + PaddingBlock - 1) / PaddingBlock * PaddingBlock];
        Span<byte> rest = message;
        // Recursion desired.
        rest[2] = 1;
        // One question, and one additional record with the extensions.
        rest[5] = 1;
        rest[11] = 1;
        rest = rest[HeaderLength..];
        foreach (string label in labels)
        {
            rest[0] = (byte)label.Length;
            Encoding.ASCII.GetBytes(label, rest[1..]);
            rest = rest[(label.Length + 1)..];
        }

        rest = rest[1..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], InternetClass);
        rest = rest[5..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)DnsRecordType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], MaxLength);
        int padding = message.Length - unpadded;
        BinaryPrimitives.WriteUInt16BigEndian(rest[8..], (ushort)(padding + 4));
        BinaryPrimitives.WriteUInt16BigEndian(rest[10..], PaddingOption);
        BinaryPrimitives.WriteUInt16BigEndian(rest[12..], (ushort)padding);
        return message;
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="message">What came.</param>
    /// <param name="host">The name that was asked for.</param>
    /// <param name="type">The kind that was asked for.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="DnsFormatException">It is none, or answers something else.</exception>
    public static DnsAnswer Parse(ReadOnlySpan<byte> message, string host, DnsRecordType type)
    {
        if (message.Length is < HeaderLength or > MaxLength)
            throw new DnsFormatException($"{message.Length} bytes are no message of DNS");
        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((flags & 0x8000) == 0)
            throw new DnsFormatException("it is a question, no answer");
        if ((flags & 0x0200) != 0)
            throw new DnsFormatException("it was cut off (TC)");
        int code = flags & 0xF;
        int questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        int answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        int authorities = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        // A server that could not read the question does not repeat it.
        if (questions == 0 && code is not (DnsAnswer.NoError or DnsAnswer.NameError))
            return new(code, [], TimeSpan.Zero);
        if (questions != 1)
            throw new DnsFormatException($"it has {questions} questions instead of one");

        int at = HeaderLength;
        string name = ReadName(message, ref at);
        if (!name.Equals(host.TrimEnd('.'), StringComparison.OrdinalIgnoreCase) || ReadUInt16(message, ref at) != (ushort)type || ReadUInt16(message, ref at) != InternetClass)
            throw new DnsFormatException("it answers another question");
        return ReadRecords(message, at, (code, answers, authorities), name, type);
    }

    private static DnsAnswer ReadRecords(
        ReadOnlySpan<byte> message, int at, (int Code, int Answers, int Authorities) counts, string name, DnsRecordType type)
    {
        Dictionary<string, (string Target, uint Seconds)> aliases = [];
        List<(string Owner, IPAddress Address, uint Seconds)> addresses = [];
        for (int i = 0; i < counts.Answers; i++)
        {
            Record record = ReadRecord(message, ref at);
            if (record.Type == (ushort)DnsRecordType.Cname)
            {
                int target = record.DataStart;
                if (!aliases.TryAdd(record.Owner, (ReadName(message, ref target), record.Seconds)))
                    throw new DnsFormatException($"'{record.Owner}' is another name for two names");
                if (target != at)
                    throw new DnsFormatException("an alias has another length than its record says");
            }
            else if (record.Type == (ushort)type)
            {
                if (record.DataLength != (type == DnsRecordType.A ? 4 : 16))
                    throw new DnsFormatException($"an address has {record.DataLength} bytes");
                if (addresses.Count < MaxAddresses)
                    addresses.Add((record.Owner, new IPAddress(message.Slice(record.DataStart, record.DataLength)), record.Seconds));
            }
        }

        uint? seconds = null;
        string owner = name;
        for (int i = 0; aliases.TryGetValue(owner, out (string Target, uint Seconds) alias); i++)
        {
            if (i == MaxAliases)
                throw new DnsFormatException("its aliases lead too far, or in a circle");
            owner = alias.Target;
            seconds = Math.Min(seconds ?? uint.MaxValue, alias.Seconds);
        }

        List<IPAddress> found = [];
        foreach ((string of, IPAddress address, uint holds) in addresses)
        {
            if (of != owner)
                continue;
            found.Add(address);
            seconds = Math.Min(seconds ?? uint.MaxValue, holds);
        }

        if (found.Count == 0)
            seconds = ReadNegative(message, at, counts.Authorities, seconds);
        return new(counts.Code, found, TimeSpan.FromSeconds(seconds ?? 0));
    }

    // RFC 2308, section 5: the zone says how long an absence holds.
    private static uint? ReadNegative(ReadOnlySpan<byte> message, int at, int authorities, uint? aliases)
    {
        for (int i = 0; i < authorities; i++)
        {
            Record record = ReadRecord(message, ref at);
            if (record.Type != (ushort)DnsRecordType.Soa)
                continue;
            int data = record.DataStart;
            ReadName(message, ref data);
            ReadName(message, ref data);
            if (data + 20 != at)
                throw new DnsFormatException("the record of the zone has another length than it says");
            uint minimum = Seconds(BinaryPrimitives.ReadUInt32BigEndian(message[(data + 16)..]));
            return Math.Min(Math.Min(record.Seconds, minimum), aliases ?? uint.MaxValue);
        }

        return null;
    }

    private static Record ReadRecord(ReadOnlySpan<byte> message, ref int at)
    {
        string owner = ReadName(message, ref at);
        if (message.Length - at < 10)
            throw new DnsFormatException("it ends within a record");
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        ushort @class = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]);
        uint seconds = Seconds(BinaryPrimitives.ReadUInt32BigEndian(message[(at + 4)..]));
        int length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
        int start = at + 10;
        if (message.Length - start < length)
            throw new DnsFormatException("it ends within a record");
        at = start + length;
        // What is of another class is passed over like what is of another kind.
        return new(owner, @class == InternetClass ? type : (ushort)0, seconds, start, length);
    }

    // RFC 2181, section 8: with the highest bit set it is none.
    private static uint Seconds(uint value) => value > int.MaxValue ? 0 : value;

    private static ushort ReadUInt16(ReadOnlySpan<byte> message, ref int at)
    {
        if (message.Length - at < 2)
            throw new DnsFormatException("it ends within its question");
        at += 2;
        return BinaryPrimitives.ReadUInt16BigEndian(message[(at - 2)..]);
    }

    // RFC 1035, section 4.1.4. A pointer leads to before all that was read of the name so far, so that there is an end.
    private static string ReadName(ReadOnlySpan<byte> message, ref int at)
    {
        var name = new StringBuilder();
        int length = 1;
        int position = at;
        int lowest = at;
        int jumps = 0;
        while (true)
        {
            if (position >= message.Length)
                throw new DnsFormatException("it ends within a name");
            int value = message[position++];
            switch (value & 0xC0)
            {
                case 0xC0:
                    if (position >= message.Length)
                        throw new DnsFormatException("it ends within a name");
                    int target = ((value & 0x3F) << 8) | message[position++];
                    if (jumps++ == 0)
                        at = position;
                    if (target >= lowest || jumps > MaxJumps)
                        throw new DnsFormatException("the name of a record does not end");
                    position = lowest = target;
                    break;
                case 0 when value == 0:
                    if (jumps == 0)
                        at = position;
                    return name.ToString();
                case 0:
                    length += value + 1;
                    if (length > MaxNameLength || message.Length - position < value)
                        throw new DnsFormatException("the name of a record is too long");
                    AppendLabel(name, message.Slice(position, value));
                    position += value;
                    break;
                default:
                    throw new DnsFormatException("the name of a record has a label of an unknown kind");
            }
        }
    }

    private static void AppendLabel(StringBuilder name, ReadOnlySpan<byte> label)
    {
        if (name.Length > 0)
            name.Append('.');
        foreach (byte value in label)
        {
            // A dot within a label must not look like one between labels.
            if (value == '.')
                name.Append('\\');
            name.Append(char.ToLowerInvariant((char)value));
        }
    }

    private readonly record struct Record(string Owner, ushort Type, uint Seconds, int DataStart, int DataLength);
}
