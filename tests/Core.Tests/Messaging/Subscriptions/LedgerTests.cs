using System.Text.Json;
using NetWebSockets.Messaging;
using NetWebSockets.Tests.Connections;
using Xunit;
using static NetWebSockets.Tests.Messaging.Subscriptions.SubscriptionContracts;

namespace NetWebSockets.Tests.Messaging.Subscriptions;

/// <summary>What the client was told is compared with what the server saw.</summary>
public class LedgerTests
{
    private static readonly SendRoute<string> Note = new(
        "note", new Envelope(default, "{\"type\":\"note\",\"text\":"u8, "}"u8, payloadAtRoot: false), SubscriptionsJson.Default.String, Idempotent: false);

    private static readonly CallRoute<string, string> Echo = new(
        "echo", new Envelope("{\"id\":"u8, ",\"method\":\"echo\",\"params\":"u8, "}"u8, payloadAtRoot: false), SubscriptionsJson.Default.String, SubscriptionsJson.Default.String, false, null);

    [Fact]
    public async Task A_cut_at_any_byte_of_the_client_loses_no_subscription_and_tells_the_truth_of_every_send_and_call()
    {
        int total = await ExchangeAsync(int.MaxValue, int.MaxValue);
        Assert.InRange(total, 400, 4000);
        int cuts = 0;
        for (int bytes = 1; bytes < total; bytes += 9, cuts++)
            await ExchangeAsync(bytes, int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"{cuts} cuts in {total} bytes");
    }

    [Fact]
    public async Task A_cut_after_any_message_of_the_server_loses_no_subscription_and_tells_the_truth_of_every_send_and_call()
    {
        for (int messages = 1; messages <= 8; messages++)
            await ExchangeAsync(int.MaxValue, messages);
    }

