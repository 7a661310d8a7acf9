using NetWebSockets.Sessions;
using NetWebSockets.Tests.Connections;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>What network emulation does to one stream, to the tick of a clock that the test moves.</summary>
public sealed class EmulatedStreamTests
{
    private readonly ObservedTime _time = new();
    private readonly NetworkEmulator _emulator;
    private readonly PipedTransport _transport = new();
    private readonly EmulatedStream _stream;

    public EmulatedStreamTests()
    {
        _emulator = new NetworkEmulator(_time);
        _stream = new EmulatedStream(_transport, _emulator);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Latency(double seconds) => _emulator.Set(new NetworkEmulation { Latency = Seconds(seconds) });

    private Task<byte[]> ReadAsync(int atMost = 1000) => ReadAsync(_stream, atMost);

    private static Task<byte[]> ReadAsync(EmulatedStream stream, int atMost = 1000)
    {
        Task<byte[]> reading = ReadGuardedAsync(stream, atMost);
        // A test of what does not come leaves its read behind; that its guard ends it later is no failure of anybody else.
        _ = reading.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return reading;
    }

    private static async Task<byte[]> ReadGuardedAsync(EmulatedStream stream, int atMost)
    {
        byte[] buffer = new byte[atMost];
        return buffer[..await stream.ReadAsync(buffer, Token).AsTask().WaitAsync(Guard, Token)];
    }

    [Fact]
    public async Task What_arrives_is_handed_out_when_the_latency_is_over_and_not_before()
    {
        Latency(10);
        Task<byte[]> reading = ReadAsync();
        _transport.Feed(1, 2);
        await _time.WaitBegunAsync(Seconds(10));
        _time.Advance(Seconds(10) - TimeSpan.FromTicks(1));
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal([1, 2], await reading);
    }

    [Fact]
    public async Task Latency_is_counted_from_when_something_came_so_that_it_does_not_halve_the_throughput()
    {
        Latency(10);
        Task<byte[]> reading = ReadAsync();
        _transport.Feed(1);
        await _time.WaitBegunAsync(Seconds(10));
        _time.Advance(Seconds(4));
        _transport.Feed(2);
        _time.Advance(Seconds(6));
        Assert.Equal([1], await reading);

        // The second came 4 s after the first, and not when the first had been taken.
        reading = ReadAsync();
        await _time.WaitBegunAsync(Seconds(4));
        Assert.False(reading.IsCompleted);
        _time.Advance(Seconds(4));
        Assert.Equal([2], await reading);
    }

    [Fact]
    public async Task A_read_without_a_buffer_that_waits_when_emulation_begins_tells_of_arrival_and_the_next_one_waits()
    {
        ValueTask<int> waiting = _stream.ReadAsync(Memory<byte>.Empty, Token);
        Latency(10);
        Assert.False(waiting.IsCompleted);
        _transport.Feed(1);
        Assert.Equal(0, await waiting.AsTask().WaitAsync(Guard, Token));
        Task<byte[]> reading = ReadAsync();
        await _time.WaitBegunAsync(Seconds(10));
        Assert.False(reading.IsCompleted);
        _time.Advance(Seconds(10));

        Assert.Equal([1], await reading);
    }

    [Fact]
    public async Task A_read_into_a_buffer_that_waits_when_emulation_begins_is_held_back_too()
    {
        Task<byte[]> reading = ReadAsync();
        Latency(10);
        _transport.Feed(1, 2, 3);
        await _time.WaitBegunAsync(Seconds(10));
        Assert.False(reading.IsCompleted);
        _time.Advance(Seconds(10));

        Assert.Equal([1, 2, 3], await reading);
    }

    [Fact]
    public async Task A_read_without_a_buffer_waits_for_what_is_handed_out_and_takes_nothing()
    {
        Latency(10);
        Task<int> waiting = _stream.ReadAsync(Memory<byte>.Empty, Token).AsTask();
        _transport.Feed(1, 2);
        await _time.WaitBegunAsync(Seconds(10));
        Assert.False(waiting.IsCompleted);
        _time.Advance(Seconds(10));

        Assert.Equal(0, await waiting.WaitAsync(Guard, Token));
        Assert.Equal([1], await ReadAsync(atMost: 1));
        Assert.Equal([2], await ReadAsync());
    }

    [Fact]
    public async Task Ending_the_emulation_hands_out_what_is_held_back_at_once_and_reads_are_the_transports_own_again()
    {
        Latency(10);
        Task<byte[]> reading = ReadAsync(atMost: 1);
        _transport.Feed(1, 2);
        await _time.WaitBegunAsync(Seconds(10));
        _emulator.Set(null);
        Assert.Equal([1], await reading);
        Assert.Equal([2], await ReadAsync());

        reading = ReadAsync();
        _transport.Feed(3);
        Assert.Equal([3], await reading);
        // Nobody reads ahead any more.
        _transport.Feed(4);
        Assert.Equal(1, _transport.Unread);
        Assert.Equal([4], await ReadAsync());
    }

    [Fact]
    public async Task Emulation_that_begins_again_reads_ahead_again()
    {
        Latency(10);
        Task<byte[]> reading = ReadAsync();
        _emulator.Set(null);
        Latency(5);
        _transport.Feed(1);
        await _time.PassAsync(Seconds(5));
        Assert.Equal([1], await reading);
        _emulator.Set(null);
        reading = ReadAsync();
        _transport.Feed(2);
        Assert.Equal([2], await reading);
        Latency(3);
        reading = ReadAsync();
        _transport.Feed(3);
        await _time.PassAsync(Seconds(3));
        Assert.Equal([3], await reading);
    }

    [Fact]
    public async Task Another_emulation_takes_the_place_of_the_former_also_for_what_is_held_back()
    {
        Latency(10);
        Task<byte[]> reading = ReadAsync();
        _transport.Feed(1);
        await _time.WaitBegunAsync(Seconds(10));
        Latency(2);
        await _time.WaitBegunAsync(Seconds(2));
        Assert.False(reading.IsCompleted);
        _time.Advance(Seconds(2));

        Assert.Equal([1], await reading);
    }

    [Fact]
    public async Task The_end_of_the_stream_comes_after_what_came_before_it_and_as_late()
    {
        Latency(10);
        Task<byte[]> reading = ReadAsync();
        _transport.Feed(1);
        _transport.End();
        await _time.PassAsync(Seconds(10));

        Assert.Equal([1], await reading);
        Assert.Empty(await ReadAsync());
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task A_failure_comes_after_what_came_before_it()
    {
        Latency(10);
        Task<byte[]> reading = ReadAsync();
        _transport.Feed(1);
        _transport.End(new IOException("reset"));
        await _time.PassAsync(Seconds(10));

        Assert.Equal([1], await reading);
        Assert.Equal("reset", (await Assert.ThrowsAsync<IOException>(() => ReadAsync())).Message);
    }

    [Fact]
    public async Task What_came_with_the_handshake_is_read_first_and_as_late()
    {
        Latency(10);
        _stream.Receive(new byte[] { 1, 2 });
        _transport.Feed(3);
        Task<byte[]> reading = ReadAsync();
        await _time.PassAsync(Seconds(10));

        Assert.Equal([1, 2], await reading);
        Assert.Equal([3], await ReadAsync());
    }

    [Fact]
    public async Task Download_passes_at_the_throughput_to_the_byte()
    {
        _emulator.Set(new NetworkEmulation { DownloadThroughput = 1000 });
        Task<byte[]> reading = ReadAsync();
        _transport.Feed(new byte[25]);
        foreach (int count in new[] { 10, 10, 5 })
        {
            await _time.WaitBegunAsync(Seconds(count / 1000.0));
            Assert.False(reading.IsCompleted);
            _time.Advance(Seconds(count / 1000.0));
            Assert.Equal(count, (await reading).Length);
            reading = ReadAsync();
        }
    }

    [Fact]
    public async Task A_clock_that_jumps_costs_no_throughput()
    {
        _emulator.Set(new NetworkEmulation { DownloadThroughput = 1000 });
        Task<byte[]> reading = ReadAsync(atMost: 10);
        _transport.Feed(new byte[2000]);
        await _time.WaitBegunAsync(Seconds(0.01));
        _time.Advance(Seconds(1));
        int total = (await reading).Length;
        while (total < 1000)
            total += (await ReadAsync(atMost: 1000 - total)).Length;

        reading = ReadAsync();
        await _time.WaitBegunAsync(Seconds(0.01));
        Assert.False(reading.IsCompleted);
        Assert.Equal(1000 - 10, _transport.Unread);
    }

    [Fact]
    public async Task Time_in_which_nothing_came_is_not_saved_up()
    {
        _emulator.Set(new NetworkEmulation { DownloadThroughput = 1000 });
        Task<byte[]> reading = ReadAsync();
        _time.Advance(Seconds(100));
        _transport.Feed(new byte[10]);
        await _time.WaitBegunAsync(Seconds(0.01));
        Assert.False(reading.IsCompleted);
        _time.Advance(Seconds(0.01));

        Assert.Equal(10, (await reading).Length);
    }

    [Fact]
    public async Task Latency_comes_on_top_of_throughput()
    {
        _emulator.Set(new NetworkEmulation { DownloadThroughput = 1000, Latency = Seconds(2) });
        Task<byte[]> reading = ReadAsync();
        _transport.Feed(new byte[10]);
        await _time.PassAsync(Seconds(0.01));
        await _time.WaitBegunAsync(Seconds(2));
        Assert.False(reading.IsCompleted);
        _time.Advance(Seconds(2));

        Assert.Equal(10, (await reading).Length);
    }

    [Fact]
    public async Task Sockets_share_the_throughput_and_take_turns()
    {
        await using var otherTransport = new PipedTransport();
        await using var other = new EmulatedStream(otherTransport, _emulator);
        _emulator.Set(new NetworkEmulation { DownloadThroughput = 1000 });
        Task<byte[]> first = ReadAsync();
        Task<byte[]> second = ReadAsync(other);
        _transport.Feed(new byte[20]);
        otherTransport.Feed(new byte[10]);
        await _time.WaitBegunAsync(Seconds(0.02));
        _time.Advance(Seconds(0.01));
        Assert.Equal(10, (await first).Length);
        Assert.False(second.IsCompleted);
        first = ReadAsync();
        _time.Advance(Seconds(0.01));
        Assert.Equal(10, (await second).Length);
        Assert.False(first.IsCompleted);
        _time.Advance(Seconds(0.01));
        Assert.Equal(10, (await first).Length);
    }

    [Fact]
    public async Task What_is_not_taken_is_not_read_so_that_the_peer_feels_it()
    {
        Latency(10);
        Task<int> waiting = _stream.ReadAsync(Memory<byte>.Empty, Token).AsTask();
        _transport.Feed(new byte[3 * 1024 * 1024]);
        await _time.PassAsync(Seconds(10));
        await waiting.WaitAsync(Guard, Token);
        Assert.Equal(2 * 1024 * 1024, _transport.Unread);

        byte[] piece = await ReadAsync(atMost: 64 * 1024);
        Assert.Equal(64 * 1024, piece.Length);
    }

    [Fact]
    public async Task Upload_passes_at_the_throughput_to_the_byte()
    {
        _emulator.Set(new NetworkEmulation { UploadThroughput = 1000 });
        Task writing = _stream.WriteAsync(new byte[25], Token).AsTask();
        foreach (int count in new[] { 10, 10, 5 })
        {
            int before = _transport.Written.Length;
            await _time.WaitBegunAsync(Seconds(count / 1000.0));
            _time.Advance(Seconds(count / 1000.0) - TimeSpan.FromTicks(1));
            Assert.Equal(before, _transport.Written.Length);
            Assert.False(writing.IsCompleted);
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.Equal(before + count, _transport.Written.Length);
        }

        await writing.WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task Writes_that_follow_each_other_lose_nothing_to_a_clock_that_jumps_and_one_that_comes_later_gains_nothing()
    {
        _emulator.Set(new NetworkEmulation { UploadThroughput = 1000 });
        Task both = WriteTwiceAsync();
        _time.Advance(Seconds(2));
        await both.WaitAsync(Guard, Token);
        Assert.Equal(2000, _transport.Written.Length);

        Task later = _stream.WriteAsync(new byte[10], Token).AsTask();
        Assert.False(later.IsCompleted);
        _time.Advance(Seconds(0.01));
        await later.WaitAsync(Guard, Token);

        async Task WriteTwiceAsync()
        {
            await _stream.WriteAsync(new byte[1000], Token).ConfigureAwait(false);
            await _stream.WriteAsync(new byte[1000], Token).ConfigureAwait(false);
        }
    }

    [Fact]
    public async Task Ending_the_emulation_lets_a_write_that_waits_through()
    {
        _emulator.Set(new NetworkEmulation { UploadThroughput = 1 });
        Task writing = _stream.WriteAsync(new byte[100], Token).AsTask();
        Assert.False(writing.IsCompleted);
        _emulator.Set(null);
        await writing.WaitAsync(Guard, Token);

        Assert.Equal(100, _transport.Written.Length);
    }

    [Fact]
    public async Task Another_throughput_takes_the_place_of_the_former_within_a_write()
    {
        _emulator.Set(new NetworkEmulation { UploadThroughput = 1 });
        Task writing = _stream.WriteAsync(new byte[100], Token).AsTask();
        _emulator.Set(new NetworkEmulation { UploadThroughput = 100 });
        await _time.WaitBegunAsync(Seconds(0.01));
        _time.Advance(Seconds(1));
        await writing.WaitAsync(Guard, Token);

        Assert.Equal(100, _transport.Written.Length);
    }

    [Fact]
    public async Task A_peer_that_does_not_take_it_makes_the_write_wait_whatever_the_throughput()
    {
        _emulator.Set(new NetworkEmulation { UploadThroughput = 1000 });
        var gate = new TaskCompletionSource();
        _transport.WriteGate = gate.Task;
        Task writing = _stream.WriteAsync(new byte[10], Token).AsTask();
        _time.Advance(Seconds(10));
        Assert.False(writing.IsCompleted);
        gate.SetResult();

        await writing.WaitAsync(Guard, Token);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposing_ends_reads_and_writes_that_are_held_back(bool beganBefore)
    {
        Task<byte[]>? reading = beganBefore ? ReadAsync() : null;
        _emulator.Set(new NetworkEmulation { Latency = Seconds(10), UploadThroughput = 1 });
        reading ??= ReadAsync();
        _transport.Feed(1);
        await _time.WaitBegunAsync(Seconds(10));
        Task writing = _stream.WriteAsync(new byte[100], Token).AsTask();
        await _stream.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writing.WaitAsync(Guard, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ReadAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _stream.WriteAsync(new byte[1], Token).AsTask().WaitAsync(Guard, Token));
        Assert.True(_transport.IsDisposed);
    }

    [Fact]
    public async Task A_token_ends_the_wait_of_a_read_and_loses_nothing()
    {
        Latency(10);
        using var giveUp = new CancellationTokenSource();
        Task<int> reading = _stream.ReadAsync(new byte[10], giveUp.Token).AsTask();
        _transport.Feed(1);
        await _time.WaitBegunAsync(Seconds(10));
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Guard, Token));
        _time.Advance(Seconds(10));

        Assert.Equal([1], await ReadAsync());
    }

    [Fact]
    public async Task Without_emulation_reads_and_writes_allocate_nothing()
    {
        await using var transport = new AllocationFreeTransport();
        await using var stream = new EmulatedStream(transport, _emulator);
        byte[] buffer = new byte[16];
        int wrong = 0;
        int rounds = 0;
        Assert.Equal(0, Allocations.OfThousand(Round));
        Assert.Equal(rounds, transport.Completed);
        Assert.Equal(0, wrong);

        void Round()
        {
            // A read that waits without a buffer, one that waits with one, and a write. Assertions allocate.
            rounds++;
            ValueTask<int> empty = stream.ReadAsync(Memory<byte>.Empty);
            transport.Complete();
            wrong += empty.GetAwaiter().GetResult();
            ValueTask<int> read = stream.ReadAsync(buffer);
            transport.Complete();
            wrong += read.GetAwaiter().GetResult() - 16;
            wrong += stream.WriteAsync(buffer).IsCompletedSuccessfully ? 0 : 1;
        }
    }
}
