using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Routing;

/// <summary>Several messages in one WebSocket message, one in several forms.</summary>
public sealed class FramingTests
{
    private static readonly ReceiveRoute<Tick> Ticks = TestContracts.Route("tick", TestJson.Default.Tick);

    [Theory]
    [InlineData("[]", "")]
    [InlineData(" [ ] ", "")]
    [InlineData("""[{"type":"tick","price":1}]""", "1")]
    [InlineData("""[{"type":"tick","price":1},{"type":"tick","price":2}]""", "1 2")]
    [InlineData(""" [ {"type":"tick","price":1} , {"type":"tick","price":2} , {"type":"tick","price":3} ] """, "1 2 3")]
    [InlineData("""{"type":"tick","price":1}""", "1")]
    [InlineData("""[{"type":"tick","price":1},{"type":"x","deep":[[{"type":"tick"}]]},{"type":"tick","price":3}]""", "1 ? 3")]
    [InlineData("""[[{"type":"tick","price":1}]]""", "?")]
    [InlineData("""[{"type":"tick","price":1}""", "!")]
    [InlineData("""[{"type":"tick","price":1} {"type":"tick","price":2}]""", "!")]
    [InlineData("""[{"type":"tick","price":1},""", "! 1")]
    [InlineData("""[{"type":"tick","price":1}] x""", "1 !")]
    [InlineData("[", "!")]
    public void An_array_is_a_batch_in_order(string text, string expected) =>
        Assert.Equal(expected, Receive(new ClientContract { Name = "C", Framing = MessageFraming.JsonArray, Routes = [Ticks] }, text));

    [Theory]
    [InlineData("""{"type":"tick","price":1}#""", "1")]
    [InlineData("""{"type":"tick","price":1}#{"type":"tick","price":2}#""", "1 2")]
    [InlineData("""{"type":"tick","price":1}#{"type":"tick","price":2}""", "1 2")]
    [InlineData("""##{"type":"tick","price":1}##""", "1")]
    [InlineData("#", "")]
    [InlineData("x#{\"type\":\"tick\",\"price\":2}#", "! 2")]
    public void A_delimiter_ends_a_message(string text, string expected) =>
        Assert.Equal(expected, Receive(new ClientContract { Name = "C", Framing = MessageFraming.Delimited, Delimiter = (byte)'#', Routes = [Ticks] }, text));

    [Fact]
    public async Task A_batch_waits_where_a_stream_is_full_and_goes_on_in_order()
    {
        MessageRouter router = Router(new ClientContract { Name = "C", Framing = MessageFraming.JsonArray, Routes = [Ticks] });
        await using MessageStream<Tick> ticks = router.StreamsOf(Ticks).Open(new() { Capacity = 1 });
        string batch = "[" + string.Join(",", Enumerable.Range(0, 100).Select(i => $$"""{"type":"tick","price":{{i}}}""")) + "]";
        Task delivered = router.OnMessageAsync(MessageKind.Text, Encoding.UTF8.GetBytes(batch)).AsTask();
        Assert.False(delivered.IsCompleted);
        for (int i = 0; i < 100; i++)
            Assert.Equal(i, (await ticks.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon()).Price);
        await delivered.Soon();
    }

    [Fact]
    public async Task A_codec_of_the_users_reads_and_writes()
    {
        await using var server = new ScriptedServer();
        var contract = new ClientContract { Name = "C", Codec = static () => new PrefixCodec(), Routes = [Ticks] };
        await using var runtime = new ClientRuntime(contract, new WebSocketClientOptions { Uri = server.Uri });
        await using MessageStream<Tick> ticks = runtime.Open(Ticks, null);
        await using MessageStream<UnknownMessage> unknown = runtime.OpenUnknown(null);
        Task ready = runtime.Connection.ConnectAsync(TestContext.Current.CancellationToken);
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: TestContext.Current.CancellationToken).Soon();
        await ready.Soon();

