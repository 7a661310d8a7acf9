using System.Text.Json;
using System.Text.Json.Nodes;
using NetWebSockets.Tests.Connections;
using Protocols.WebPubSub;

namespace NetWebSockets.ProtocolTests;

public sealed class WebPubSubTests
{
    private const string Protocol = "json.reliable.webpubsub.azure.v1";

    [Fact]
    public async Task Messages_are_acknowledged_up_to_a_number_and_a_connection_is_resumed_with_what_it_was_told()
    {
        await using PlayedServer server = new();
        ObservedTime time = new();
        Task<GroupClient> connecting = GroupClient.ConnectAsync(server.Options(o => o.TimeProvider = time), TestContext.Current.CancellationToken);
        using Player first = await server.AcceptAsync(Protocol);
        await using GroupClient client = await connecting.Soon();
        await using MessageStream<GroupMessage> messages = client.Messages();
        await first.SayAsync("""{"type":"system","event":"connected","connectionId":"c1","reconnectionToken":"t1"}""");

        Task joining = client.JoinAsync("g", TestContext.Current.CancellationToken);
        JsonNode join = await first.HearAnyAsync();
        Assert.Equal(("joinGroup", "g"), ((string)join["type"]!, (string)join["group"]!));
        await first.SayAsync($$"""{"type":"ack","ackId":{{(int)join["ackId"]!}},"success":true}""");
        await joining.Soon();

        Task refused = client.SendToGroupAsync("g", "json", JsonDocument.Parse("{\"x\":1}").RootElement, TestContext.Current.CancellationToken);
        JsonNode sent = await first.HearAnyAsync();
        Assert.Equal("""{"x":1}""", sent["data"]!.ToJsonString());
        await first.SayAsync($$"""{"type":"ack","ackId":{{(int)sent["ackId"]!}},"success":false,"error":{"name":"Duplicate","message":"m"} }""");
        CallErrorException error = await Assert.ThrowsAsync<CallErrorException>(() => refused.Soon());
        Assert.Equal("Duplicate", error.Code);

        time.TakeWaits();
        for (int i = 5; i <= 7; i++)
            await first.SayAsync(Message(i));
        for (int i = 5; i <= 7; i++)
            Assert.Equal(i, (await messages.NextAsync()).SequenceId);
        await time.PassAsync(TimeSpan.FromSeconds(1));
        await first.HearAsync("""{"type":"sequenceAck","sequenceId":7}""");

        first.Drop();
        await time.PassAsync(TimeSpan.FromMilliseconds(1));
        using Player second = await server.AcceptAsync(Protocol);
        Assert.Equal("/?awps_connection_id=c1&awps_reconnection_token=t1", second.Target);
        await second.SayAsync(Message(8));
        Assert.Equal(8, (await messages.NextAsync()).SequenceId);

        // The group is the connection's: nothing is joined again. The first word is about what came.
        await time.PassAsync(TimeSpan.FromSeconds(1));
        await second.HearAsync("""{"type":"sequenceAck","sequenceId":8}""");

        await second.CloseAsync(1008);
        await time.WaitBegunAsync(static wait => wait > TimeSpan.Zero && wait <= TimeSpan.FromMilliseconds(20), "a new attempt");
        time.Advance(TimeSpan.FromMilliseconds(20));
        using Player third = await server.AcceptAsync(Protocol);
        Assert.Equal("/", third.Target);
    }

    private static string Message(int number) =>
        $$"""{"sequenceId":{{number}},"type":"message","from":"group","group":"g","dataType":"json","data":{"x":1} }""";
}
