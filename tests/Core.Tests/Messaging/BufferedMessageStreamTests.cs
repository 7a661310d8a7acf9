using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Messaging;
using Xunit;

namespace NetWebSockets.Tests.Messaging;

public class BufferedMessageStreamTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly PumpGate _gate = new(TimeProvider.System);
    private readonly StreamSet<int> _set;

    public BufferedMessageStreamTests() => _set = new StreamSet<int>("ticks", "C", _gate, null);

    [Fact]
    public async Task Items_are_read_in_order_from_the_moment_the_stream_was_opened()
    {
        Write(1);
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions());
        Write(2, 3);
        Assert.Equal(2, await stream.ReadAsync(TestContext.Current.CancellationToken));
        Assert.True(stream.TryRead(out int item));
        Assert.Equal(3, item);
        Assert.False(stream.TryRead(out _));
    }

    [Fact]
    public async Task Every_stream_of_a_kind_sees_every_item()
    {
        await using MessageStream<int> first = _set.Open(new MessageStreamOptions());
        await using MessageStream<int> second = _set.Open(new MessageStreamOptions { Capacity = 2, FullMode = MessageStreamFullMode.DropOldest });
        Write(1, 2, 3);
        Assert.Equal([1, 2, 3], Drain(first));
        Assert.Equal([2, 3], Drain(second));
        Assert.Equal(0, first.Dropped);
        Assert.Equal(1, second.Dropped);
    }

    [Fact]
    public async Task A_waiting_reader_goes_on_with_the_next_item()
    {
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions());
        Task<int> read = stream.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(read.IsCompleted);
        Write(4);
        Assert.Equal(4, await read.WaitAsync(Guard, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_readers_continuation_does_not_run_on_the_pump()
    {
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions());
        var ranOn = new TaskCompletionSource<int>();
        var mayEnd = new ManualResetEventSlim();
        Task reader = ReadAndBlock();
        int pump = Environment.CurrentManagedThreadId;
        Write(1);

        // Would never come here if the reader, which blocks, ran inside Write.
        mayEnd.Set();
        Assert.NotEqual(-1, await ranOn.Task.WaitAsync(Guard, TestContext.Current.CancellationToken));
        await reader.WaitAsync(Guard, TestContext.Current.CancellationToken);

        async Task ReadAndBlock()
        {
            await stream.WaitToReadAsync().ConfigureAwait(false);
            mayEnd.Wait(Guard);
            ranOn.SetResult(mayEnd.IsSet ? Environment.CurrentManagedThreadId : -1);
        }
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_stream_usable()
    {
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions());
        using var cancellation = new CancellationTokenSource();
        ValueTask<bool> wait = stream.WaitToReadAsync(cancellation.Token);
        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wait);
        Assert.Equal(cancellation.Token, error.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.WaitToReadAsync(cancellation.Token));

        Write(1);
        Assert.True(await stream.WaitToReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal([1], Drain(stream));
    }

    [Fact]
    public async Task A_token_cancelled_after_its_wait_does_not_touch_the_next_one()
    {
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions());
        using var first = new CancellationTokenSource();
        ValueTask<bool> wait = stream.WaitToReadAsync(first.Token);
        Write(1);
        Assert.True(await wait);
        Assert.Equal([1], Drain(stream));
        Task<bool> next = stream.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
        await first.CancelAsync();
        Assert.False(next.IsCompleted);
        Write(2);
        Assert.True(await next.WaitAsync(Guard, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_second_reader_is_refused_in_a_sentence()
    {
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions());
        ValueTask<bool> wait = stream.WaitToReadAsync(TestContext.Current.CancellationToken);
        Assert.Contains("one reader at a time", Assert.Throws<InvalidOperationException>(() => stream.TryRead(out _)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.WaitToReadAsync());
        Write(1);
        Assert.True(await wait);

        IAsyncEnumerator<int> first = stream.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await first.MoveNextAsync());
        IAsyncEnumerator<int> second = stream.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await second.MoveNextAsync());
        await first.DisposeAsync();

        Write(2);
        await foreach (int item in stream)
        {
            Assert.Equal(2, item);
            break;
        }
    }

    [Fact]
    public async Task The_pump_waits_at_a_full_stream_until_there_is_room()
    {
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions { Capacity = 2 });
        Assert.True(_set.WriteAsync(1).IsCompletedSuccessfully);
        Assert.True(_set.WriteAsync(2).IsCompletedSuccessfully);
        Task held = _set.WriteAsync(3).AsTask();
        Assert.False(held.IsCompleted);
        Assert.Equal(1, await stream.ReadAsync(TestContext.Current.CancellationToken));
        await held.WaitAsync(Guard, TestContext.Current.CancellationToken);
        Assert.Equal([2, 3], Drain(stream));
        Assert.Equal(0, stream.Dropped);
    }

    [Fact]
    public async Task The_pump_waits_for_the_slowest_of_several_streams()
    {
        await using MessageStream<int> slow = _set.Open(new MessageStreamOptions { Capacity = 1 });
        await using MessageStream<int> slower = _set.Open(new MessageStreamOptions { Capacity = 1 });
        await using MessageStream<int> wide = _set.Open(new MessageStreamOptions());
        Write(1);
        Task held = _set.WriteAsync(2).AsTask();
        Assert.Equal([1, 2], Drain(wide));
        Assert.Equal([1, 2], Drain(slow));
        Assert.False(held.IsCompleted);
        Assert.Equal([1, 2], Drain(slower));
        await held.WaitAsync(Guard, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Disposing_a_full_stream_lets_the_pump_go_and_ends_its_reader()
    {
        MessageStream<int> stream = _set.Open(new MessageStreamOptions { Capacity = 1 });
        Write(1);
        Task held = _set.WriteAsync(2).AsTask();
        Assert.False(held.IsCompleted);
        await stream.DisposeAsync();
        await held.WaitAsync(Guard, TestContext.Current.CancellationToken);
        Assert.False(await stream.WaitToReadAsync(TestContext.Current.CancellationToken));
        Assert.True(_set.IsEmpty);

        MessageStream<int> waiting = _set.Open(new MessageStreamOptions());
        Task<bool> wait = waiting.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
        await waiting.DisposeAsync();
        Assert.False(await wait.WaitAsync(Guard, TestContext.Current.CancellationToken));
        await waiting.DisposeAsync();
    }

    [Fact]
    public async Task While_a_call_is_pending_the_pump_goes_on_by_the_overflow()
    {
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions { Capacity = 1, Overflow = 2 });
        Write(1);
        _gate.CallStarted();
        Assert.True(_set.WriteAsync(2).IsCompletedSuccessfully);
        Assert.True(_set.WriteAsync(3).IsCompletedSuccessfully);
        Task held = _set.WriteAsync(4).AsTask();
        Assert.False(held.IsCompleted);
        Assert.Equal(1, await stream.ReadAsync(TestContext.Current.CancellationToken));
        await held.WaitAsync(Guard, TestContext.Current.CancellationToken);

        // Without the call the overflow is no room any more.
        _gate.CallEnded();
        Task heldAgain = _set.WriteAsync(5).AsTask();
        Assert.Equal(2, await stream.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(3, await stream.ReadAsync(TestContext.Current.CancellationToken));
        Assert.False(heldAgain.IsCompleted);
        Assert.Equal(4, await stream.ReadAsync(TestContext.Current.CancellationToken));
        await heldAgain.WaitAsync(Guard, TestContext.Current.CancellationToken);
        Assert.Equal([5], Drain(stream));
    }

    [Fact]
    public async Task A_pump_that_waits_already_is_released_by_a_call()
    {
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions { Capacity = 1, Overflow = 10 });
        Write(1);
        Task held = _set.WriteAsync(2).AsTask();
        Assert.False(held.IsCompleted);
        _gate.CallStarted();
        await held.WaitAsync(Guard, TestContext.Current.CancellationToken);
        Assert.Equal([1, 2], Drain(stream));
    }

    [Fact]
    public async Task Without_overflow_a_call_does_not_release_the_pump()
    {
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions { Capacity = 1, Overflow = 0 });
        Write(1);
        Task held = _set.WriteAsync(2).AsTask();
        _gate.CallStarted();
        Assert.False(held.IsCompleted);
        Assert.Equal([1, 2], Drain(stream));
        await held.WaitAsync(Guard, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_end_of_the_client_lets_the_pump_go_and_memory_stays_bounded()
    {
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions { Capacity = 1, Overflow = 1 });
        Write(1);
        Task held = _set.WriteAsync(2).AsTask();
        Assert.False(held.IsCompleted);
        _gate.End();
        await held.WaitAsync(Guard, TestContext.Current.CancellationToken);
        Write(3, 4, 5);
        Assert.Equal([1, 2], Drain(stream));
        Assert.Equal(3, stream.Dropped);
    }

    [Fact]
    public async Task At_the_end_what_is_buffered_is_read_first()
    {
        await using MessageStream<int> closed = _set.Open(new MessageStreamOptions());
        Write(1);
        _set.End(null);
        Assert.Equal([1], await All(closed));
        Assert.Equal([], await All(_set.Open(new MessageStreamOptions())));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await closed.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task At_a_fatal_end_the_cause_comes_after_what_is_buffered()
    {
        var cause = new NetWebSocketException("as the test wants");
        await using MessageStream<int> failed = _set.Open(new MessageStreamOptions());
        await using MessageStream<int> waiting = _set.Open(new MessageStreamOptions());
        Write(1);
        Assert.Equal([1], Drain(waiting));
        Task<bool> wait = waiting.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
        _set.End(cause);

        Assert.Equal(1, await failed.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Same(cause, await Assert.ThrowsAsync<NetWebSocketException>(async () => await failed.ReadAsync(TestContext.Current.CancellationToken)));
        Assert.Same(cause, await Assert.ThrowsAsync<NetWebSocketException>(() => wait.WaitAsync(Guard, TestContext.Current.CancellationToken)));
        MessageStream<int> late = _set.Open(new MessageStreamOptions());
        Assert.Same(cause, await Assert.ThrowsAsync<NetWebSocketException>(async () => await late.WaitToReadAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_burst_through_a_growing_ring_keeps_its_order()
    {
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions { Capacity = 100_000 });
        int next = 0;
        int expected = 0;
        for (int round = 1; round < 200; round++)
        {
            for (int i = 0; i < round * 7; i++)
                Write(next++);
            for (int i = 0; i < round * 5; i++)
            {
                Assert.True(stream.TryRead(out int item));
                Assert.Equal(expected++, item);
            }
        }

        Assert.Equal(Enumerable.Range(expected, next - expected), Drain(stream));
        Assert.Equal(0, stream.Dropped);
    }

    [Fact]
    public async Task A_writer_and_a_reader_on_two_threads_lose_nothing()
    {
        const int Count = 50_000;
        MessageStream<int> stream = _set.Open(new MessageStreamOptions { Capacity = 8 });
        Task writer = Task.Run(async () =>
        {
            for (int i = 0; i < Count; i++)
                await _set.WriteAsync(i);
            _set.End(null);
        });
        int expected = 0;
        await foreach (int item in stream)
            Assert.Equal(expected++, item);
        await writer.WaitAsync(Guard, TestContext.Current.CancellationToken);
        Assert.Equal(Count, expected);
    }

    [Fact]
    public async Task Waiting_and_reading_allocate_nothing()
    {
        await using MessageStream<int> stream = _set.Open(new MessageStreamOptions());
        Assert.Equal(0, Allocations.OfThousand(Once));

        void Once()
        {
            ValueTask<bool> wait = stream.WaitToReadAsync();
            _ = _set.WriteAsync(1).IsCompletedSuccessfully;
            if (!wait.GetAwaiter().GetResult() || !stream.TryRead(out _))
                throw new InvalidOperationException("An item was written.");
        }
    }

    [Fact]
    public async Task A_stream_that_holds_the_pump_for_long_is_told_of_once_a_wait()
    {
        var time = new FakeTimeProvider();
        var told = new List<string>();
        using var gate = new PumpGate(time, told.Add);
        var set = new StreamSet<int>("ticks", "C", gate, null);
        await using MessageStream<int> stream = set.Open(new MessageStreamOptions { Capacity = 1 });
        _ = set.WriteAsync(1).IsCompletedSuccessfully;

        Task held = set.WriteAsync(2).AsTask();
        time.Advance(PumpGate.StallWarning - TimeSpan.FromMilliseconds(1));
        Assert.Empty(told);
        Assert.Equal([1, 2], Drain(stream));
        await held.WaitAsync(Guard, TestContext.Current.CancellationToken);
        time.Advance(PumpGate.StallWarning);
        Assert.Empty(told);

        _ = set.WriteAsync(3).IsCompletedSuccessfully;
        held = set.WriteAsync(4).AsTask();
        time.Advance(PumpGate.StallWarning * 3);
        Assert.Equal(["ticks"], told);
        Assert.Equal([3, 4], Drain(stream));
        await held.WaitAsync(Guard, TestContext.Current.CancellationToken);
    }

    private static List<int> Drain(MessageStream<int> stream)
    {
        var items = new List<int>();
        while (stream.TryRead(out int item))
            items.Add(item);
        return items;
    }

    private static async Task<List<int>> All(MessageStream<int> stream)
    {
        var items = new List<int>();
        await foreach (int item in stream)
            items.Add(item);
        return items;
    }

    private void Write(params int[] items)
    {
        foreach (int item in items)
            Assert.True(_set.WriteAsync(item).IsCompletedSuccessfully);
    }
}
