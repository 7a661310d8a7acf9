using System.Text;
using System.Text.Json;
using NetWebSockets.IntegrationTests.Contracts;
using Xunit;

namespace NetWebSockets.IntegrationTests.Messaging;

public class TypedClientTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_quick_start_talks_to_a_real_server()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        await using ChatClient chat = await ChatClient.ConnectAsync(server.Uri.ToString(), TestContext.Current.CancellationToken);
        Assert.Equal(ConnectionState.Ready, chat.State);
        await using MessageStream<Said> said = chat.SaidMessages();
        await chat.SayAsync("lobby", "hello");
        await chat.SendAsync(new Say("lobby", "hello again"));
        History last = await chat.GetHistoryAsync("lobby", count: 20).WaitAsync(Guard, TestContext.Current.CancellationToken);

        Assert.Equal(new Said("lobby", "ann", "20"), Assert.Single(last.Items));
        Assert.Equal(new Said("lobby", "server", "hello"), await Next(said));
        Assert.Equal(new Said("lobby", "server", "hello again"), await Next(said));
        Assert.Equal(
            ["""{"type":"say","room":"lobby","text":"hello"}""", """{"type":"say","room":"lobby","text":"hello again"}"""],
            server.Kestrel.Received.Take(2).Select(m => m.Text));

        await chat.CloseAsync(TestContext.Current.CancellationToken).WaitAsync(Guard, TestContext.Current.CancellationToken);
        Assert.False(await said.WaitToReadAsync(TestContext.Current.CancellationToken));
        await chat.Closed.WaitAsync(Guard, TestContext.Current.CancellationToken);
        Assert.Equal(ConnectionState.Closed, chat.State);
        var late = await Assert.ThrowsAsync<CallException>(() => chat.GetHistoryAsync("lobby", 1));
        Assert.Equal(SendOutcome.NotSent, late.Outcome);
        await Assert.ThrowsAsync<SendException>(async () => await chat.SayAsync("lobby", "too late"));
    }

    [Fact]
    public async Task A_stream_goes_on_across_a_restart_of_the_server()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        await using ChatClient chat = await ChatClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        await using MessageStream<Said> said = chat.SaidMessages();
        await chat.SayAsync("lobby", "before");
        Assert.Equal("before", (await Next(said)).Text);

        await StopAndNotice(server, chat);

        // Said while there is no server: held back, and sent when there is one again.
        ValueTask held = chat.SayAsync("lobby", "meanwhile");
        await server.Kestrel.StartAsync();
        await held.AsTask().WaitAsync(Guard, TestContext.Current.CancellationToken);
        Assert.Equal("meanwhile", (await Next(said)).Text);
        await chat.SayAsync("lobby", "after");
        Assert.Equal("after", (await Next(said)).Text);
        History history = await chat.GetHistoryAsync("lobby", 3).WaitAsync(Guard, TestContext.Current.CancellationToken);
        Assert.Equal("3", history.Items[0].Text);
    }

    [Fact]
    public async Task A_call_made_while_there_is_no_connection_waits_and_succeeds_after_the_reconnect()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        await using ChatClient chat = await ChatClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        await StopAndNotice(server, chat);
        Task<History> call = chat.GetHistoryAsync("lobby", 5);
        await server.Kestrel.StartAsync();
        Assert.Equal("5", (await call.WaitAsync(Guard, TestContext.Current.CancellationToken)).Items[0].Text);
    }

    [Fact]
    public async Task A_drop_fails_pending_calls_at_once_and_says_that_they_had_been_sent()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        await using ChatClient chat = await ChatClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        Task<History>[] calls = [.. Enumerable.Range(0, 20).Select(i => chat.GetHistoryAsync(ChatServer.Silent, i))];
        await server.Kestrel.WaitForReceivedAsync(20, TestContext.Current.CancellationToken);
        await chat.SayAsync(ChatServer.Crash, "now");
        foreach (Task<History> call in calls)
        {
            var error = await Assert.ThrowsAsync<CallException>(() => call.WaitAsync(Guard, TestContext.Current.CancellationToken));
            Assert.Equal(SendOutcome.Sent, error.Outcome);
            Assert.Equal("history", error.Method);
            Assert.Contains("The connection dropped before the reply", error.Message, StringComparison.Ordinal);
            Assert.NotNull(error.InnerException);
        }

        Assert.Equal("1", (await chat.GetHistoryAsync("lobby", 1).WaitAsync(Guard, TestContext.Current.CancellationToken)).Items[0].Text);
    }

    [Fact]
    public async Task Every_call_ends_exactly_once_with_its_own_reply_while_the_server_crashes_again_and_again()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        WebSocketClientOptions options = server.Options();
        options.StableAfter = TimeSpan.Zero;
        await using ChatClient chat = await ChatClient.ConnectAsync(options, TestContext.Current.CancellationToken);
        int replies = 0;
        int lost = 0;
        for (int round = 0; round < 5; round++)
        {
            // What goes before the crash is answered, unless the one before still has its way.
            History? before = null;
            while (before is null)
            {
                try
                {
                    before = await chat.GetHistoryAsync("lobby", round).WaitAsync(Guard, TestContext.Current.CancellationToken);
                }
                catch (CallException e)
                {
                    Assert.NotEqual(SendOutcome.NotSent, e.Outcome);
                }
            }

            Assert.Equal($"{round}", Assert.Single(before.Items).Text);
            var calls = new List<(int Number, Task<History> Call)>();
            for (int i = 0; i < 40; i++)
            {
                int number = (round * 100) + i;
                calls.Add((number, chat.GetHistoryAsync("lobby", number)));
                if (i == 20)
                    _ = chat.SayAsync(ChatServer.Crash, "now").AsTask().ContinueWith(t => t.Exception, TaskScheduler.Default);
            }

            foreach ((int number, Task<History> call) in calls)
            {
                try
                {
                    History history = await call.WaitAsync(Guard, TestContext.Current.CancellationToken);
                    Assert.Equal($"{number}", Assert.Single(history.Items).Text);
                    replies++;
                }
                catch (CallException e)
                {
                    Assert.NotEqual(SendOutcome.NotSent, e.Outcome);
                    lost++;
                }
            }
        }

        Assert.Equal(200, replies + lost);
    }

    [Fact]
    public async Task Closing_the_client_ends_its_pending_calls()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        await using ChatClient chat = await ChatClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        Task<History> call = chat.GetHistoryAsync(ChatServer.Silent, 1);
        await server.Kestrel.WaitForReceivedAsync(1, TestContext.Current.CancellationToken);
        await chat.CloseAsync(TestContext.Current.CancellationToken).WaitAsync(Guard, TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<CallException>(() => call.WaitAsync(Guard, TestContext.Current.CancellationToken));
        Assert.Equal(SendOutcome.Sent, error.Outcome);
    }

    [Fact]
    public async Task Messages_that_nothing_takes_or_that_do_not_parse_go_to_the_unknown_messages_and_the_next_is_handled()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        await using ChatClient chat = await ChatClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        await using MessageStream<UnknownMessage> unknown = chat.UnknownMessages();
        await using MessageStream<Said> said = chat.SaidMessages();
        string[] sent = ["""{"type":"joined","who":"ann"}""", """{"type":"said","room":5}""", "no JSON at all", """{"type":"said","room":"""];
        foreach (string text in sent)
            await chat.SayAsync(ChatServer.Raw, text);
        await chat.SayAsync(ChatServer.Binary, "");
        await chat.SayAsync("lobby", "still here");

        UnknownMessage joined = await Next(unknown);
        Assert.Equal(("joined", null, true), (joined.Discriminator, joined.Error, joined.IsText));
        foreach (string text in sent[1..])
        {
            UnknownMessage broken = await Next(unknown);
            Assert.Equal(text, broken.ToString());
            Assert.IsType<JsonException>(broken.Error, exactMatch: false);
        }

        UnknownMessage binary = await Next(unknown);
        Assert.False(binary.IsText);
        Assert.Equal([1, 2, 3], binary.Data.ToArray());
        Assert.Equal("still here", (await Next(said)).Text);
        Assert.Equal(ConnectionState.Ready, chat.State);
    }

    [Fact]
    public async Task An_error_reply_and_an_unreadable_reply_fail_their_calls_only()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        await using ChatClient chat = await ChatClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        Task<History> forbidden = chat.GetHistoryAsync(ChatServer.Forbidden, 1);
        Task<History> broken = chat.GetHistoryAsync(ChatServer.Broken, 1);
        Task<History> fine = chat.GetHistoryAsync("lobby", 1);

        var refused = await Assert.ThrowsAsync<CallErrorException>(() => forbidden.WaitAsync(Guard, TestContext.Current.CancellationToken));
        Assert.Equal("The peer answered 'history' with an error: you may not read this room", refused.Message);
        Assert.Equal("""{"code":403,"message":"you may not read this room"}""", Encoding.UTF8.GetString(refused.ErrorJson.Span));
        var unreadable = await Assert.ThrowsAsync<CallException>(() => broken.WaitAsync(Guard, TestContext.Current.CancellationToken));
        Assert.IsType<JsonException>(unreadable.InnerException, exactMatch: false);
        Assert.Single((await fine.WaitAsync(Guard, TestContext.Current.CancellationToken)).Items);
    }

    [Fact]
    public async Task Cancelling_a_call_abandons_the_call_and_not_the_connection()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        await using ChatClient chat = await ChatClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        using var cancellation = new CancellationTokenSource();
        Task<History> call = chat.GetHistoryAsync(ChatServer.Silent, 1, cancellation.Token);
        await server.Kestrel.WaitForReceivedAsync(1, TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Guard, TestContext.Current.CancellationToken));
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Equal(ConnectionState.Ready, chat.State);
        Assert.Single((await chat.GetHistoryAsync("lobby", 1).WaitAsync(Guard, TestContext.Current.CancellationToken)).Items);
        Assert.Equal(1, server.Kestrel.ConnectionCount);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => chat.GetHistoryAsync("lobby", 1, cancellation.Token));
    }

    [Fact]
    public async Task A_call_that_times_out_while_queued_is_taken_back_and_says_so()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        WebSocketClientOptions options = server.Options();
        options.CallTimeout = TimeSpan.FromMilliseconds(200);
        await using ChatClient chat = await ChatClient.ConnectAsync(options, TestContext.Current.CancellationToken);
        await StopAndNotice(server, chat);
        var error = await Assert.ThrowsAsync<CallTimeoutException>(() => chat.GetHistoryAsync("lobby", 77).WaitAsync(Guard, TestContext.Current.CancellationToken));
        Assert.Equal(SendOutcome.NotSent, error.Outcome);

        await server.Kestrel.StartAsync();
        await chat.SayAsync("lobby", "back");
        await server.Kestrel.WaitForReceivedAsync(1, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(server.Kestrel.Received, m => m.Text.Contains("77", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_times_out_after_it_was_sent_says_so()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        WebSocketClientOptions options = server.Options();
        options.CallTimeout = TimeSpan.FromSeconds(2);
        await using ChatClient chat = await ChatClient.ConnectAsync(options, TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<CallTimeoutException>(
            () => chat.GetHistoryAsync(ChatServer.Silent, 1).WaitAsync(Guard, TestContext.Current.CancellationToken));
        Assert.Equal(SendOutcome.Sent, error.Outcome);
        Assert.Equal(ConnectionState.Ready, chat.State);
    }

    [Fact]
    public async Task A_reader_may_call_inside_its_loop_while_it_is_flooded()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        await using ChatClient chat = await ChatClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        await using MessageStream<Said> said = chat.SaidMessages(new MessageStreamOptions { Capacity = 4 });
        const int Floods = 5;
        const int Each = 200;
        await chat.SayAsync("lobby", "begin");
        int items = 0;
        for (int flood = 0; flood < Floods; flood++)
        {
            _ = await Next(said);
            items++;

            // The reply stands behind 200 items of a stream that holds 4, and the only reader is here.
            History reply = await chat.GetHistoryAsync(ChatServer.Flood, Each).WaitAsync(Guard, TestContext.Current.CancellationToken);
            Assert.Single(reply.Items);
        }

        while (items < 1 + (Floods * Each))
        {
            _ = await Next(said);
            items++;
        }

        Assert.Equal(0, said.Dropped);
        Assert.False(said.TryRead(out _));
    }

    [Fact]
    public async Task Closing_is_not_held_up_by_a_stream_that_nobody_reads()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        ChatClient chat = await ChatClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        MessageStream<Said> said = chat.SaidMessages(new MessageStreamOptions { Capacity = 2, Overflow = 0 });
        for (int i = 0; i < 20; i++)
            await chat.SayAsync("lobby", $"{i}");
        await server.Kestrel.WaitForReceivedAsync(20, TestContext.Current.CancellationToken);
        Assert.True(await said.WaitToReadAsync(TestContext.Current.CancellationToken));
        await chat.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);
        Assert.Equal(ConnectionState.Closed, chat.State);

        // What is buffered can still be read, and then the stream ends.
        int items = 0;
        await foreach (Said item in said)
            Assert.Equal($"{items++}", item.Text);
        Assert.InRange(items, 1, 20);
    }

    [Fact]
    public async Task A_fatal_failure_faults_calls_streams_and_Closed_with_its_cause()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        WebSocketClientOptions options = server.Options();
        options.ClassifyFailure = failure => FailureAction.Fatal;
        await using ChatClient chat = await ChatClient.ConnectAsync(options, TestContext.Current.CancellationToken);
        await using MessageStream<Said> said = chat.SaidMessages();
        Task<History> call = chat.GetHistoryAsync(ChatServer.Silent, 1);
        await server.Kestrel.WaitForReceivedAsync(1, TestContext.Current.CancellationToken);
        await server.Kestrel.StopAsync(abruptly: true);

        await Assert.ThrowsAsync<CallException>(() => call.WaitAsync(Guard, TestContext.Current.CancellationToken));
        var cause = await Assert.ThrowsAnyAsync<NetWebSocketException>(() => said.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Guard));
        Assert.Same(cause, await Assert.ThrowsAnyAsync<NetWebSocketException>(() => chat.Closed.WaitAsync(Guard)));
        Assert.Equal(ConnectionState.Faulted, chat.State);
    }

    [Fact]
    public async Task Wrong_options_are_told_when_the_client_is_made()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => ChatClient.ConnectAsync(
            new WebSocketClientOptions { Uri = new Uri("ws://127.0.0.1:1/"), CallTimeout = TimeSpan.Zero, MaxPendingCalls = 0 },
            TestContext.Current.CancellationToken));
        Assert.Contains("CallTimeout is 00:00:00: give more than zero", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxPendingCalls is 0", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => ChatClient.ConnectAsync(new WebSocketClientOptions(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Wrong_stream_options_are_told_when_the_stream_is_opened()
    {
        await using ChatServer server = await ChatServer.StartAsync();
        await using ChatClient chat = await ChatClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        Assert.Throws<ArgumentOutOfRangeException>(() => chat.SaidMessages(new MessageStreamOptions { Capacity = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => chat.SaidMessages(new MessageStreamOptions { Overflow = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => chat.UnknownMessages(new MessageStreamOptions { FullMode = (MessageStreamFullMode)7 }));
    }

    private static async Task StopAndNotice(ChatServer server, IChatClient chat)
    {
        var gone = new TaskCompletionSource();
        chat.StateChanged += (_, change) =>
        {
            if (change.Current == ConnectionState.Disconnected)
                gone.TrySetResult();
        };
        await server.Kestrel.StopAsync(abruptly: true);
        await gone.Task.WaitAsync(Guard, TestContext.Current.CancellationToken);
    }

    private static Task<T> Next<T>(MessageStream<T> stream) =>
        stream.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Guard, TestContext.Current.CancellationToken);
}
