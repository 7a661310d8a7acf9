using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Messaging;
using NetWebSockets.Tests.Connections;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Calls;

/// <summary>Calls whose replies are streamed, as SignalR does.</summary>
public class CallStreamTests
{
    [Fact]
    public async Task Items_come_in_order_until_the_completion()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub());
        await using MessageStream<int> stream = Open(client);
        Assert.Equal("""{"type":4,"invocationId":"1","target":"Counter","arguments":[5]}""", await client.ReadAsync());
        for (int i = 0; i < 100; i++)
            await client.SendAsync(Item(1, i));
        await client.SendAsync("""{"type":3,"invocationId":"1"}""");
        Assert.Equal(Enumerable.Range(0, 100), await ReadAllAsync(stream));

        // It has ended by itself: disposing it tells the peer nothing.
        await stream.DisposeAsync();
        Task<int> call = client.Runtime.CallAsync(CallContracts.Counter(), 9, CancellationToken.None);
        Assert.Contains("\"2\"", await client.ReadAsync(), StringComparison.Ordinal);
        await client.SendAsync("""{"type":3,"invocationId":"2","result":10}""");
        Assert.Equal(10, await call.Soon());
    }

    [Fact]
    public async Task Streams_and_calls_at_the_same_time_each_get_their_own()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub());
        await using MessageStream<int> first = Open(client);
        await using MessageStream<int> second = Open(client);
        Task<int> call = client.Runtime.CallAsync(CallContracts.Counter(), 9, CancellationToken.None);
        for (int i = 0; i < 3; i++)
            await client.ReadAsync();
        foreach (string message in (string[])[Item(2, 20), Item(1, 10), """{"type":3,"invocationId":"3","result":30}""", Item(2, 21), """{"type":3,"invocationId":"2"}""", Item(1, 11), """{"type":3,"invocationId":"1"}"""])
            await client.SendAsync(message);
        Assert.Equal([10, 11], await ReadAllAsync(first));
        Assert.Equal([20, 21], await ReadAllAsync(second));
        Assert.Equal(30, await call.Soon());
    }

    [Fact]
    public async Task An_error_ends_the_stream_after_what_was_buffered()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub());
        await using MessageStream<int> stream = Open(client);
        await client.ReadAsync();
        await client.SendAsync(Item(1, 1));
        await client.SendAsync(Item(1, 2));
        await client.SendAsync("""{"type":3,"invocationId":"1","error":"out of numbers"}""");
        await client.SettleAsync();
        Assert.True(stream.TryRead(out int one));
        Assert.True(stream.TryRead(out int two));
        Assert.Equal((1, 2), (one, two));
        var error = await Assert.ThrowsAsync<CallErrorException>(() => stream.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask().Soon());
        Assert.EndsWith("out of numbers", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_goes_early_tells_the_peer_once_and_late_items_are_counted()
    {
        using var late = ClientFixture.Counter("netwebsockets.replies.late");
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub());
        MessageStream<int> stream = Open(client);
        await client.ReadAsync();
        await client.SendAsync(Item(1, 1));
        Assert.Equal(1, await stream.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon());
        await stream.DisposeAsync();
        await stream.DisposeAsync();
        Assert.Equal("""{"type":5,"invocationId":"1"}""", await client.ReadAsync());
        await client.SendAsync(Item(1, 2));
        await client.SendAsync(Item(1, 3));
        await client.SettleAsync();
        Assert.Equal(2, client.Count(late));
        await using MessageStream<int> next = Open(client);
        Assert.Contains("\"invocationId\":\"2\"", await client.ReadAsync(), StringComparison.Ordinal);
        await client.SendAsync(Item(1, 4));
        await client.SendAsync(Item(2, 5));
        Assert.Equal(5, await next.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon());
    }

    [Fact]
    public async Task A_reader_that_goes_before_the_request_was_sent_takes_it_back_and_tells_nobody()
    {
        await using ClientFixture client = ClientFixture.Create(CallContracts.Hub());
        MessageStream<int> stream = Open(client);
        await using MessageStream<int> next = Open(client);
        await stream.DisposeAsync();
        await client.AcceptAsync();
        Assert.Contains("\"invocationId\":\"2\"", await client.ReadAsync(), StringComparison.Ordinal);
        await next.DisposeAsync();
        Assert.Equal("""{"type":5,"invocationId":"2"}""", await client.ReadAsync());
    }

    [Fact]
    public async Task A_drop_ends_the_stream_after_what_was_buffered_and_says_that_the_request_had_been_sent()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub());
        await using MessageStream<int> stream = Open(client);
        await client.ReadAsync();
        await client.SendAsync(Item(1, 1));
        await client.SettleAsync();
        client.Peer.Reset();
        await client.AcceptAsync();
        Assert.True(stream.TryRead(out _));
        var error = await Assert.ThrowsAsync<CallException>(() => stream.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask().Soon());
        Assert.Equal(SendOutcome.Sent, error.Outcome);

        // Nothing about it goes out on the next socket.
        await stream.DisposeAsync();
        await using MessageStream<int> next = Open(client);
        Assert.Contains("\"invocationId\":\"2\"", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_first_item_the_time_runs_out_and_the_peer_is_told()
    {
        FakeTimeProvider time = new();
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub(), o => o.TimeProvider = time);
        await using MessageStream<int> stream = client.Runtime.CallStream(CallContracts.Counter(TimeSpan.FromSeconds(5)), 5);
        await client.ReadAsync();
        time.Advance(TimeSpan.FromSeconds(6));
        var error = await Assert.ThrowsAsync<CallTimeoutException>(() => stream.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask().Soon());
        Assert.Equal(SendOutcome.Sent, error.Outcome);
        Assert.Equal("""{"type":5,"invocationId":"1"}""", await client.ReadAsync());
    }

    [Fact]
    public async Task After_the_first_item_no_time_runs_out()
    {
        FakeTimeProvider time = new();
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub(), o =>
        {
            o.TimeProvider = time;
            o.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        });
        await using MessageStream<int> stream = client.Runtime.CallStream(CallContracts.Counter(TimeSpan.FromSeconds(5)), 5);
        Task<int> other = client.Runtime.CallAsync(CallContracts.Counter(TimeSpan.FromSeconds(5)), 5, CancellationToken.None);
        await client.ReadAsync();
        await client.ReadAsync();
        await client.SendAsync(Item(1, 1));
        Assert.Equal(1, await stream.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon());
        time.Advance(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<CallTimeoutException>(() => other.Soon());
        await client.SendAsync(Item(1, 2));
        Assert.Equal(2, await stream.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon());
    }

    [Fact]
    public async Task An_item_that_cannot_be_read_becomes_an_unknown_message_and_the_stream_goes_on()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub());
        await using MessageStream<UnknownMessage> others = client.Runtime.OpenUnknown(null);
        await using MessageStream<int> stream = Open(client);
        await client.ReadAsync();
        await client.SendAsync("""{"type":2,"invocationId":"1","item":"no number"}""");
        await client.SendAsync("""{"type":2,"invocationId":"1"}""");
        await client.SendAsync(Item(1, 2));
        Assert.Equal(2, await stream.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon());
        for (int i = 0; i < 2; i++)
            Assert.NotNull((await others.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon()).Error);
    }

    [Fact]
    public async Task A_full_stream_holds_the_peer_and_loses_nothing()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub());
        await using MessageStream<UnknownMessage> others = client.Runtime.OpenUnknown(null);
        await using MessageStream<int> stream = client.Runtime.CallStream(CallContracts.Counter(), 5, options: new MessageStreamOptions { Capacity = 2 });
        await client.ReadAsync();
        for (int i = 0; i < 50; i++)
            await client.SendAsync(Item(1, i));
        await client.SendAsync("""{"other":1}""");
        await client.SendAsync("""{"type":3,"invocationId":"1"}""");
        for (int i = 0; i < 47; i++)
        {
            Assert.Equal(i, await stream.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon());
            Assert.False(others.TryRead(out _));
        }

        Assert.Equal([47, 48, 49], await ReadAllAsync(stream));
        Assert.True(others.TryRead(out _));
        Assert.Equal(0, stream.Dropped);
    }

    [Fact]
    public async Task What_may_drop_the_oldest_does()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub());
        await using MessageStream<int> stream = client.Runtime.CallStream(
            CallContracts.Counter(), 5, options: new MessageStreamOptions { Capacity = 2, FullMode = MessageStreamFullMode.DropOldest });
        await client.ReadAsync();
        for (int i = 0; i < 10; i++)
            await client.SendAsync(Item(1, i));
        await client.SendAsync("""{"type":3,"invocationId":"1"}""");
        await client.SettleAsync();
        Assert.Equal([8, 9], await ReadAllAsync(stream));
        Assert.Equal(8, stream.Dropped);
    }

    [Fact]
    public async Task Latest_needs_a_key_and_wrong_options_are_told()
    {
        await using ClientFixture client = ClientFixture.Create(CallContracts.Hub());
        ClientRuntime runtime = client.Runtime;
        Assert.Throws<ArgumentException>(() => runtime.CallStream(CallContracts.Counter(), 5, options: new MessageStreamOptions { FullMode = MessageStreamFullMode.Latest }));
        Assert.Throws<ArgumentOutOfRangeException>(() => runtime.CallStream(CallContracts.Counter(), 5, options: new MessageStreamOptions { Capacity = 0 }));
    }

    [Fact]
    public async Task A_stream_that_is_read_inside_the_loop_of_another_gets_its_items_behind_the_others()
    {
        ClientContract hub = CallContracts.Hub();
        await using ClientFixture client = await ClientFixture.ConnectAsync(hub);
        await using MessageStream<Problem> events = client.Runtime.Open((ReceiveRoute<Problem>)hub.Routes[0], new MessageStreamOptions { Capacity = 2 });
        for (int i = 0; i < 20; i++)
            await client.SendAsync($$"""{"type":1,"code":{{i}},"message":"m"}""");
        int seen = 0;
        await foreach (Problem problem in events)
        {
            Assert.Equal(seen, problem.Code);
            if (seen == 0)
            {
                await using MessageStream<int> inner = Open(client);
                await client.ReadAsync();
                await client.SendAsync(Item(1, 1));
                for (int i = 20; i < 40; i++)
                    await client.SendAsync($$"""{"type":1,"code":{{i}},"message":"m"}""");
                await client.SendAsync(Item(1, 2));
                await client.SendAsync("""{"type":3,"invocationId":"1"}""");
                Assert.Equal([1, 2], await ReadAllAsync(inner));
            }

            if (++seen == 40)
                break;
        }

        Assert.Equal(0, events.Dropped);
    }

    [Fact]
    public async Task A_stream_counts_as_in_flight_until_its_first_item()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub(maxInFlight: 1));
        await using MessageStream<int> stream = Open(client);
        await using MessageStream<int> second = Open(client);
        Assert.Contains("\"invocationId\":\"1\"", await client.ReadAsync(), StringComparison.Ordinal);
        Task<string> next = client.ReadAsync();
        await client.SettleAsync();
        Assert.False(next.IsCompleted);
        await client.SendAsync(Item(1, 1));
        Assert.Contains("\"invocationId\":\"2\"", await next.Soon(), StringComparison.Ordinal);
        await client.SendAsync(Item(1, 2));
        await client.SendAsync("""{"type":3,"invocationId":"2"}""");
        await client.SendAsync("""{"type":3,"invocationId":"1"}""");
        Assert.Equal([1, 2], await ReadAllAsync(stream));
        Assert.Empty(await ReadAllAsync(second));
    }

    [Fact]
    public async Task What_keeps_the_request_from_being_made_is_told_to_the_reader()
    {
        ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub());
        await client.DisposeAsync();
        MessageStream<int> stream = Open(client);
        var error = await Assert.ThrowsAsync<CallException>(() => stream.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask().Soon());
        Assert.Equal(SendOutcome.NotSent, error.Outcome);
    }

    private static MessageStream<int> Open(ClientFixture client) => client.Runtime.CallStream(CallContracts.Counter(), 5);

    private static string Item(int id, int value) => $$"""{"type":2,"invocationId":"{{id}}","item":{{value}}}""";

    private static async Task<List<int>> ReadAllAsync(MessageStream<int> stream)
    {
        List<int> items = [];
        while (await stream.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask().Soon())
        {
            while (stream.TryRead(out int item))
                items.Add(item);
        }

        return items;
    }
}
