using System.Text.Json;
using NetWebSockets.InteropTests.Servers;
using NetWebSockets.Tests.Connections;
using Protocols.GraphQl;
using Xunit;

namespace NetWebSockets.InteropTests.Protocols;

/// <summary>The contract of graphql-transport-ws against the graphql-ws package from npm.</summary>
public sealed class GraphQlWsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_right_token_opens_the_connection_and_queries_have_their_answers()
    {
        await using NodeServer server = await NodeServer.StartAsync("graphql.mjs", ["token"]);
        await using GraphQlClient client = await ConnectAsync(server, "good");
        Task<string?>[] answers = [.. Enumerable.Range(0, 30).Select(async i =>
        {
            await using MessageStream<ExecutionResult> query = client.Execute(
                new Operation("query Greet($name: String) { hello(name: $name) }", "Greet", new() { ["name"] = JsonSerializer.SerializeToElement($"nr {i}") }));
            string? answer = Field(await query.NextAsync(), "hello").GetString();
            await query.EndsAsync();
            return answer;
        })];
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"hello nr {i}"), await Task.WhenAll(answers));
    }

    [Theory]
    [InlineData("bad")]
    [InlineData(null)]
    public async Task A_connection_that_the_server_forbids_fails_for_good_with_its_code_and_reason(string? token)
    {
        await using NodeServer server = await NodeServer.StartAsync("graphql.mjs", ["token"]);
        ConnectionException refused = await Assert.ThrowsAsync<ConnectionException>(() => ConnectAsync(server, token));
        ConnectionFailure failure = refused.Failure!;
        Assert.Equal((4403, "Forbidden", FailurePhase.Script, 1), (failure.CloseCode, failure.CloseReason, failure.Phase, failure.Attempt));
        await server.SaysAsync("closed 4403");
        Assert.Single(server.Lines, "initialised");
    }

    [Fact]
    public async Task An_answer_with_errors_in_it_is_an_item_and_an_error_message_fails_the_query_with_what_the_server_says()
    {
        await using NodeServer server = await NodeServer.StartAsync("graphql.mjs");
        await using GraphQlClient client = await ConnectAsync(server);
        await using MessageStream<ExecutionResult> partial = client.Execute(new Operation("{ refuse hello }"));
        ExecutionResult result = await partial.NextAsync();
        Assert.Equal("hello world", Field(result, "hello").GetString());
        Assert.Equal(JsonValueKind.Null, Field(result, "refuse").ValueKind);
        GraphQlError error = Assert.Single(result.Errors!);
        Assert.Equal(("refused", "refuse"), (error.Message, error.Path!.Value[0].GetString()));
        await partial.EndsAsync();

        await using MessageStream<ExecutionResult> invalid = client.Execute(new Operation("{ nothing nowhere }"));
        CallErrorException<GraphQlError[]> failure = await Assert.ThrowsAsync<CallErrorException<GraphQlError[]>>(() => invalid.NextAsync());
        Assert.Equal(("subscribe", SendOutcome.Sent), (failure.Method, failure.Outcome));
        Assert.Contains("\"nothing\"", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, failure.Error.Length);
        Assert.Contains("\"nowhere\"", failure.Error[1].Message, StringComparison.Ordinal);
        Assert.Equal(ConnectionState.Ready, ((IGraphQlClient)client).State);
    }

    [Fact]
    public async Task A_subscription_ends_when_the_server_completes_it()
    {
        await using NodeServer server = await NodeServer.StartAsync("graphql.mjs");
        await using GraphQlClient client = await ConnectAsync(server);
        await using MessageStream<ExecutionResult> counted = client.Subscribe(new Operation("subscription { count(to: 500) }"));
        for (int i = 1; i <= 500; i++)
            Assert.Equal(i, Field(await counted.NextAsync(), "count").GetInt32());
        await counted.EndsAsync();

        await using MessageStream<ExecutionResult> again = client.Subscribe(new Operation("subscription { count(to: 500) }"));
        Assert.Equal(1, Field(await again.NextAsync(), "count").GetInt32());
    }

    [Fact]
    public async Task What_the_server_has_completed_or_nobody_reads_is_not_made_again()
    {
        await using NodeServer server = await NodeServer.StartAsync("graphql.mjs");
        await using GraphQlClient client = await ConnectAsync(server);
        await using MessageStream<ExecutionResult> ended = client.Subscribe(Room("ended"));
        await server.SaysAsync("subscribed ended");
        MessageStream<ExecutionResult> left = client.Subscribe(Room("left"));
        await server.SaysAsync("subscribed left");
        await using MessageStream<ExecutionResult> stays = client.Subscribe(Room("stays"));
        await server.SaysAsync("subscribed stays");
        await server.DoAsync("end ended");
        await ended.EndsAsync();
        await left.DisposeAsync();
        await server.DoAsync("drop");
        await server.SaysAsync("subscribed stays");
        await server.DoAsync("say stays:1");
        Assert.Equal("stays:1", Said(await stays.NextAsync()));
        Assert.Equal("hello world", await HelloAsync(client));
        Assert.Equal(
            ["subscribed ended", "subscribed left", "subscribed stays", "subscribed stays"],
            server.Lines.Where(line => line.StartsWith("subscribed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_subscription_that_the_server_fails_ends_with_its_error_after_what_came_before()
    {
        await using NodeServer server = await NodeServer.StartAsync("graphql.mjs");
        await using GraphQlClient client = await ConnectAsync(server);
        await using MessageStream<ExecutionResult> failing = client.Subscribe(new Operation("subscription { failing(after: 2) }"));
        Assert.Equal(1, Field(await failing.NextAsync(), "failing").GetInt32());
        Assert.Equal(2, Field(await failing.NextAsync(), "failing").GetInt32());
        CallErrorException<GraphQlError[]> failure = await Assert.ThrowsAsync<CallErrorException<GraphQlError[]>>(() => failing.NextAsync());
        Assert.Equal("no more of it", Assert.Single(failure.Error).Message);
        Assert.Contains("no more of it", failure.Message, StringComparison.Ordinal);

        await using MessageStream<ExecutionResult> invalid = client.Subscribe(new Operation("subscription { nothing }"));
        failure = await Assert.ThrowsAsync<CallErrorException<GraphQlError[]>>(() => invalid.NextAsync());
        Assert.Contains("\"nothing\"", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reader_that_leaves_early_completes_its_own_operation_and_no_other(bool isSubscription)
    {
        await using NodeServer server = await NodeServer.StartAsync("graphql.mjs");
        await using GraphQlClient client = await ConnectAsync(server);
        await using MessageStream<ExecutionResult> stays = client.Subscribe(Room("stays"));
        await server.SaysAsync("subscribed stays");
        MessageStream<ExecutionResult> leaves = isSubscription ? client.Subscribe(Room("leaves")) : client.Execute(Room("leaves"));
        await server.SaysAsync("subscribed leaves");
        await server.DoAsync("say leaves:1");
        Assert.Equal("leaves:1", Said(await leaves.NextAsync()));
        await leaves.DisposeAsync();
        await server.SaysAsync("completed ");
        await server.DoAsync("say leaves:2");
        await server.DoAsync("say stays:1");
        Assert.Equal("stays:1", Said(await stays.NextAsync()));
        Assert.Single(server.Lines, line => line.StartsWith("completed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_readers_share_one_subscription_until_the_last_leaves()
    {
        await using NodeServer server = await NodeServer.StartAsync("graphql.mjs");
        await using GraphQlClient client = await ConnectAsync(server);
        MessageStream<ExecutionResult> one = client.Subscribe(Room("shared"));
        MessageStream<ExecutionResult> two = client.Subscribe(Room("shared"));
        await server.SaysAsync("subscribed shared");
        await server.DoAsync("say shared:1");
        Assert.Equal(("shared:1", "shared:1"), (Said(await one.NextAsync()), Said(await two.NextAsync())));

        await one.DisposeAsync();
        Assert.Equal("hello world", await HelloAsync(client)); // What the leaving had sent would have come before.
        await server.DoAsync("say shared:2");
        Assert.Equal("shared:2", Said(await two.NextAsync()));
        Assert.Single(server.Lines, "subscribed shared");
        Assert.Single(server.Lines, line => line.StartsWith("completed", StringComparison.Ordinal)); // The query's.

        await two.DisposeAsync();
        await server.SaysAsync("completed ");
        await server.SaysAsync("completed ");
    }

    [Fact]
    public async Task Each_side_answers_the_others_pings()
    {
        await using NodeServer server = await NodeServer.StartAsync("graphql.mjs");
        ObservedTime time = new();
        await using GraphQlClient client = await ConnectAsync(server, time: time);
        await server.DoAsync("ping");
        await server.SaysAsync("ponged");

        // A beat without the answer to the one before would drop the connection.
        await using MessageStream<Pong> pongs = client.PongMessages();
        for (int beat = 0; beat < 3; beat++)
        {
            await time.PassAsync(TimeSpan.FromSeconds(25));
            await server.SaysAsync("pinged");
            await pongs.NextAsync();
        }

        Assert.Single(server.Lines, "initialised");
    }

    [Fact]
    public async Task A_drop_makes_subscriptions_again_behind_the_acknowledged_connection_and_their_readers_never_notice()
    {
        await using NodeServer server = await NodeServer.StartAsync("graphql.mjs", ["token"]);
        await using GraphQlClient client = await ConnectAsync(server, "good");
        await using MessageStream<ExecutionResult> first = client.Subscribe(Room("first"));
        await server.SaysAsync("subscribed first");
        await using MessageStream<ExecutionResult> second = client.Subscribe(Room("second"));
        await server.SaysAsync("subscribed second");
        await server.DoAsync("say first:0");
        Assert.Equal("first:0", Said(await first.NextAsync()));

        for (int drop = 1; drop <= 3; drop++)
        {
            Task<ExecutionResult> reading = first.NextAsync();
            await server.DoAsync("drop");
            await server.SaysAsync("subscribed first");
            await server.SaysAsync("subscribed second");
            await server.DoAsync($"say first:{drop}");
            await server.DoAsync($"say second:{drop}");
            Assert.Equal($"first:{drop}", Said(await reading.Soon()));
            Assert.Equal($"second:{drop}", Said(await second.NextAsync()));
        }

        string[] order = [.. server.Lines.Where(line => line is "initialised" || line.StartsWith("subscribed", StringComparison.Ordinal))];
        Assert.Equal(Enumerable.Repeat<string[]>(["initialised", "subscribed first", "subscribed second"], 4).SelectMany(lines => lines), order);
    }

    [Fact]
    public async Task A_query_pending_at_a_drop_fails_as_sent_and_what_is_asked_meanwhile_is_answered_afterwards()
    {
        await using NodeServer server = await NodeServer.StartAsync("graphql.mjs");
        await using GraphQlClient client = await ConnectAsync(server);
        await using MessageStream<ExecutionResult> pending = client.Execute(new Operation("""{ never(question: "why") }"""));
        await server.SaysAsync("asked why");
        await using MessageStream<ExecutionResult> room = client.Execute(Room("once"));
        await server.SaysAsync("subscribed once");
        await server.DoAsync("say once:1");
        Assert.Equal("once:1", Said(await room.NextAsync()));
        await server.DoAsync("drop");
        foreach (MessageStream<ExecutionResult> dropped in new[] { pending, room })
        {
            CallException failure = await Assert.ThrowsAsync<CallException>(() => dropped.NextAsync());
            Assert.Equal(("subscribe", SendOutcome.Sent), (failure.Method, failure.Outcome));
        }

        Assert.Equal("hello world", await HelloAsync(client));
        Assert.Single(server.Lines, "asked why");
        Assert.Single(server.Lines, "subscribed once");
    }

    private static Task<GraphQlClient> ConnectAsync(NodeServer server, string? token = null, TimeProvider? time = null) =>
        GraphQlClient.ConnectAsync(token, QuickOptions.For(server.Uri(), time), Token).Soon();

    private static Operation Room(string name) =>
        new("subscription In($room: String!) { said(room: $room) }", Variables: new() { ["room"] = JsonSerializer.SerializeToElement(name) });

    private static async Task<string?> HelloAsync(GraphQlClient client)
    {
        await using MessageStream<ExecutionResult> query = client.Execute(new Operation("{ hello }"));
        string? answer = Field(await query.NextAsync(), "hello").GetString();
        await query.EndsAsync();
        return answer;
    }

    private static JsonElement Field(ExecutionResult result, string name) => result.Data!.Value.GetProperty(name);

    private static string? Said(ExecutionResult result) => Field(result, "said").GetString();
}
