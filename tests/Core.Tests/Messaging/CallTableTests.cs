using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Messaging;
using Xunit;

namespace NetWebSockets.Tests.Messaging;

public class CallTableTests
{
    private static readonly PayloadFormat<int> Format = TestJson.Default.Int32;

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly PumpGate _gate = new(TimeProvider.System);
    private readonly CallTable _calls;

    public CallTableTests() => _calls = new CallTable("C", _gate, _time, capacity: 100);

    [Fact]
    public void Ids_count_up_from_1()
    {
        Assert.False(_calls.WasIssued(1));
        Assert.Equal(1, _calls.NextId());
        Assert.Equal(2, _calls.NextId());
        Assert.True(_calls.WasIssued(1));
        Assert.True(_calls.WasIssued(2));
        Assert.False(_calls.WasIssued(3));
        Assert.False(_calls.WasIssued(0));
        Assert.False(_calls.WasIssued(-1));
    }

    [Fact]
    public async Task A_call_times_out_when_its_time_has_run_out_and_not_before()
    {
        PendingCall<int> call = Add(TimeSpan.FromSeconds(10));
        _calls.MarkSent(call, 0);
        _time.Advance(TimeSpan.FromMilliseconds(9999));
        Assert.False(call.Task.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var error = await Assert.ThrowsAsync<CallTimeoutException>(() => call.Task.WaitAsync(Guard, TestContext.Current.CancellationToken));
        Assert.Equal(SendOutcome.Sent, error.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(10), error.Timeout);
        Assert.Equal("No reply to 'add' came within 10 s.", error.Message);
        Assert.False(_calls.Any);
        Assert.Null(_calls.Find(call.Id));
    }

    [Fact]
    public async Task Calls_with_different_times_each_end_at_their_own()
    {
        PendingCall<int> late = Sent(TimeSpan.FromSeconds(60));
        PendingCall<int> early = Sent(TimeSpan.FromSeconds(1));
        PendingCall<int> never = Sent(Timeout.InfiniteTimeSpan);
        PendingCall<int> middle = Sent(TimeSpan.FromSeconds(30));

        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<CallTimeoutException>(() => early.Task);
        Assert.False(middle.Task.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(29));
        await Assert.ThrowsAsync<CallTimeoutException>(() => middle.Task);
        Assert.False(late.Task.IsCompleted);

        // A call after the timer had been set for others is not forgotten.
        PendingCall<int> soon = Sent(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<CallTimeoutException>(() => soon.Task);
        _time.Advance(TimeSpan.FromSeconds(25));
        await Assert.ThrowsAsync<CallTimeoutException>(() => late.Task);
        _time.Advance(TimeSpan.FromDays(400));
        Assert.False(never.Task.IsCompleted);
    }

    [Fact]
    public async Task Calls_a_moment_apart_time_out_within_the_granularity()
    {
        PendingCall<int> first = Sent(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        PendingCall<int> second = Sent(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromMilliseconds(999));
        await Assert.ThrowsAsync<CallTimeoutException>(() => first.Task);
        Assert.False(second.Task.IsCompleted);
        _time.Advance(CallTable.Granularity);
        await Assert.ThrowsAsync<CallTimeoutException>(() => second.Task);
    }

    [Fact]
    public async Task A_time_out_longer_than_a_timer_takes_still_ends_the_call()
    {
        PendingCall<int> call = Sent(TimeSpan.FromDays(60));
        _time.Advance(TimeSpan.FromDays(59));
        Assert.False(call.Task.IsCompleted);
        _time.Advance(TimeSpan.FromDays(1) + CallTable.Granularity);
        await Assert.ThrowsAsync<CallTimeoutException>(() => call.Task);
    }

    [Fact]
    public async Task A_call_whose_request_is_still_queued_takes_it_back_at_its_time_out_and_tells_the_outcome()
    {
        PendingCall<int> call = Add(TimeSpan.FromSeconds(1));
        CancellationToken send = call.SendCancellation!.Token;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(send.IsCancellationRequested);
        Assert.False(call.Task.IsCompleted);
        _calls.MarkNotSent(call, SendOutcome.NotSent, new SendCanceledException(SendOutcome.NotSent, send));
        var error = await Assert.ThrowsAsync<CallTimeoutException>(() => call.Task);
        Assert.Equal(SendOutcome.NotSent, error.Outcome);
        Assert.False(_calls.Any);
    }

    [Fact]
    public async Task A_request_written_while_its_call_times_out_counts_as_sent()
    {
        PendingCall<int> call = Add(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        _calls.MarkSent(call, 0);
        Assert.Equal(SendOutcome.Sent, (await Assert.ThrowsAsync<CallTimeoutException>(() => call.Task)).Outcome);
    }

    [Fact]
    public async Task Cancelling_abandons_the_call_and_takes_its_request_back()
    {
        using var cancellation = new CancellationTokenSource();
        PendingCall<int> call = Add(Timeout.InfiniteTimeSpan);
        call.WatchToken(cancellation.Token);
        CancellationToken send = call.SendCancellation!.Token;
        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Task);
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.True(call.Task.IsCanceled);
        Assert.True(send.IsCancellationRequested);
        Assert.False(_calls.TryTake(call));

        // The end of its send finds nobody.
        _calls.MarkNotSent(call, SendOutcome.NotSent, new SendCanceledException(SendOutcome.NotSent, send));
        Assert.True(call.Task.IsCanceled);

        // The cancelled source is not used again.
        Assert.False(Add(Timeout.InfiniteTimeSpan).SendCancellation!.IsCancellationRequested);
    }

    [Fact]
    public async Task At_a_drop_the_calls_that_were_sent_fail_and_the_queued_ones_stay()
    {
        PendingCall<int> sent = Sent(Timeout.InfiniteTimeSpan);
        PendingCall<int> queued = Add(Timeout.InfiniteTimeSpan);
        var cause = new NetWebSocketException("The peer went away.");
        _calls.OnDropped(cause);

        var error = await Assert.ThrowsAsync<CallException>(() => sent.Task);
        Assert.Equal(SendOutcome.Sent, error.Outcome);
        Assert.Same(cause, error.InnerException);
        Assert.Contains("The peer went away.", error.Message, StringComparison.Ordinal);
        Assert.False(queued.Task.IsCompleted);

        // It goes out on the next socket, whose number is 1, and its reply comes.
        _calls.MarkSent(queued, 1);
        Assert.True(_calls.TryTake(queued));
        Assert.Null(queued.Succeed("5"u8));
        Assert.Equal(5, await queued.Task);
    }

    [Fact]
    public async Task A_call_that_learns_of_its_sending_after_the_drop_fails_all_the_same()
    {
        PendingCall<int> call = Add(Timeout.InfiniteTimeSpan);
        _calls.OnDropped(new NetWebSocketException("gone"));
        _calls.MarkSent(call, 0);
        Assert.Equal(SendOutcome.Sent, (await Assert.ThrowsAsync<CallException>(() => call.Task)).Outcome);
        Assert.False(_calls.Any);
    }

    [Theory]
    [InlineData(SendOutcome.NotSent, "was not sent")]
    [InlineData(SendOutcome.Unknown, "may or may not have been sent")]
    public async Task A_failed_send_ends_the_call_with_its_outcome(SendOutcome outcome, string words)
    {
        PendingCall<int> call = Add(Timeout.InfiniteTimeSpan);
        var cause = new SendException(outcome, "The connection failed.");
        _calls.MarkNotSent(call, outcome, cause);
        var error = await Assert.ThrowsAsync<CallException>(() => call.Task);
        Assert.Equal(outcome, error.Outcome);
        Assert.Equal("add", error.Method);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Same(cause, error.InnerException);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task At_the_end_calls_fail_and_further_ones_are_refused(bool fatal)
    {
        NetWebSocketException? cause = fatal ? new NetWebSocketException("refused for good") : null;
        PendingCall<int> sent = Sent(Timeout.InfiniteTimeSpan);
        PendingCall<int> queued = Add(Timeout.InfiniteTimeSpan);
        _calls.OnEnded(cause);
        Assert.Equal(SendOutcome.Sent, (await Assert.ThrowsAsync<CallException>(() => sent.Task)).Outcome);
        Assert.False(queued.Task.IsCompleted);
        _calls.MarkNotSent(queued, SendOutcome.NotSent, new SendException(SendOutcome.NotSent, "closed"));
        Assert.Equal(SendOutcome.NotSent, (await Assert.ThrowsAsync<CallException>(() => queued.Task)).Outcome);
        var refused = Assert.Throws<CallException>(() => Add(Timeout.InfiniteTimeSpan));
        Assert.Equal(SendOutcome.NotSent, refused.Outcome);
        Assert.Same(cause, refused.InnerException);
        Assert.False(_calls.Any);
    }

    [Fact]
    public void More_calls_than_may_be_pending_are_refused()
    {
        for (int i = 0; i < 100; i++)
            Add(Timeout.InfiniteTimeSpan);
        var error = Assert.Throws<CallException>(() => Add(Timeout.InfiniteTimeSpan));
        Assert.Equal(SendOutcome.NotSent, error.Outcome);
        Assert.Contains("MaxPendingCalls", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_ends_exactly_once_when_everything_happens_at_once()
    {
        for (int round = 0; round < 300; round++)
        {
            using var cancellation = new CancellationTokenSource();
            PendingCall<int> call = Add(TimeSpan.FromSeconds(1));
            call.WatchToken(cancellation.Token);
            using var start = new Barrier(4);
            int ends = 0;
            await Task.WhenAll(
                Race(() => _calls.MarkSent(call, round)),
                Race(() =>
                {
                    if (_calls.TryTake(call))
                    {
                        Interlocked.Increment(ref ends);
                        call.Succeed("5"u8);
                    }
                }),
                Race(cancellation.Cancel),
                Race(() => _calls.OnDropped(new NetWebSocketException("gone")))).WaitAsync(Guard, TestContext.Current.CancellationToken);

            Task done = await Task.WhenAny(call.Task).WaitAsync(Guard, TestContext.Current.CancellationToken);
            Assert.Equal(ends == 1, done.IsCompletedSuccessfully);
            Assert.False(_calls.Any);

            Task Race(Action action) => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(Guard);
                    action();
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
    }

    [Fact]
    public async Task The_awaiter_does_not_go_on_inside_the_pump()
    {
        PendingCall<int> call = Sent(Timeout.InfiniteTimeSpan);
        using var mayEnd = new ManualResetEventSlim();
        Task<bool> awaiter = AwaitAndBlock();
        Assert.True(_calls.TryTake(call));
        call.Succeed("1"u8);
        mayEnd.Set();
        Assert.True(await awaiter.WaitAsync(Guard, TestContext.Current.CancellationToken));

        async Task<bool> AwaitAndBlock()
        {
            await call.Task.ConfigureAwait(false);
            return mayEnd.Wait(Guard);
        }
    }

    [Fact]
    public void A_call_allocates_little()
    {
        CancellationTokenSource cancellation = new();
        double bytes = Allocations.OfThousand(Once) / 1000.0;
        TestContext.Current.TestOutputHelper?.WriteLine($"bytes a call, its reply an int: {bytes}");
        Assert.InRange(bytes, 1, 250);

        void Once()
        {
            PendingCall<int> call = Add(TimeSpan.FromSeconds(30));
            call.WatchToken(cancellation.Token);
            _calls.MarkSent(call, 0);
            _calls.TryTake(call);
            call.Succeed("5"u8);
        }
    }

    private PendingCall<int> Add(TimeSpan timeout)
    {
        var call = new PendingCall<int>("add", timeout, Format) { Id = _calls.NextId() };
        _calls.Add(call);
        return call;
    }

    private PendingCall<int> Sent(TimeSpan timeout)
    {
        PendingCall<int> call = Add(timeout);
        _calls.MarkSent(call, 0);
        return call;
    }
}
