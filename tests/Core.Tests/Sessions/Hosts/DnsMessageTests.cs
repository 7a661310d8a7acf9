using System.Net;
using NetWebSockets.Sessions;
using Xunit;

namespace NetWebSockets.Tests.Sessions.Hosts;

/// <summary>Messages of DNS: what is asked, what is read, and what damaged ones do.</summary>
public sealed class DnsMessageTests
{
    private const ushort A = 1;

    private static DnsAnswer Parse(byte[] message, string host = "a.example", DnsRecordType type = DnsRecordType.A) => DnsMessage.Parse(message, host, type);

    private static byte[] Answer(params DnsRecord[] records) => DnsWriter.Answer("a.example", A, 0, records);

    [Theory]
    [InlineData("a.example", 1)]
    [InlineData("a.example.", 28)]
    [InlineData("a-much-longer-name-of-a-host.with.many.labels.in.it.that.goes.on.for.quite.a.while.until.it.is.over.example", 1)]
    public void A_question_has_the_id_0_asks_for_recursion_and_is_padded_to_128_bytes(string host, ushort type)
    {
        byte[] query = DnsMessage.EncodeQuery(host, (DnsRecordType)type)!;

        Assert.Equal([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1], query[..12]);
        Assert.Equal((host.TrimEnd('.'), type), DnsWriter.Question(query));
        Assert.Equal(0, query.Length % 128);
        // The root, OPT, 65535 bytes, no flags, then the padding (12) to the end.
        int options = 12 + DnsWriter.Name(host.TrimEnd('.')).Length + 4;
        int padding = query.Length - options - 15;
        Assert.Equal([0, 0, 41, 255, 255, 0, 0, 0, 0, 0, (byte)(padding + 4), 0, 12, 0, (byte)padding], query[options..(options + 15)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("bücher.example")]
    public void A_name_that_dns_cannot_have_is_not_asked_for(string host) => Assert.Null(DnsMessage.EncodeQuery(host, DnsRecordType.A));

    [Fact]
    public void Labels_have_63_bytes_at_most_and_names_255()
    {
        Assert.NotNull(DnsMessage.EncodeQuery(new string('a', 63), DnsRecordType.A));
        Assert.Null(DnsMessage.EncodeQuery(new string('a', 64), DnsRecordType.A));
        Assert.NotNull(DnsMessage.EncodeQuery(string.Join('.', Enumerable.Repeat("a", 127)), DnsRecordType.A));
        Assert.Null(DnsMessage.EncodeQuery(string.Join('.', Enumerable.Repeat("a", 128)), DnsRecordType.A));
    }

    [Fact]
    public void Addresses_are_read_in_the_servers_order_for_the_shortest_time()
    {
        DnsAnswer answer = Parse(Answer(
            DnsRecord.Address("a.example", "192.0.2.2", 60), DnsRecord.Address("a.example", "192.0.2.1", 50), DnsRecord.Address("b.example", "192.0.2.3", 1)));

        Assert.Equal(["192.0.2.2", "192.0.2.1"], answer.Addresses.Select(address => address.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(50), answer.TimeToLive);
        Assert.Equal(DnsAnswer.NoError, answer.ResponseCode);
    }

    [Fact]
    public void IPv6_addresses_are_read()
    {
        byte[] message = DnsWriter.Answer("a.example", 28, 0, [DnsRecord.Address("a.example", "2001:db8::1")]);

        Assert.Equal([IPAddress.Parse("2001:db8::1")], Parse(message, "A.Example.", DnsRecordType.Aaaa).Addresses);
    }

    [Fact]
    public void Aliases_are_followed_in_any_order_and_case()
    {
        DnsAnswer answer = Parse(Answer(
            DnsRecord.Address("C.example", "192.0.2.1", 60), DnsRecord.Alias("b.example", "c.Example", 5), DnsRecord.Alias("a.example", "B.example", 70)));

        Assert.Equal("192.0.2.1", Assert.Single(answer.Addresses).ToString());
        Assert.Equal(TimeSpan.FromSeconds(5), answer.TimeToLive);
    }

    [Fact]
    public void A_name_that_does_not_exist_is_a_result_and_holds_as_the_zone_says()
    {
        DnsAnswer answer = Parse(DnsWriter.Answer("a.example", A, 3, [], [DnsRecord.Zone("example", 900, 30)]));

        Assert.Equal(DnsAnswer.NameError, answer.ResponseCode);
        Assert.Empty(answer.Addresses);
        Assert.Equal(TimeSpan.FromSeconds(30), answer.TimeToLive);
    }

    [Fact]
    public void Without_a_zone_an_absence_holds_no_time() => Assert.Equal(TimeSpan.Zero, Parse(Answer()).TimeToLive);

    [Fact]
    public void A_time_with_the_highest_bit_is_none() =>
        Assert.Equal(TimeSpan.Zero, Parse(Answer(DnsRecord.Address("a.example", "192.0.2.1", 0x8000_0001))).TimeToLive);

    [Fact]
    public void A_server_that_could_not_read_the_question_is_understood() =>
        Assert.Equal(1, Parse([0, 0, 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0]).ResponseCode);

    [Fact]
    public void A_dot_within_a_label_is_none_between_labels()
    {
        DnsRecord record = new("a.example", 5, 60, [9, .. "c.example"u8, 0]);
        DnsAnswer answer = Parse(Answer(record, DnsRecord.Address("c.example", "192.0.2.1")));

        Assert.Empty(answer.Addresses);
    }

    [Fact]
    public void No_more_addresses_are_taken_than_anybody_tries()
    {
        DnsRecord[] records = [.. Enumerable.Range(0, 1000).Select(i => DnsRecord.Address("a.example", $"192.0.{i / 256}.{i % 256}"))];

        Assert.Equal(DnsMessage.MaxAddresses, Parse(Answer(records)).Addresses.Count);
    }

    public static TheoryData<string, byte[]> Damaged()
    {
        byte[] good = Answer(DnsRecord.Address("a.example", "192.0.2.1"));
        byte[] question = [.. good];
        question[2] &= 0x7F;
        byte[] cut = [.. good];
        cut[2] |= 2;
        return new()
        {
            { "no message", [] },
            { "no message", good[..11] },
            { "a question", question },
            { "cut off", cut },
            { "another question", DnsWriter.Answer("b.example", A, 0, []) },
            { "another question", DnsWriter.Answer("a.example", 28, 0, []) },
            { "questions instead of one", [0, 0, 0x81, 0x80, 0, 2, .. good[6..]] },
            { "questions instead of one", [0, 0, 0x81, 0x80, 0, 0, 0, 0, 0, 0, 0, 0] },
            { "an address has 3 bytes", Answer(new DnsRecord("a.example", A, 1, [1, 2, 3])) },
            { "another name for two names", Answer(DnsRecord.Alias("a.example", "b.example"), DnsRecord.Alias("a.example", "c.example")) },
            { "in a circle", Answer(DnsRecord.Alias("a.example", "b.example"), DnsRecord.Alias("b.example", "a.example")) },
            { "in a circle", Answer(DnsRecord.Alias("a.example", "a.example")) },
            { "another length than its record", Answer(new DnsRecord("a.example", 5, 1, [.. DnsWriter.Name("b"), 0])) },
            { "does not end", [.. good[..12], 0xC0, 12, 0, 1, 0, 1] },
            { "does not end", [.. good[..12], 0xC0, 14, 0xC0, 12, 0, 1] },
            { "does not end", [.. good[..12], 1, (byte)'a', 0xC0, 12, 0, 1, 0, 1] },
            { "unknown kind", [.. good[..12], 0x40, 0, 0, 1, 0, 1] },
            { "ends within", good[..^1] },
            { "ends within", good[..^10] },
            { "too long", [.. good[..12], 63, (byte)'a'] },
            { "length than it says", DnsWriter.Answer("a.example", A, 3, [], [new DnsRecord("example", 6, 1, [0, 0, 1])]) },
        };
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void What_is_damaged_is_refused_with_what_is_wrong(string reason, byte[] message) =>
        Assert.Contains(reason, Assert.Throws<DnsFormatException>(() => Parse(message)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(60, true)]
    [InlineData(70, false)]
    public void Pointers_that_lead_back_step_by_step_come_to_an_end(int count, bool isRead)
    {
        // A record of another kind holds a chain of pointers, each to the one before it; the address belongs to the last of them.
        int start = DnsWriter.Answer("a.example", A, 0, []).Length + 12;
        List<byte> chain = [0xC0, 12];
        for (int i = 1; i < count; i++)
            chain.AddRange([(byte)(0xC0 | ((start + chain.Count - 2) >> 8)), (byte)(start + chain.Count - 2)]);
        int last = start + chain.Count - 2;
        byte[] message =
        [
            .. Answer(new DnsRecord("a.example", 99, 1, [.. chain])), (byte)(0xC0 | (last >> 8)), (byte)last, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1,
        ];
        message[7] = 2;

        if (isRead)
            Assert.Single(Parse(message).Addresses);
        else
            Assert.Contains("does not end", Assert.Throws<DnsFormatException>(() => Parse(message)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_beginning_of_an_answer_is_refused()
    {
        byte[] message = DnsWriter.Answer(
            "a.example", A, 0, [DnsRecord.Alias("a.example", "b.example"), DnsRecord.Address("b.example", "192.0.2.1")], [DnsRecord.Zone("example", 1, 1)]);
        // The zone at the end is not read when there are addresses.
        int end = message.Length - (DnsWriter.Name("example").Length + 10 + DnsRecord.Zone("example", 1, 1).Data.Length);

        Assert.Single(Parse(message[..end]).Addresses);
        for (int length = 0; length < end; length++)
            Assert.Throws<DnsFormatException>(() => Parse(message[..length]));
    }

    [Fact]
    public void Answers_with_any_bytes_changed_are_read_or_refused_and_nothing_else()
    {
        byte[] message = DnsWriter.Answer(
            "a.example",
            A,
            0,
            [DnsRecord.Alias("a.example", "b.example"), DnsRecord.Alias("b.example", "c.example"), DnsRecord.Address("c.example", "192.0.2.1")],
            [DnsRecord.Zone("example", 900, 30)]);
        var random = new Random(1);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] damaged = [.. message];
            for (int n = random.Next(1, 6); n > 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                Assert.InRange(Parse(damaged).Addresses.Count, 0, DnsMessage.MaxAddresses);
                read++;
            }
            catch (DnsFormatException)
            {
                refused++;
            }
        }

        Assert.True(read > 1000, $"Only {read} were read.");
        Assert.True(refused > 1000, $"Only {refused} were refused.");
    }
}
