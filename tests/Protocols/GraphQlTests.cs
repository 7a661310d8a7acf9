using System.Text.Json.Nodes;
using Protocols.GraphQl;

namespace NetWebSockets.ProtocolTests;

public sealed class GraphQlTests
{
    [Fact]
    public async Task The_connection_is_initialised_before_anything_else_and_a_ping_is_answered()
    {
        await using PlayedServer server = new();
        Task<GraphQlClient> connecting = GraphQlClient.ConnectAsync("secret", server.Options(), TestContext.Current.CancellationToken);
        using Player player = await server.AcceptAsync("graphql-transport-ws");
        await player.HearAsync("""{"type":"connection_init","payload":{"token":"secret"}}""");
        Assert.False(connecting.IsCompleted);
        await player.SayAsync("""{"type":"connection_ack"}""");
        await using GraphQlClient ready = await connecting.Soon();
        await player.SayAsync("""{"type":"ping"}""");
        await player.HearAsync("""{"type":"pong"}""");
    }

    [Fact]
    public async Task A_query_answers_and_completes_and_an_error_of_the_peer_ends_it()
    {
        await using PlayedServer server = new();
        (GraphQlClient client, Player player) = await ConnectAsync(server);
        await using MessageStream<ExecutionResult> answers = client.Execute(new Operation("{ hello }"));
        JsonNode asked = await player.HearAnyAsync();
        string id = (string)asked["id"]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""{"id":"{{id}}","type":"subscribe","payload":{"query":"{ hello }"} }"""), asked), asked.ToJsonString());
        await player.SayAsync($$$"""{"id":"{{{id}}}","type":"next","payload":{"data":{"hello":"world"} } }""");
        await player.SayAsync($$"""{"id":"{{id}}","type":"complete"}""");
        Assert.Equal("world", (await answers.NextAsync()).Data!.Value.GetProperty("hello").GetString());
        Assert.False(await answers.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask().Soon());

        await using MessageStream<ExecutionResult> refused = client.Execute(new Operation("{ nothing }"));
        id = (string)(await player.HearAnyAsync())["id"]!;
        await player.SayAsync($$"""{"id":"{{id}}","type":"error","payload":[{"message":"no such field"}]}""");
        CallErrorException<GraphQlError[]> error = await Assert.ThrowsAsync<CallErrorException<GraphQlError[]>>(() => refused.NextAsync());
        Assert.Equal("no such field", Assert.Single(error.Error).Message);
        Assert.Contains("no such field", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscriptions_are_made_again_after_a_drop_and_ended_by_whoever_ends_them()
    {
        await using PlayedServer server = new();
        (GraphQlClient client, Player first) = await ConnectAsync(server);
        MessageStream<ExecutionResult> one = client.Subscribe(new Operation("subscription { one }"));
        string oneId = (string)(await first.HearAnyAsync())["id"]!;
        MessageStream<ExecutionResult> two = client.Subscribe(new Operation("subscription { two }"));
        string twoId = (string)(await first.HearAnyAsync())["id"]!;
        MessageStream<ExecutionResult> three = client.Subscribe(new Operation("subscription { three }"));
        string threeId = (string)(await first.HearAnyAsync())["id"]!;
        await first.SayAsync(Next(oneId, 1));
        Assert.Equal(1, await NumberAsync(one));

        // One that the peer completes is not made again.
        await first.SayAsync($$"""{"id":"{{threeId}}","type":"complete"}""");
        Assert.False(await three.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask().Soon());

        first.Drop();
        using Player second = await server.AcceptAsync("graphql-transport-ws");
        await second.HearAsync("""{"type":"connection_init","payload":{}}""");
        await second.SayAsync("""{"type":"connection_ack"}""");
        JsonNode again = await second.HearAnyAsync();
        Assert.Equal("subscription { one }", (string)again["payload"]!["query"]!);
        Assert.NotEqual(oneId, (string)again["id"]!);
        oneId = (string)again["id"]!;
        again = await second.HearAnyAsync();
        Assert.Equal("subscription { two }", (string)again["payload"]!["query"]!);
        Assert.NotEqual(twoId, (string)again["id"]!);
        twoId = (string)again["id"]!;
        await second.SayAsync(Next(oneId, 2));
        Assert.Equal(2, await NumberAsync(one));

        // Its reader goes: the peer is told. It still sends something, which is of no interest.
        await one.DisposeAsync();
        await second.HearAsync($$"""{"id":"{{oneId}}","type":"complete"}""");
        await second.SayAsync(Next(oneId, 3));

        await second.SayAsync($$"""{"id":"{{twoId}}","type":"error","payload":[{"message":"gone"}]}""");
        CallErrorException<GraphQlError[]> error = await Assert.ThrowsAsync<CallErrorException<GraphQlError[]>>(() => two.NextAsync());
        Assert.Equal("gone", Assert.Single(error.Error).Message);
        Assert.Contains("gone", error.Message, StringComparison.Ordinal);

        // It can be subscribed to anew.
        await using MessageStream<ExecutionResult> anew = client.Subscribe(new Operation("subscription { two }"));
        await second.SayAsync(Next((string)(await second.HearAnyAsync())["id"]!, 4));
        Assert.Equal(4, await NumberAsync(anew));
        await client.DisposeAsync();
    }

    private static async Task<(GraphQlClient Client, Player Player)> ConnectAsync(PlayedServer server)
    {
        Task<GraphQlClient> connecting = GraphQlClient.ConnectAsync(null, server.Options(), TestContext.Current.CancellationToken);
        Player player = await server.AcceptAsync("graphql-transport-ws");
        await player.HearAsync("""{"type":"connection_init","payload":{}}""");
        await player.SayAsync("""{"type":"connection_ack"}""");
        return (await connecting.Soon(), player);
    }

    private static string Next(string id, int number) => $$$"""{"id":"{{{id}}}","type":"next","payload":{"data":{"n":{{{number}}} } } }""";

    private static async Task<int> NumberAsync(MessageStream<ExecutionResult> stream) => (await stream.NextAsync()).Data!.Value.GetProperty("n").GetInt32();
}
