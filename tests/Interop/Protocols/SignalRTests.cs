using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Protocols.SignalR;
using Xunit;

namespace NetWebSockets.InteropTests.Protocols;

/// <summary>The sample's contract of SignalR on ASP.NET Core's own hubs: what goes to and fro while the connection stands.</summary>
public sealed class SignalRTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Methods_answer_with_a_result_or_without_one()
    {
        await using HubServer server = await HubServer.StartAsync();
        await using HubClient client = await ConnectAsync(server);
        Assert.Equal(-3, await client.AddAsync(4, -7, Token).Soon());
        await using MessageStream<Said> said = client.Said();
        await client.SayAsync("Grüezi 👋", Token).Soon();
        Assert.Equal(new Said("hub", "Grüezi 👋"), await said.NextAsync());
    }

    [Fact]
    public async Task A_method_that_fails_fails_its_own_call_with_what_the_hub_says()
    {
        await using HubServer server = await HubServer.StartAsync();
        await using HubClient client = await ConnectAsync(server);
        server.OnSay = static (_, text) => throw (text == "hub" ? new HubException("Not so loud.") : new InvalidOperationException("a secret"));
        CallErrorException error = await Assert.ThrowsAsync<CallErrorException>(() => client.SayAsync("hub", Token).Soon());
        Assert.Equal(("Say", SendOutcome.Sent), (error.Method, error.Outcome));
        Assert.EndsWith("HubException: Not so loud.", error.Message, StringComparison.Ordinal);

        // What is no HubException the server keeps to itself.
        error = await Assert.ThrowsAsync<CallErrorException>(() => client.SayAsync("other", Token).Soon());
        Assert.Contains("unexpected error", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, await client.AddAsync(1, 2, Token).Soon());
    }

    [Fact]
    public async Task Many_calls_at_once_each_get_their_own_reply_in_whatever_order_they_come()
    {
        await using HubServer server = await HubServer.StartAsync();
        await using HubClient client = await ConnectAsync(server);
        TaskCompletionSource[] answered = [.. Enumerable.Range(0, 9).Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        answered[8].SetResult();
        server.OnAdd = async (a, b) =>
        {
            // The last is answered first.
            if (b == 0)
                await answered[a + 1].Task;
            return a + b;
        };
        List<int> order = [];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            Assert.Equal(i, await client.AddAsync(i, 0, Token).Soon());
            lock (order)
                order.Add(i);
            answered[i].SetResult();
        }));
        Assert.Equal(Enumerable.Range(0, 8).Reverse(), order);

        int[] sums = await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => client.AddAsync(i, 1, Token))).Soon();
        Assert.Equal(Enumerable.Range(1, 2000), sums);
    }

    [Fact]
    public async Task What_the_hub_calls_arrives_at_every_reader_of_every_client_in_order()
    {
        await using HubServer server = await HubServer.StartAsync();
        await using HubClient one = await ConnectAsync(server);
        await using HubClient other = await ConnectAsync(server);
        MessageStream<Said>[] readers = [one.Said(), one.Said(), other.Said()];
        HubCallerContext context = await server.ConnectedAsync();
        for (int i = 0; i < 1000; i++)
            await server.Clients.All.SendAsync("Said", "hub", $"{i}", Token);
        await server.Clients.Client(context.ConnectionId).SendAsync("Said", "hub", "for one", Token);
        await server.Clients.All.SendAsync("Said", "hub", "end", Token);
        string[] all = [.. Enumerable.Range(0, 1000).Select(static i => $"{i}")];
        string[][] heard = await Task.WhenAll(readers.Select(ReadToEndAsync)).Soon();
        Assert.Equal([.. all, "for one"], heard[0]);
        Assert.Equal(heard[0], heard[1]);
        Assert.Equal(all, heard[2]);

        static async Task<string[]> ReadToEndAsync(MessageStream<Said> reader)
        {
            List<string> texts = [];
            await foreach (Said said in reader.WithCancellation(Token))
            {
                if (said.Text == "end")
                    break;
                texts.Add(said.Text);
            }

            await reader.DisposeAsync();
            return [.. texts];
        }
    }

    [Fact]
    public async Task Several_messages_in_one_frame_are_several_messages()
    {
        await using HubServer server = await HubServer.StartAsync();
        await using HubClient client = await ConnectAsync(server);
        HubCallerContext context = await server.ConnectedAsync();
        await using MessageStream<Said> said = client.Said();
        await using MessageStream<UnknownMessage> unknown = client.UnknownMessages();
        await server.SendBatchAsync(
            context, new InvocationMessage("Said", ["hub", "one\u001e?"]), new InvocationMessage("Unheard", []), new InvocationMessage("Said", ["hub", "two"]), new InvocationMessage("Said", ["hub", "three"]));
        Assert.Equal("one\u001e?", (await said.NextAsync()).Text);
        Assert.Equal("two", (await said.NextAsync()).Text);
        Assert.Equal("three", (await said.NextAsync()).Text);
        Assert.Equal("1 Unheard", (await unknown.NextAsync()).Discriminator);
        Assert.Equal(3, await client.AddAsync(1, 2, Token).Soon());
    }

    [Fact]
    public async Task Streams_of_the_hub_run_beside_each_other_to_their_ends()
    {
        await using HubServer server = await HubServer.StartAsync();
        await using HubClient client = await ConnectAsync(server);
        await using MessageStream<int> many = client.Counter(5000, 0);
        await using MessageStream<int> slow = client.Counter(20, 1);
        await using MessageStream<int> none = client.Counter(0, 0);
        await none.EndsAsync();
        for (int i = 0; i < 5000; i++)
            Assert.Equal(i, await many.NextAsync());
        await many.EndsAsync();
        for (int i = 0; i < 20; i++)
            Assert.Equal(i, await slow.NextAsync());
        await slow.EndsAsync();
    }

    [Fact]
    public async Task A_stream_that_fails_half_way_gives_what_came_and_then_the_hubs_error()
    {
        await using HubServer server = await HubServer.StartAsync();
        await using HubClient client = await ConnectAsync(server);
        await using MessageStream<int> broken = client.Counter(-2, 0);
        Assert.Equal(0, await broken.NextAsync());
        Assert.Equal(1, await broken.NextAsync());
        CallErrorException error = await Assert.ThrowsAsync<CallErrorException>(() => broken.NextAsync());
        Assert.Equal("Counter", error.Method);
        Assert.Contains("It cannot be counted further.", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, await client.AddAsync(1, 2, Token).Soon());
    }

    [Fact]
    public async Task A_stream_whose_reader_goes_half_way_is_cancelled_at_the_hub_and_no_other()
    {
        await using HubServer server = await HubServer.StartAsync();
        await using HubClient client = await ConnectAsync(server);
        await using MessageStream<int> other = client.Counter(1_000_001, 1);
        MessageStream<int> left = client.Counter(1_000_000, 1);
        Assert.Equal(0, await left.NextAsync());
        Assert.Equal(1, await left.NextAsync());
        await left.DisposeAsync();
        Assert.Equal(1_000_000, await server.CancelledAsync());
        for (int i = 0; i < 10; i++)
            Assert.Equal(i, await other.NextAsync());
        await other.DisposeAsync();
        Assert.Equal(1_000_001, await server.CancelledAsync());
        Assert.Equal(3, await client.AddAsync(1, 2, Token).Soon());
    }

    [Fact]
    public async Task The_hub_asks_the_client_also_under_the_id_of_a_call_that_waits()
    {
        await using HubServer server = await HubServer.StartAsync();
        await using HubClient client = await ConnectAsync(server);
        client.OnAsk = static (about, _) => about == "the weather" ? Task.FromResult("It rains.") : throw new HandlerException("Unknown", "I do not know.");

        // Both sides count their ids up from the same number, and both calls are pending at once.
        List<string> answers = [];
        server.OnSay = async (hub, about) =>
        {
            for (int i = 0; i < 3; i++)
                answers.Add(await hub.Clients.Caller.InvokeAsync<string>("Ask", about, Token));
        };
        await client.SayAsync("the weather", Token).Soon();
        Assert.Equal(["It rains.", "It rains.", "It rains."], answers);

        server.OnSay = async (hub, about) =>
        {
            HubException refused = await Assert.ThrowsAsync<HubException>(() => hub.Clients.Caller.InvokeAsync<string>("Ask", about, Token));
            answers.Add(refused.Message);
        };
        await client.SayAsync("tomorrow", Token).Soon();
        Assert.Equal("I do not know.", answers[^1]);
    }

    [Fact]
    public async Task What_goes_without_an_id_is_not_answered_and_arrives_in_order()
    {
        await using HubServer server = await HubServer.StartAsync(options => options.MaximumParallelInvocationsPerClient = 1);
        await using HubClient client = await ConnectAsync(server);
        await using MessageStream<UnknownMessage> unknown = client.UnknownMessages();
        await client.NoteAsync(new Note("one"), Token).AsTask().Soon();
        await client.NoteAsync(new Note(""), Token).AsTask().Soon();
        await client.NoteAsync(new Note("three"), Token).AsTask().Soon();
        Assert.Equal("one", await server.NoteAsync());
        Assert.Equal("", await server.NoteAsync());
        Assert.Equal("three", await server.NoteAsync());
        Assert.Equal(3, await client.AddAsync(1, 2, Token).Soon());
        Assert.False(unknown.TryRead(out UnknownMessage? message), $"{message}");
    }

    private static Task<HubClient> ConnectAsync(HubServer server) => HubClient.ConnectAsync(QuickOptions.For(server.Uri), Token).Soon();
}