    [Fact]
    public async Task Readers_that_come_and_go_on_many_threads_leave_the_peer_with_what_is_wanted()
    {
        SubscriptionRoute<Trade> topics = BinanceTrades(batch: 5);
        SubscriptionRoute<Trade> logs = EthereumLogs();
        await using var server = new LedgerServer { Shuffles = true };
        await using var runtime = new ClientRuntime(Contract(topics, logs), Options(server.Uri));
        await runtime.Connection.ConnectAsync().Soon();
        List<(string Name, MessageStream<Trade> Stream)>[] kept = await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() => OpenAndCloseAsync(runtime, topics, logs, seed)))).Soon();
        await CompareAsync(server, runtime, kept);
        Assert.Equal(1, server.Connections);
        Assert.Empty(server.Problems);
    }

    [Fact]
    public async Task So_do_readers_that_come_and_go_while_the_connection_drops()
    {
        SubscriptionRoute<Trade> topics = BinanceTrades(batch: 5);
        SubscriptionRoute<Trade> logs = EthereumLogs();
        await using var server = new LedgerServer { Shuffles = true };
        await using var runtime = new ClientRuntime(Contract(topics, logs), Options(server.Uri));
        Task<List<(string Name, MessageStream<Trade> Stream)>[]> readers = Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() => OpenAndCloseAsync(runtime, topics, logs, seed))));
        for (int seen = 10; !readers.IsCompleted && server.Connections < 40; seen = server.Messages.Count + 7)
        {
            int wanted = seen;
            await Task.WhenAny(readers, server.UntilAsync(() => server.Messages.Count >= wanted));
            server.Drop();
        }

        await CompareAsync(server, runtime, await readers.Soon());
        Assert.True(server.Connections > 1);
        Assert.Empty(server.Problems);
    }

    private static async Task<List<(string Name, MessageStream<Trade> Stream)>> OpenAndCloseAsync(
        ClientRuntime runtime, SubscriptionRoute<Trade> topics, SubscriptionRoute<Trade> logs, int seed)
    {
        var random = new Random(seed);
        List<(string Name, MessageStream<Trade> Stream)> open = [];
        for (int i = 0; i < 400; i++)
        {
            if (open.Count > 0 && random.Next(5) < 2)
            {
                int index = random.Next(open.Count);
                await open[index].Stream.DisposeAsync();
                open.RemoveAt(index);
            }
            else
            {
                string name = $"t{random.Next(8)}";
                open.Add(random.Next(3) > 0
                    ? (name, runtime.SubscribeTopic(topics, name, null))
                    : ($"l{name}", runtime.Subscribe(logs, null, new[] { $"l{name}" }, SubscriptionsJson.Default.StringArray, null)));
            }

            // Now and then the peer has its turn.
            if (i % 10 == 0)
                await EchoAsync(runtime);
        }

        // Half of what there is stays.
        foreach ((_, MessageStream<Trade> stream) in open.Skip(open.Count / 2))
            await stream.DisposeAsync();
        return [.. open.Take(open.Count / 2)];
    }

    private static async Task EchoAsync(ClientRuntime runtime)
    {
        try
        {
            Assert.Equal("turn", await runtime.CallAsync(Echo, "turn", CancellationToken.None).Soon());
        }
        catch (CallException)
        {
            // The connection dropped.
        }
    }

    private static async Task CompareAsync(
        LedgerServer server, ClientRuntime runtime, List<(string Name, MessageStream<Trade> Stream)>[] kept)
    {
        await runtime.Connection.ConnectAsync().Soon();
        string[] wanted = [.. kept.SelectMany(k => k).Select(k => k.Name).Distinct().Order(StringComparer.Ordinal)];
        Assert.NotEmpty(wanted);
        await server.UntilAsync(() => server.Subscribed.SequenceEqual(wanted));
        await ReadFromLastAsync(server, [.. kept.SelectMany(k => k).Select(k => k.Stream)]);
    }

    // Every reader gets an item that was published on the last connection.
    private static async Task ReadFromLastAsync(LedgerServer server, MessageStream<Trade>[] streams)
    {
        await server.PublishAsync();
        foreach (MessageStream<Trade> stream in streams)
        {
            while ((await stream.NextAsync()).N != server.Connections)
            {
                // From a connection before.
            }
        }
    }

    // Returns how many bytes the first connection's client has sent.
    private static async Task<int> ExchangeAsync(int cutAfterBytes, int cutAfterMessages)
    {
        SubscriptionRoute<Trade> topics = BinanceTrades();
        SubscriptionRoute<Trade> logs = EthereumLogs();
        await using var server = new LedgerServer { CutAfterBytes = cutAfterBytes, CutAfterMessages = cutAfterMessages };
        await using var runtime = new ClientRuntime(Contract(topics, logs), Options(server.Uri));
        List<(string Text, SendOutcome Outcome, bool Answered)> told = [];
        List<MessageStream<Trade>> streams = [runtime.SubscribeTopic(topics, "a", null), runtime.Subscribe(logs, null, new[] { "logs" }, SubscriptionsJson.Default.StringArray, null)];
        await TellSendAsync("n1");
        await TellCallAsync("c1");
        streams.Add(runtime.SubscribeTopic(topics, "b", null));
        await TellCallAsync("c2");
        await TellSendAsync("n2");
        MessageStream<Trade> shortLived = runtime.SubscribeTopic(topics, "short", null);
        await TellCallAsync("c3");
        await shortLived.DisposeAsync();

        // The call is the last: once it is answered the server has read all that went before.
        await TellSendAsync("n3");
        await TellCallAsync("c4");
        await server.UntilAsync(() => server.Subscribed.SequenceEqual(["a", "b", "logs"]));
        int bytes = server.BytesRead;
        if (cutAfterMessages != int.MaxValue && !server.HasCut)
            server.Drop();
        bool cut = cutAfterMessages != int.MaxValue || server.BytesRead >= cutAfterBytes;
        await server.UntilAsync(() => server.Subscribed.SequenceEqual(["a", "b", "logs"]) && (server.Connections > 1 || !cut));
        await runtime.Connection.ConnectAsync().Soon();
        await ReadFromLastAsync(server, [.. streams]);

        Assert.Empty(server.Problems);
        CheckLedger(server, told);
        CheckOrder(server);
        return bytes;

        async Task TellSendAsync(string text)
        {
            SendOutcome outcome = SendOutcome.Sent;
            try
            {
                await runtime.SendAsync(Note, text, CancellationToken.None).AsTask().Soon();
            }
            catch (SendException e)
            {
                outcome = e.Outcome;
            }

            told.Add((text, outcome, false));
        }

        async Task TellCallAsync(string text)
        {
            try
            {
                Assert.Equal(text, await runtime.CallAsync(Echo, text, CancellationToken.None).Soon());
                told.Add((text, SendOutcome.Sent, true));
            }
            catch (CallException e)
            {
                told.Add((text, e.Outcome, false));
            }
        }
    }

    // Never seen twice; not seen when it was not sent; seen when it was answered.
    private static void CheckLedger(LedgerServer server, List<(string Text, SendOutcome Outcome, bool Answered)> told)
    {
        foreach ((string text, SendOutcome outcome, bool answered) in told)
        {
            int seen = server.Messages.Count(m => m.Text.Contains($"\"{text}\"", StringComparison.Ordinal));
            Assert.InRange(seen, answered ? 1 : 0, outcome == SendOutcome.NotSent ? 0 : 1);
        }
    }

    // On the second connection what was subscribed to comes first, in its order.
    private static void CheckOrder(LedgerServer server)
    {
        JsonElement[] second = [.. server.Messages.Where(m => m.Connection == 2).Select(m => JsonElement.Parse(m.Text))];
        if (second.Length == 0)
            return;
        Assert.Equal("SUBSCRIBE", second[0].Method());
        Assert.Equal("a", second[0].Topics()[0]);
        int user = Array.FindIndex(second, m => !m.TryGetProperty("method", out JsonElement method) || method.GetString() == "echo");
        int logs = Array.FindIndex(second, m => m.TryGetProperty("method", out JsonElement method) && method.GetString() == "eth_subscribe");
        Assert.InRange(logs, 1, user < 0 ? int.MaxValue : user - 1);
    }
}
