using NetWebSockets.Fuzz;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Sockets;
using Xunit;

namespace NetWebSockets.Tests.Properties;

/// <summary>Whatever is sent, in whatever fragments, with whatever control frames between them and in whatever reads it comes: the same comes out.</summary>
public sealed class CodecPropertyTests
{
    private static readonly int[] WholeLimits = [2, 14, 127, 128, 1000, 65_536];

    public static IEnumerable<TheoryDataRow<int>> Seeds => PropertySeeds.Rows(20);

    public static IEnumerable<TheoryDataRow<BinaryType, int, int>> Ways =>
        from type in Enum.GetValues<BinaryType>()
        from consumer in Enum.GetValues<MessageConsumer>()
        from seed in PropertySeeds.Rows(2)
        select new TheoryDataRow<BinaryType, int, int>(type, (int)consumer, seed.Data);

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Messages_come_out_of_the_reader_as_they_were_sent(int seed)
    {
        var random = new Random(seed);
        for (int number = 0; number < PropertySeeds.Cases(20); number++)
        {
            int sizes = random.Next();
            WireRules rules = new()
            {
                WholeLimit = WholeLimits[random.Next(WholeLimits.Length)],
                IsStreamed = random.Next(3) switch { 0 => _ => true, 1 => n => n % 2 == 0, _ => _ => false },
            };
            Conversation conversation = Conversation.Create(random, largest: number % 10 == 0 ? 400_000 : 70_000);
            await HoldsAsync(seed, number, conversation, c => Task.FromResult(Differ(c, sizes, rules)));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Messages_come_out_of_a_socket_as_they_were_sent(BinaryType type, int consumer, int seed)
    {
        var random = new Random(HashCode.Combine(seed, type, consumer));
        await using NetSession session = new();
        for (int number = 0; number < PropertySeeds.Cases(4); number++)
        {
            int sizes = random.Next();
            Conversation conversation = Conversation.Create(random, largest: number == 0 ? 2_000_000 : sizes % 5 == 1 ? 300 : 140_000);
            await HoldsAsync(seed, number, conversation, c => DifferOnSocketAsync(c, sizes, session, type, (MessageConsumer)consumer));
        }
    }

    [Fact]
    public async Task A_failing_case_shrinks_to_the_fragment_that_fails()
    {
        var random = new Random(5);
        Conversation conversation;
        do
            conversation = Conversation.Create(random, 1000);
        while (await HasEmptyFragment(conversation) is null || conversation.Messages.Length < 3);
        (Conversation smallest, string difference) = await conversation.ShrinkAsync("", HasEmptyFragment);
        Assert.Equal("an empty fragment", difference);
        SentMessage left = Assert.Single(smallest.Messages);
        Assert.Equal((0, 1, 0), (left.Payload.Length, left.Cuts.Length, left.Controls.Length));

        static Task<string?> HasEmptyFragment(Conversation c) =>
            Task.FromResult(c.Messages.Any(m => m.Cuts.Contains(m.Payload.Length)) ? "an empty fragment" : null);
    }

    private static async Task HoldsAsync(int seed, int number, Conversation conversation, Func<Conversation, Task<string?>> differ)
    {
        if (await differ(conversation) is not { } difference)
            return;
        (Conversation smallest, string smallestDifference) = await conversation.ShrinkAsync(difference, differ);
        Assert.Fail(PropertySeeds.Tell(seed, number, $"{smallestDifference}{Environment.NewLine}Sent:{Environment.NewLine}{smallest}"));
    }

    private static string? Differ(Conversation conversation, int sizes, WireRules rules)
    {
        (byte[] wire, WireOutcome meaning) = conversation.Encode();

        // That the test's own two descriptions of the bytes agree is the least.
        return ReferenceParser.Parse(wire, rules).DifferenceTo(meaning) ?? FrameDriver.Read(wire, ReadSizes.From(sizes), rules).DifferenceTo(meaning);
    }

    private static async Task<string?> DifferOnSocketAsync(Conversation conversation, int sizes, NetSession session, BinaryType type, MessageConsumer consumer)
    {
        (byte[] wire, WireOutcome meaning) = conversation.Encode();
        TaskCompletionSource<byte[]> written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawServer server = new(async connection =>
        {
            int first = sizes % 2 == 0 ? 0 : sizes % (wire.Length + 1);
            await connection.AcceptAsync(wire.AsMemory(0, first));
            await connection.WriteAsync(wire.AsMemory(first), ReadSizes.From(sizes));
            await connection.WriteAsync(ServerFrame.Close(1000));
            connection.ShutdownSend();
            written.SetResult(await connection.ReadToEndAsync());
        });
        await using var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions { Session = session, BinaryType = type });
        List<WireEvent> found = await MessageConsumers.ConsumeAsync(socket, consumer).WaitAsync(OpenPair.Patience);
        CloseEvent closed = await socket.Closed.WaitAsync(OpenPair.Patience);
        WireOutcome messages = new();
        messages.Events.AddRange(found);
        WireOutcome expected = new();
        expected.Events.AddRange(meaning.Events.Where(e => e.IsMessage));
        return messages.DifferenceTo(expected)
            ?? (closed is { Code: 1000, WasClean: true } ? null : $"closed with {closed}, {socket.Failure}, {server.Failure}")
            ?? DifferInPongs(meaning, await written.Task.WaitAsync(OpenPair.Patience));
    }

    // Every pong answers a ping, in their order, and the last ping is answered (RFC 6455, section 5.5.3); then the close frame is.
    private static string? DifferInPongs(WireOutcome meaning, byte[] written)
    {
        if (ClientFrames.Parse(written, out List<ClientFrame> frames) != 0 || frames.Count == 0 || frames[^1].CloseCode != 1000)
            return $"the client wrote {frames.Count} frames that do not end in its close frame";
        List<byte[]> pings = [.. meaning.Events.Where(e => e.Type == WireEventType.Ping).Select(e => e.Payload)];
        int next = 0;
        foreach (ClientFrame frame in frames.SkipLast(1))
        {
            int answered = pings.FindIndex(next, ping => ping.AsSpan().SequenceEqual(frame.Payload));
            if (frame.Opcode != Opcodes.Pong || answered < 0)
                return $"the client wrote {frame}, which answers nothing";
            next = answered + 1;
        }

        return pings.Count == 0 || frames.Count > 1 && frames[^2].Payload.AsSpan().SequenceEqual(pings[^1]) ? null : "the last ping was not answered";
    }
}
