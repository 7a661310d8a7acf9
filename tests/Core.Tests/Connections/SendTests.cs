using System.Buffers.Binary;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Connections;

public sealed class SendTests
{
    private const int Large = 64 * 1024;

    [Fact]
    public async Task Sends_before_the_first_connect_go_out_in_order_before_it_is_ready()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        Task[] sends = [.. Enumerable.Range(0, 100).Select(i => connection.SendTextAsync($"{i}").AsTask())];
        Assert.Equal(100, connection.QueuedSends);
        bool allSentAtReady = false;
        TaskCompletionSource ready = new();
        connection.StateChanged += (_, change) =>
        {
            if (change.Current != ConnectionState.Ready)
                return;
            allSentAtReady = connection.QueuedSends == 0;
            ready.SetResult();
        };
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        for (int i = 0; i < 100; i++)
            Assert.Equal($"{i}", await peer.ReadTextAsync());
        await Task.WhenAll(sends).Soon();
        await ready.Task.Soon();
        Assert.True(allSentAtReady);
    }

    [Fact]
    public async Task A_send_on_a_ready_connection_with_an_idle_line_completes_at_once()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        int atOnce = 0;
        for (int i = 0; i < 50; i++)
        {
            ValueTask send = connection.SendAsync(MessageKind.Binary, new byte[] { (byte)i });
            atOnce += send.IsCompletedSuccessfully ? 1 : 0;
            await send.Soon();
            Assert.Equal([(byte)i], (await peer.ReadFrameAsync().Soon())!.Payload);
        }

        Assert.Equal(50, atOnce);
    }

    [Fact]
    public async Task A_send_on_a_ready_connection_allocates_nothing()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using WebSocketConnection connection = new(Support.Options(server.Uri("/sink")));
        await connection.ConnectAsync().Soon();
        byte[] payload = new byte[1024];
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            int atOnce = 0;
            for (int i = 0; i < 100; i++)
            {
                ValueTask send = connection.SendAsync(MessageKind.Binary, payload);
                if (!send.IsCompletedSuccessfully)
                    break;
                await send;
                atOnce++;
            }

            if (atOnce == 100)
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            await connection.SendTextAsync("settle").Soon();
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public async Task Many_senders_at_once_are_all_sent_and_each_in_its_own_order()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using WebSocketConnection connection = new(Support.Options(server.Uri("/sink")));
        Task ready = connection.ConnectAsync();
        Task[] senders = [.. Enumerable.Range(0, 16).Select(sender => Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
                await connection.SendTextAsync($"{sender} {i}");
        }))];
        await ready.Soon();
        await Task.WhenAll(senders).Soon();
        IReadOnlyList<ReceivedMessage> ledger = await server.WaitForReceivedAsync(3200).Soon();
        foreach (IGrouping<string, string[]> sender in ledger.Select(m => m.Text.Split(' ')).GroupBy(p => p[0]))
            Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), sender.Select(p => p[1]));
    }

    [Fact]
    public async Task Order_is_kept_across_a_drop_and_every_send_has_one_outcome_that_is_true()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.SendQueueBytes = 64 * 1024 * 1024));
        ScriptedPeer first = await connection.ConnectToAsync(server);

        // The first server reads nothing: pipes fill, one message is cut in the middle, the rest waits.
        Task<SendOutcome>[] sends = [.. Enumerable.Range(0, 400).Select(i => OutcomeAsync(connection.SendAsync(MessageKind.Binary, Numbered(i))))];
        Assert.Contains(sends, s => !s.IsCompleted);
        first.Reset();
        ScriptedPeer second = await server.AcceptOpenAsync().Soon();
        Task<List<int>> received = ReadNumbersAsync(second, last: 399);
        SendOutcome[] outcomes = await Task.WhenAll(sends).Soon();
        List<int> got = await received.Soon();

        Assert.Equal(got.Order(), got);
        Assert.Equal(got.Distinct(), got);
        Assert.DoesNotContain(SendOutcome.NotSent, outcomes);
        Assert.All(got, i => Assert.Equal(SendOutcome.Sent, outcomes[i]));
        // Without a gap: from the first that had not left on, everything arrived.
        Assert.Equal(Enumerable.Range(got[0], 400 - got[0]), got);
        Assert.All(Enumerable.Range(0, 400).Where(i => outcomes[i] == SendOutcome.Unknown), i => Assert.InRange(i, 0, got[0] - 1));
        Assert.Contains(SendOutcome.Unknown, outcomes);
    }

    [Fact]
    public async Task What_is_idempotent_is_sent_again_when_nobody_knows_whether_it_arrived()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.SendQueueBytes = 64 * 1024 * 1024));
        ScriptedPeer first = await connection.ConnectToAsync(server);
        Task<SendOutcome>[] sends = [.. Enumerable.Range(0, 400)
            .Select(i => OutcomeAsync(connection.SendAsync(MessageKind.Binary, Numbered(i), idempotent: true)))];
        first.Reset();
        ScriptedPeer second = await server.AcceptOpenAsync().Soon();
        Task<List<int>> received = ReadNumbersAsync(second, last: 399);
        SendOutcome[] outcomes = await Task.WhenAll(sends).Soon();
        List<int> got = await received.Soon();
        Assert.All(outcomes, o => Assert.Equal(SendOutcome.Sent, o));
        Assert.Equal(Enumerable.Range(got[0], 400 - got[0]), got);
    }

    [Fact]
    public async Task Sends_made_during_a_drop_wait_behind_those_that_are_put_back()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.SendQueueBytes = 64 * 1024 * 1024));
        States states = new(connection);
        ScriptedPeer first = await connection.ConnectToAsync(server);
        Task<SendOutcome>[] before = [.. Enumerable.Range(0, 300).Select(i => OutcomeAsync(connection.SendAsync(MessageKind.Binary, Numbered(i))))];
        first.Reset();
        await states.UntilAsync(ConnectionState.Disconnected);
        Task<SendOutcome>[] after = [.. Enumerable.Range(300, 50).Select(i => OutcomeAsync(connection.SendAsync(MessageKind.Binary, Numbered(i))))];
        ScriptedPeer second = await server.AcceptOpenAsync().Soon();
        List<int> got = await ReadNumbersAsync(second, last: 349).Soon();
        Assert.Equal(Enumerable.Range(got[0], 350 - got[0]), got);
        Assert.All(await Task.WhenAll(after).Soon(), o => Assert.Equal(SendOutcome.Sent, o));
        await Task.WhenAll(before).Soon();
    }

    [Fact]
    public async Task A_queued_send_that_is_cancelled_never_leaves_and_the_connection_is_not_touched()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        using CancellationTokenSource source = new();
        Task one = connection.SendTextAsync("1").AsTask();
        Task two = connection.SendTextAsync("2", cancellationToken: source.Token).AsTask();
        Task three = connection.SendTextAsync("3").AsTask();
        await source.CancelAsync();
        SendCanceledException canceled = await Assert.ThrowsAsync<SendCanceledException>(() => two.Soon());
        Assert.Equal(SendOutcome.NotSent, canceled.Outcome);
        Assert.Equal(source.Token, canceled.CancellationToken);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        Assert.Equal("1", await peer.ReadTextAsync());
        Assert.Equal("3", await peer.ReadTextAsync());
        await Task.WhenAll(one, three).Soon();
    }

    [Fact]
    public async Task A_send_that_is_cancelled_while_it_is_written_is_unknown_goes_on_whole_and_the_connection_stays()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.SendQueueBytes = 64 * 1024 * 1024));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        using CancellationTokenSource source = new();
        byte[] big = new byte[24 * 1024 * 1024];
        Task send = connection.SendAsync(MessageKind.Binary, big, cancellationToken: source.Token).AsTask();
        Assert.False(send.IsCompleted);
        await source.CancelAsync();
        Assert.Equal(SendOutcome.Unknown, (await Assert.ThrowsAsync<SendCanceledException>(() => send.Soon())).Outcome);
        Task next = connection.SendTextAsync("next").AsTask();
        Assert.Equal(big.Length, (await peer.ReadFrameAsync().Soon())!.Payload.Length);
        Assert.Equal("next", await peer.ReadTextAsync());
        await next.Soon();
        Assert.Equal(1, server.ConnectionCount);
        Assert.Equal(ConnectionState.Ready, connection.State);
    }

    [Fact]
    public async Task A_send_with_a_cancelled_token_is_not_sent()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        SendCanceledException canceled = await Assert.ThrowsAsync<SendCanceledException>(
            () => connection.SendTextAsync("never", cancellationToken: new CancellationToken(true)).Soon());
        Assert.Equal(SendOutcome.NotSent, canceled.Outcome);
        await connection.SendTextAsync("after").Soon();
        Assert.Equal("after", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task A_full_queue_makes_sends_wait_in_order()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.SendQueueCapacity = 3));
        Task[] sends = [.. Enumerable.Range(0, 10).Select(i => connection.SendTextAsync($"{i}").AsTask())];
        Assert.Equal(3, connection.QueuedSends);
        Assert.All(sends, s => Assert.False(s.IsCompleted));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        for (int i = 0; i < 10; i++)
            Assert.Equal($"{i}", await peer.ReadTextAsync());
        await Task.WhenAll(sends).Soon();
    }

    [Fact]
    public async Task A_waiting_send_that_is_cancelled_gives_up_its_place()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.SendQueueCapacity = 1));
        using CancellationTokenSource source = new();
        Task first = connection.SendTextAsync("first").AsTask();
        Task waiting = connection.SendTextAsync("waiting", cancellationToken: source.Token).AsTask();
        Task last = connection.SendTextAsync("last").AsTask();
        await source.CancelAsync();
        Assert.Equal(SendOutcome.NotSent, (await Assert.ThrowsAsync<SendCanceledException>(() => waiting.Soon())).Outcome);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        Assert.Equal("first", await peer.ReadTextAsync());
        Assert.Equal("last", await peer.ReadTextAsync());
        await Task.WhenAll(first, last).Soon();
    }

    [Theory]
    [InlineData(2, 1_000_000)]
    [InlineData(1_000, 200)]
    public async Task A_full_queue_fails_sends_when_it_is_told_to(int capacity, long bytes)
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.SendQueueCapacity = capacity;
            o.SendQueueBytes = bytes;
            o.SendQueueFullMode = SendQueueFullMode.Fail;
        }));
        string text = new('x', 100);
        Task[] fit = [connection.SendTextAsync(text).AsTask(), connection.SendTextAsync(text).AsTask()];
        SendException full = await connection.SendTextAsync(text).SendFailsAsync();
        Assert.Equal(SendOutcome.NotSent, full.Outcome);
        Assert.Contains("full", full.Message, StringComparison.Ordinal);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await Task.WhenAll(fit).Soon();
        await connection.SendTextAsync("room again").Soon();
        Assert.Equal(text, await peer.ReadTextAsync());
        Assert.Equal(text, await peer.ReadTextAsync());
        Assert.Equal("room again", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task What_is_being_written_counts_so_a_peer_that_does_not_read_cannot_grow_memory()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.SendQueueBytes = 1024 * 1024;
            o.SendQueueFullMode = SendQueueFullMode.Fail;
        }));
        await connection.ConnectToAsync(server);
        List<Task<SendOutcome>> sends = [];
        byte[] payload = new byte[Large];
        while (sends.Count < 10_000 && !sends.Any(s => s.IsCompletedSuccessfully && s.Result == SendOutcome.NotSent))
            sends.Add(OutcomeAsync(connection.SendAsync(MessageKind.Binary, payload)));
        Assert.InRange(sends.Count, 16, 9_999);
        Assert.InRange(sends.Count(s => !s.IsCompleted), 1, 16);
    }

    [Fact]
    public async Task Callers_that_do_not_wait_cannot_grow_memory_either()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.SendQueueCapacity = 1;
            o.MaxWaitingSends = 2;
        }));
        _ = connection.SendTextAsync("queued");
        _ = connection.SendTextAsync("waits");
        _ = connection.SendTextAsync("waits too");
        SendException refused = await connection.SendTextAsync("one too many").SendFailsAsync();
        Assert.Equal(SendOutcome.NotSent, refused.Outcome);
    }

    [Fact]
    public async Task A_message_larger_than_the_queue_is_taken_when_nothing_else_waits()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.SendQueueBytes = 10;
            o.SendQueueFullMode = SendQueueFullMode.Fail;
        }));
        Task big = connection.SendTextAsync(new string('x', 1000)).AsTask();
        Assert.Equal(SendOutcome.NotSent, (await connection.SendTextAsync("y").SendFailsAsync()).Outcome);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await big.Soon();
        Assert.Equal(1000, (await peer.ReadTextAsync()).Length);
    }

    [Fact]
    public async Task Everything_queued_fails_as_not_sent_when_the_connection_gives_up()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using WebSocketConnection connection = new(Support.Options(server.Uri("/refuse/403"), o => o.SendQueueCapacity = 2));
        ValueTask[] sends = [connection.SendTextAsync("1"), connection.SendTextAsync("2"), connection.SendTextAsync("waits")];
        await Assert.ThrowsAsync<HandshakeException>(() => connection.ConnectAsync().Soon());
        foreach (ValueTask send in sends)
        {
            SendException failed = await send.SendFailsAsync();
            Assert.Equal(SendOutcome.NotSent, failed.Outcome);
            Assert.IsType<HandshakeException>(failed.InnerException);
        }

        Assert.Equal(SendOutcome.NotSent, (await connection.SendTextAsync("later").SendFailsAsync()).Outcome);
        Assert.Equal(0, connection.QueuedSends);
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_is_refused_before_anything_is_sent()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        Assert.Throws<ArgumentException>(() => { _ = connection.SendAsync(MessageKind.Text, new byte[] { 0xC3 }); });
        Assert.Equal(0, connection.QueuedSends);
    }

    [Fact]
    public async Task A_payload_may_be_reused_as_soon_as_SendAsync_has_returned()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.SendQueueCapacity = 2));
        byte[] buffer = new byte[1];
        List<Task> sends = [];
        for (byte i = 0; i < 5; i++)
        {
            buffer[0] = i;
            sends.Add(connection.SendAsync(MessageKind.Binary, buffer).AsTask());
        }

        ScriptedPeer peer = await connection.ConnectToAsync(server);
        for (byte i = 0; i < 5; i++)
            Assert.Equal([i], (await peer.ReadFrameAsync().Soon())!.Payload);
        await Task.WhenAll(sends).Soon();
    }

    private static byte[] Numbered(int number)
    {
        byte[] payload = new byte[Large];
        BinaryPrimitives.WriteInt32BigEndian(payload, number);
        return payload;
    }

    private static async Task<List<int>> ReadNumbersAsync(ScriptedPeer peer, int last)
    {
        List<int> numbers = [];
        do
            numbers.Add(BinaryPrimitives.ReadInt32BigEndian((await peer.ReadFrameAsync())!.Payload));
        while (numbers[^1] != last);
        return numbers;
    }

    private static async Task<SendOutcome> OutcomeAsync(ValueTask send)
    {
        try
        {
            await send;
            return SendOutcome.Sent;
        }
        catch (SendException e)
        {
            return e.Outcome;
        }
    }
}
