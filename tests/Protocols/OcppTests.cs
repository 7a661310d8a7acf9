using System.Text.Json.Nodes;
using Protocols.Ocpp;

namespace NetWebSockets.ProtocolTests;

public sealed class OcppTests
{
    [Fact]
    public async Task Calls_go_one_at_a_time_by_position_and_fields_by_name()
    {
        await using PlayedServer server = new();
        (ChargePoint point, Player player) = await ConnectAsync(server);
        Task<BootResult> boot = point.BootAsync(new BootRequest("V", "M"), TestContext.Current.CancellationToken);
        Task status = point.StatusAsync(1, "NoError", "Available", TestContext.Current.CancellationToken);
        string id = Id(await player.HearAnyAsync(), """[2,"ID","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]""");

        // The second waits until the first is answered: what comes next is the answer to the server's own call.
        point.OnReset = static (type, _) => Task.FromResult(type == "Soft");
        await player.SayAsync("""[2,"s9","Reset",{"type":"Soft"}]""");
        await player.HearAsync("""[3,"s9",{"status":"Accepted"}]""");
        await player.SayAsync($$"""[3,"{{id}}",{"status":"Accepted","currentTime":"2030-01-01T00:00:00Z","interval":300}]""");
        Assert.Equal(new BootResult("Accepted", new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), 300), await boot.Soon());
        id = Id(await player.HearAnyAsync(), """[2,"ID","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]""");
        await player.SayAsync($$"""[3,"{{id}}",{}]""");
        await status.Soon();
        await point.DisposeAsync();
    }

    [Fact]
    public async Task Errors_go_both_ways_with_their_codes()
    {
        await using PlayedServer server = new();
        (ChargePoint point, Player player) = await ConnectAsync(server);
        Task<HeartbeatResult> heartbeat = point.HeartbeatAsync(TestContext.Current.CancellationToken);
        string id = (string)(await player.HearAnyAsync())[1]!;
        await player.SayAsync($$"""[4,"{{id}}","NotSupported","not here",{"detail":1}]""");
        CallErrorException refused = await Assert.ThrowsAsync<CallErrorException>(() => heartbeat.Soon());
        Assert.Equal("NotSupported", refused.Code);
        Assert.Contains("not here", refused.Message, StringComparison.Ordinal);

        await player.SayAsync("""[2,"s1","Reset",{"type":"Hard"}]""");
        await player.HearAsync("""[4,"s1","NotSupported","This charge point cannot be reset.",{}]""");
        point.OnReset = static (_, _) => throw new InvalidOperationException("a secret");
        await player.SayAsync("""[2,"s2","Reset",{"type":"Hard"}]""");
        await player.HearAsync("""[4,"s2","InternalError","The request could not be handled.",{}]""");
        await point.DisposeAsync();
    }

    [Fact]
    public async Task A_drop_fails_the_call_that_was_sent_and_keeps_the_one_that_waits()
    {
        await using PlayedServer server = new();
        (ChargePoint point, Player first) = await ConnectAsync(server);
        Task<BootResult> sent = point.BootAsync(new BootRequest("V", "M"), TestContext.Current.CancellationToken);
        Task<HeartbeatResult> waiting = point.HeartbeatAsync(TestContext.Current.CancellationToken);
        await first.HearAnyAsync();
        first.Drop();
        CallException lost = await Assert.ThrowsAsync<CallException>(() => sent.Soon());
        Assert.Equal(SendOutcome.Sent, lost.Outcome);
        using Player second = await server.AcceptAsync("ocpp1.6");
        string id = Id(await second.HearAnyAsync(), """[2,"ID","Heartbeat",{}]""");
        await second.SayAsync($$"""[3,"{{id}}",{"currentTime":"2030-01-01T00:00:00Z"}]""");
        Assert.Equal(2030, (await waiting.Soon()).CurrentTime.Year);
        await point.DisposeAsync();
    }

    private static async Task<(ChargePoint Point, Player Player)> ConnectAsync(PlayedServer server)
    {
        Task<ChargePoint> connecting = ChargePoint.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        Player player = await server.AcceptAsync("ocpp1.6");
        return (await connecting.Soon(), player);
    }

    // The message's id; all else must be as expected.
    private static string Id(JsonNode message, string expected)
    {
        string id = (string)message[1]!;
        message[1] = "ID";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), message), message.ToJsonString());
        return id;
    }
}
