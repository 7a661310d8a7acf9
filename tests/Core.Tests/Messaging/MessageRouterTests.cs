using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Messaging;
using Xunit;

namespace NetWebSockets.Tests.Messaging;

public class MessageRouterTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);
    private static readonly ReceiveRoute<Said> SaidRoute = TestContracts.SaidRoute();
    private static readonly ReceiveRoute<Tick> TickRoute = TestContracts.Route("tick", TestJson.Default.Tick);

    private readonly PumpGate _gate = new(TimeProvider.System);
    private readonly FakeLogger _logger = new();
    private readonly string _name = $"Chat{Guid.NewGuid():N}";
    private readonly CallTable _calls;

    public MessageRouterTests() => _calls = new CallTable(_name, _gate, new FakeTimeProvider(), 100);

    [Fact]
    public async Task A_message_goes_to_the_streams_of_its_discriminator_only()
    {
        MessageRouter router = Router();
        await using MessageStream<Said> said = router.StreamsOf(SaidRoute).Open(new());
        await using MessageStream<Said> again = router.StreamsOf(SaidRoute).Open(new());
        await using MessageStream<Tick> ticks = router.StreamsOf(TickRoute).Open(new());
        Receive(router, """{"room":"a","text":"b","type":"said"}""", """{"type":"tick","price":5}""");
        Assert.True(said.TryRead(out Said? item));
        Assert.Equal(new Said("a", "b"), item);
        Assert.True(again.TryRead(out Said? same));
        Assert.Same(item, same);
        Assert.True(ticks.TryRead(out Tick tick));
        Assert.Equal(5, tick.Price);
        Assert.False(said.TryRead(out _));
        Assert.False(ticks.TryRead(out _));
    }

    [Fact]
    public void A_message_without_a_stream_is_counted_as_unread_and_not_even_read()
    {
        using var unread = Counter("netwebsockets.messages.unread");
        using var unknown = Counter("netwebsockets.messages.unknown");
        MessageRouter router = Router();
        Receive(router, """{"type":"said","room":5}""");
        Assert.Equal(1, Count(unread));
        Assert.Equal(0, Count(unknown));
    }

    [Theory]
    [InlineData("""{"type":"other","x":1}""", "other", false)]
    [InlineData("""{"type":"o\u0074her"}""", "other", false)]
    [InlineData("""{"type":7}""", "7", false)]
    [InlineData("""{"type":null}""", null, false)]
    [InlineData("""[1]""", null, false)]
    [InlineData("""{"type":"said","room":5}""", "said", true)]
    [InlineData("""{"type":"said", broken""", "said", true)]
    [InlineData("""{"room":1, broken""", null, true)]
    [InlineData("", null, true)]
    [InlineData("hello", null, true)]
    [InlineData("""{"type":"\ud800"}""", "\"\\ud800\"", true)]
    [InlineData("""{"\ud800":1,"type":"other"}""", null, true)]
    public async Task What_nothing_takes_goes_to_the_unknown_messages_and_the_next_is_handled(string json, string? discriminator, bool unreadable)
    {
        using var unknown = Counter("netwebsockets.messages.unknown");
        MessageRouter router = Router();
        await using MessageStream<UnknownMessage> others = router.Unknown.Open(new());
        await using MessageStream<Said> said = router.StreamsOf(SaidRoute).Open(new());
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        Assert.True(router.OnMessageAsync(MessageKind.Text, bytes).IsCompletedSuccessfully);
        Array.Clear(bytes);
        Receive(router, """{"type":"said","room":"a","text":"b"}""");

        Assert.True(others.TryRead(out UnknownMessage? message));
        Assert.Equal(json, message.ToString());
        Assert.True(message.IsText);
        Assert.Equal(discriminator, message.Discriminator);
        Assert.Equal(unreadable, message.Error is not null);
        Assert.True(said.TryRead(out _));
        Assert.Equal(1, Count(unknown));
    }

    [Fact]
    public async Task A_binary_message_is_an_unknown_one()
    {
        MessageRouter router = Router();
        await using MessageStream<UnknownMessage> others = router.Unknown.Open(new());
        Assert.True(router.OnMessageAsync(MessageKind.Binary, new byte[] { 1, 2, 3 }).IsCompletedSuccessfully);
        Assert.True(others.TryRead(out UnknownMessage? message));
        Assert.False(message.IsText);
        Assert.Equal([1, 2, 3], message.Data.ToArray());
        Assert.Null(message.Error);
        Assert.Equal("binary, 3 bytes", message.ToString());
    }

    [Fact]
    public void An_unreadable_message_that_nobody_hears_of_is_logged_as_a_warning()
    {
        MessageRouter router = Router();
        Receive(router, "hello", """{"type":"other"}""");
        Assert.Equal([LogLevel.Warning, LogLevel.Debug], _logger.Collector.GetSnapshot().Select(r => r.Level));
        Assert.Contains("nobody reads its UnknownMessages", _logger.Collector.GetSnapshot()[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_nested_deeper_than_allowed_is_an_unknown_one()
    {
        MessageRouter router = Router();
        await using MessageStream<UnknownMessage> others = router.Unknown.Open(new());
        Receive(router, $$"""{"room":{{new string('[', 100_000)}}{{new string(']', 100_000)}},"type":"said"}""");
        Assert.True(others.TryRead(out UnknownMessage? message));
        Assert.IsAssignableFrom<JsonException>(message.Error);
    }

    [Fact]
    public async Task A_reply_ends_its_call_wherever_its_id_stands()
    {
        MessageRouter router = Router();
        PendingCall<int> first = Call<int>();
        PendingCall<int> second = Call<int>();
        Receive(router, $$"""{"result":2,"id":{{second.Id}}}""", $$"""{"id":"{{first.Id}}","result":1,"error":null}""");
        Assert.Equal(1, await first.Task);
        Assert.Equal(2, await second.Task);
        Assert.False(_calls.Any);
    }

    [Theory]
    [InlineData("""{"code":-32601,"message":"no such method"}""", "no such method")]
    [InlineData("\"no such method\"", "no such method")]
    [InlineData("""{"code":5}""", """{"code":5}""")]
    [InlineData("""{"data":{"message":"inner"},"message":"outer"}""", "outer")]
    [InlineData("17", "17")]
    [InlineData("false", "false")]
    public async Task An_error_in_a_reply_fails_the_call_with_the_peers_words(string json, string words)
    {
        MessageRouter router = Router();
        PendingCall<int> call = Call<int>();
        Receive(router, $$"""{"id":{{call.Id}},"error":{{json}},"result":1}""");
        var error = await Assert.ThrowsAsync<CallErrorException>(() => call.Task);
        Assert.Equal($"The peer answered 'add' with an error: {words}", error.Message);
        Assert.Equal(json, Encoding.UTF8.GetString(error.ErrorJson.Span));
        Assert.Equal(SendOutcome.Sent, error.Outcome);
        Assert.Equal("add", error.Method);
    }

    [Fact]
    public async Task Calls_are_counted_by_how_they_ended()
    {
        using var durations = new MetricCollector<double>(null, NetWebSocketTelemetry.MeterName, "netwebsockets.call.duration");
        MessageRouter router = Router();
        PendingCall<int> call = Call<int>();
        _ = Call<int>();
        _ = Call<int>();
        PendingCall<int> cancelled = Call<int>();
        _ = Call<int>();
        Receive(router, """{"id":1,"result":1}""", """{"id":2,"error":"no"}""", """{"id":3,"result":"no number"}""");
        _calls.Cancel(cancelled, CancellationToken.None);
        _calls.OnDropped(new NetWebSocketException("gone"));
        Assert.Equal(1, await call.Task);
        Assert.Equal(
            ["result", "error", "failed", "canceled", "dropped"],
            durations.GetMeasurementSnapshot().Where(m => (string?)m.Tags["netwebsockets.client"] == _name).Select(m => (string?)m.Tags["netwebsockets.call.outcome"]));
    }

    [Fact]
    public async Task A_long_error_is_shortened_in_the_message_and_whole_in_Error()
    {
        MessageRouter router = Router();
        PendingCall<int> call = Call<int>();
        string text = new('x', 10_000);
        Receive(router, $$"""{"id":{{call.Id}},"error":"{{text}}"}""");
        var error = await Assert.ThrowsAsync<CallErrorException>(() => call.Task);
        Assert.True(error.Message.Length < 400);
        Assert.Equal(10_002, error.ErrorJson.Length);
    }

    [Theory]
    [InlineData("""{"id":1,"result":"no number"}""", "could not be read as System.Int32")]
    [InlineData("""{"id":1}""", "neither a result nor an error")]
    [InlineData("""{"id":1,"error":null}""", "neither a result nor an error")]
    public async Task A_reply_that_cannot_be_read_fails_its_call_only(string json, string words)
    {
        MessageRouter router = Router();
        PendingCall<int> broken = Call<int>();
        PendingCall<int> next = Call<int>();
        Receive(router, json, """{"id":2,"result":2}""");
        var error = await Assert.ThrowsAsync<CallException>(() => broken.Task);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(SendOutcome.Sent, error.Outcome);
        Assert.Equal(2, await next.Task);
    }

    [Fact]
    public async Task A_missing_result_is_null_where_the_reply_is_a_nullable_value()
    {
        MessageRouter router = Router();
        PendingCall<int?> missing = Call<int?>();
        PendingCall<string?> isNull = Call<string?>();
        Receive(router, """{"id":1}""", """{"id":2,"result":null}""");
        Assert.Null(await missing.Task);
        Assert.Null(await isNull.Task);
    }

    [Fact]
    public async Task The_whole_reply_can_be_the_result()
    {
        MessageRouter router = Router(new CallContract { Id = "/id", Result = "" });
        PendingCall<Said> good = Call<Said>();
        PendingCall<Said> bad = Call<Said>();
        Receive(router, """{"id":1,"room":"a","text":"b"}""", """{"id":2,"error":"no"}""");
        Assert.Equal(new Said("a", "b"), await good.Task);
        await Assert.ThrowsAsync<CallErrorException>(() => bad.Task);
    }

    [Fact]
    public async Task The_whole_reply_can_be_the_error()
    {
        MessageRouter router = Router(new CallContract { Id = "/id", Error = "" });
        PendingCall<int> good = Call<int>();
        PendingCall<int> bad = Call<int>();
        Receive(router, """{"id":1,"result":7}""", """{"id":2,"code":3,"message":"too fast"}""");
        Assert.Equal(7, await good.Task);
        Assert.EndsWith("too fast", (await Assert.ThrowsAsync<CallErrorException>(() => bad.Task)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_late_reply_is_counted_and_becomes_an_unknown_message()
    {
        using var late = Counter("netwebsockets.replies.late");
        MessageRouter router = Router();
        await using MessageStream<UnknownMessage> others = router.Unknown.Open(new());
        PendingCall<int> call = Call<int>();
        PendingCall<int> pending = Call<int>();
        _calls.Cancel(call, CancellationToken.None);
        Receive(router, $$"""{"id":{{call.Id}},"result":1}""", """{"id":999,"result":1}""");
        Assert.Equal(1, Count(late));
        Assert.True(others.TryRead(out _));
        Assert.True(others.TryRead(out _));
        Assert.False(pending.Task.IsCompleted);
    }

    [Fact]
    public async Task A_message_of_the_contract_with_the_id_of_a_pending_call_is_no_reply_without_result_and_error()
    {
        MessageRouter router = Router();
        await using MessageStream<Said> said = router.StreamsOf(SaidRoute).Open(new());
        PendingCall<int> call = Call<int>();
        Receive(router, $$"""{"type":"said","id":{{call.Id}},"room":"a","text":"b"}""");
        Assert.True(said.TryRead(out _));
        Assert.False(call.Task.IsCompleted);
        Receive(router, $$"""{"type":"said","id":{{call.Id}},"result":3}""");
        Assert.Equal(3, await call.Task);
    }

    [Fact]
    public async Task A_client_without_calls_does_not_look_for_ids()
    {
        MessageRouter router = Router(calls: null);
        await using MessageStream<UnknownMessage> others = router.Unknown.Open(new());
        PendingCall<int> call = Call<int>();
        Receive(router, $$"""{"id":{{call.Id}},"result":1}""");
        Assert.True(others.TryRead(out _));
        Assert.False(call.Task.IsCompleted);
    }

    [Fact]
    public async Task A_reader_that_calls_inside_its_loop_gets_the_reply_behind_its_own_unread_items()
    {
        MessageRouter router = Router();
        await using MessageStream<Said> said = router.StreamsOf(SaidRoute).Open(new() { Capacity = 2 });
        Receive(router, """{"type":"said","room":"a","text":"1"}""", """{"type":"said","room":"a","text":"2"}""");
        Task held = router.OnMessageAsync(MessageKind.Text, """{"type":"said","room":"a","text":"3"}"""u8.ToArray()).AsTask();
        Assert.False(held.IsCompleted);

        // The reader begins a call: the pump, which waits already, goes on until the reply.
        PendingCall<int> call = Call<int>();
        await held.WaitAsync(Guard, TestContext.Current.CancellationToken);
        for (int i = 4; i <= 1000; i++)
            Receive(router, $$"""{"type":"said","room":"a","text":"{{i}}"}""");
        Receive(router, $$"""{"id":{{call.Id}},"result":1}""");
        Assert.Equal(1, await call.Task);

        for (int i = 1; i <= 1000; i++)
            Assert.Equal($"{i}", (await said.ReadAsync(TestContext.Current.CancellationToken)).Text);
        Assert.Equal(0, said.Dropped);
    }

    [Fact]
    public async Task At_the_end_streams_and_calls_end_with_the_cause()
    {
        MessageRouter router = Router();
        await using MessageStream<Said> said = router.StreamsOf(SaidRoute).Open(new());
        await using MessageStream<UnknownMessage> others = router.Unknown.Open(new());
        PendingCall<int> call = Call<int>();
        var cause = new InvalidDataException("as the test wants");
        router.OnEnded(cause);
        await Assert.ThrowsAsync<CallException>(() => call.Task);
        var error = await Assert.ThrowsAsync<NetWebSocketException>(async () => await said.WaitToReadAsync(TestContext.Current.CancellationToken));
        Assert.Same(cause, error.InnerException);
        await Assert.ThrowsAsync<NetWebSocketException>(async () => await others.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_route_of_another_contract_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Router().StreamsOf(TestContracts.SaidRoute()));
        Assert.Contains("'said' is not in the contract of", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receiving_a_record_of_1_KiB_allocates_nothing_beyond_what_the_serializer_does()
    {
        MessageRouter router = Router();
        await using MessageStream<Said> said = router.StreamsOf(SaidRoute).Open(new());
        byte[] json = Encoding.UTF8.GetBytes($$"""{"type":"said","room":"a","text":"{{new string('x', 1024)}}"}""");
        long alone = Allocations.OfThousand(() => JsonSerializer.Deserialize(json, TestJson.Default.Said));
        long ours = Allocations.OfThousand(() =>
        {
            if (!router.OnMessageAsync(MessageKind.Text, json).IsCompletedSuccessfully || !said.TryRead(out _))
                throw new InvalidOperationException("The message was delivered at once.");
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"bytes a record: serializer alone {alone / 1000.0}, through the router {ours / 1000.0}");
        Assert.Equal(alone, ours);
    }

    [Fact]
    public void An_unread_or_unheard_message_allocates_nothing()
    {
        var calls = new CallTable("Quiet", new PumpGate(TimeProvider.System), new FakeTimeProvider(), 10);
        var router = new MessageRouter(
            TestContracts.Chat(SaidRoute).Plan, "Quiet", new PumpGate(TimeProvider.System), calls, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        byte[] unread = """{"type":"said","room":"a","text":"b"}"""u8.ToArray();
        byte[] unheard = """{"type":"other","room":"a","text":"b"}"""u8.ToArray();
        Assert.Equal(0, Allocations.OfThousand(() =>
        {
            _ = router.OnMessageAsync(MessageKind.Text, unread).IsCompletedSuccessfully;
            _ = router.OnMessageAsync(MessageKind.Text, unheard).IsCompletedSuccessfully;
        }));
    }

    private static void Receive(MessageRouter router, params string[] messages)
    {
        foreach (string json in messages)
            Assert.True(router.OnMessageAsync(MessageKind.Text, Encoding.UTF8.GetBytes(json)).IsCompletedSuccessfully);
    }

    private MessageRouter Router() => Router(new CallContract { Id = "/id" });

    private MessageRouter Router(CallContract? calls) => new(
        new ClientContract { Name = "C", Discriminators = ["/type"], Calls = calls, Routes = [SaidRoute, TickRoute] }.Plan, _name, _gate, _calls, _logger);

    private PendingCall<TReply> Call<TReply>()
    {
        var type = (System.Text.Json.Serialization.Metadata.JsonTypeInfo<TReply>)TestJson.Default.GetTypeInfo(typeof(TReply))!;
        var call = new PendingCall<TReply>("add", Timeout.InfiniteTimeSpan, type) { Id = _calls.NextId() };
        _calls.Add(call);
        _calls.MarkSent(call, 0);
        return call;
    }

    private static MetricCollector<long> Counter(string name) => new(null, NetWebSocketTelemetry.MeterName, name);

    private long Count(MetricCollector<long> counter) =>
        counter.GetMeasurementSnapshot().Where(m => (string?)m.Tags["netwebsockets.client"] == _name).Sum(m => m.Value);
}