        await peer.SendTextAsync("""42{"type":"tick","price":5}""");
        Assert.Equal(5, (await ticks.ReadAsync().AsTask().Soon()).Price);
        await peer.SendBinaryAsync("""42{"type":"tick","price":6}"""u8.ToArray());
        Assert.Equal(6, (await ticks.ReadAsync().AsTask().Soon()).Price);
        await peer.SendTextAsync("2");
        await peer.SendTextAsync("bad");
        UnknownMessage bad = await unknown.ReadAsync().AsTask().Soon();
        Assert.IsType<FormatException>(bad.Error);
        Assert.Equal("bad", bad.ToString());

        await runtime.SendAsync(new SendRoute<Say>("say", new Envelope([], """{"type":"say" """u8, [], payloadAtRoot: true), TestJson.Default.Say, false), new Say("a", "b"), default);
        ClientFrame? frame = await peer.ReadFrameAsync().Soon();
        Assert.Equal((Opcodes.Binary, """42{"type":"say" ,"room":"a","text":"b"}"""), (frame!.Opcode, Encoding.UTF8.GetString(frame.Payload)));
    }

    [Fact]
    public async Task What_is_sent_ends_with_the_delimiter_also_when_it_waited()
    {
        await using var server = new ScriptedServer();
        var contract = new ClientContract { Name = "C", Framing = MessageFraming.Delimited, Routes = [Ticks] };
        await using var runtime = new ClientRuntime(contract, new WebSocketClientOptions { Uri = server.Uri });
        var route = new SendRoute<Say>("say", new Envelope([], """{"type":"say" """u8, [], payloadAtRoot: true), TestJson.Default.Say, false);
        Task waiting = runtime.SendAsync(route, new Say("a", "b"), default).AsTask();
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: TestContext.Current.CancellationToken).Soon();
        Assert.Equal("{\"type\":\"say\" ,\"room\":\"a\",\"text\":\"b\"}\u001E", await peer.ReadTextAsync());
        await waiting.Soon();
        await runtime.SendAsync(route, new Say("c", "d"), default);
        Assert.Equal("{\"type\":\"say\" ,\"room\":\"c\",\"text\":\"d\"}\u001E", await peer.ReadTextAsync());
    }

    private static string Receive(ClientContract contract, string text)
    {
        MessageRouter router = Router(contract);
        MessageStream<Tick> ticks = router.StreamsOf(Ticks).Open(new());
        MessageStream<UnknownMessage> unknown = router.Unknown.Open(new());

        Assert.True(router.OnMessageAsync(MessageKind.Text, Encoding.UTF8.GetBytes(text)).IsCompletedSuccessfully);
        List<(int At, string What)> all = [];
        while (ticks.TryRead(out Tick tick))
            all.Add((text.IndexOf($"\"price\":{tick.Price}", StringComparison.Ordinal), $"{tick.Price}"));
        while (unknown.TryRead(out UnknownMessage? message))
            all.Add((text.IndexOf(message.ToString(), StringComparison.Ordinal), message.Error is null ? "?" : "!"));
        return string.Join(" ", all.OrderBy(a => a.At).Select(a => a.What));
    }

    private static MessageRouter Router(ClientContract contract)
    {
        var gate = new PumpGate(TimeProvider.System);
        return new MessageRouter(contract.Plan, "C", gate, new CallTable("C", gate, TimeProvider.System, 10), NullLogger.Instance);
    }

    // Digits, then JSON, as Socket.IO has it; digits alone are no message.
    private sealed class PrefixCodec : IMessageCodec
    {
        public bool TryRead(MessageKind kind, ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> json)
        {
            int start = rest.Span.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (start == 0)
                throw new FormatException("No digits.");
            json = start < 0 ? default : rest[start..];
            rest = default;
            return !json.IsEmpty;
        }

        public MessageKind Write(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
        {
            output.Write("42"u8);
            output.Write(json);
            return MessageKind.Binary;
        }
    }
}
