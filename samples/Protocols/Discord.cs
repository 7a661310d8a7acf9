// Discord's gateway: an operation and a title, a heartbeat whose interval the server tells, sessions that are resumed at an address of their own, close codes of four kinds.
// https://github.com/discord/discord-api-docs/blob/main/developers/events/gateway.mdx
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.Discord;

[WebSocketClient("wss://gateway.discord.gg/?v=10&encoding=json", Discriminator = "/op /t", Payload = "/d", JsonContext = typeof(DiscordJson))]
[Heartbeat("""{"op":1,"d":{sequence}}""", IntervalFrom = typeof(Hello), Interval = "/d/heartbeat_interval", Jitter = true, Reply = typeof(HeartbeatAck), RequestedBy = typeof(HeartbeatWanted))]
[Resume(Sequence = "/s", From = typeof(Ready), State = "/d/session_id", Address = "/d/resume_gateway_url", Query = "v=10&encoding=json", ReplaceBy = typeof(Reconnect),
    EndedBy = typeof(InvalidSession), Resumable = "/d")]
[CloseCodes(Fatal = [4004, 4010, 4011, 4012, 4013, 4014], NewSession = [4007, 4009], Abort = 4900)]
[OutboundLimit(120, PerSeconds = 60, MaxBytes = 4096)]
public partial class Gateway(string token, int intents)
{
    [Event(0, "MESSAGE_CREATE")]
    public partial MessageStream<Message> Messages();

    [Send(3)]
    public partial ValueTask UpdatePresenceAsync(Presence presence, CancellationToken cancellationToken = default);

    [OnConnected]
    private async ValueTask BeginAsync(ConnectScript script, CancellationToken cancellationToken)
    {
        await script.ExpectAsync<Hello>(cancellationToken);
        if (script.Resume is { } session)
        {
            await script.SendAsync(new Resume(token, session.State, session.Sequence), cancellationToken);
            if (await script.ExpectAnyAsync<Resumed, InvalidSession>(cancellationToken) is Resumed)
                return;
            script.NewSession();
        }

        await script.SendAsync(new Identify(token, intents), cancellationToken);
        await script.ExpectAsync<Ready>(cancellationToken);
    }
}

[Receive<Gateway>(10)]
public sealed record Hello([property: JsonPropertyName("heartbeat_interval")] int HeartbeatInterval);

[Receive<Gateway>(11, Payload = "")]
public sealed record HeartbeatAck;

[Receive<Gateway>(1, Payload = "")]
public sealed record HeartbeatWanted;

/// <summary>The server asks to move to another socket.</summary>
[Receive<Gateway>(7, Payload = "")]
public sealed record Reconnect;

[Receive<Gateway>(9, Payload = "")]
public sealed record InvalidSession([property: JsonPropertyName("d")] bool MayResume);

[Receive<Gateway>(0, "READY")]
public sealed record Ready([property: JsonPropertyName("session_id")] string SessionId, [property: JsonPropertyName("resume_gateway_url")] string ResumeGatewayUrl);

[Receive<Gateway>(0, "RESUMED", Payload = "")]
public sealed record Resumed;

[Send<Gateway>(2)]
public sealed record Identify([property: JsonPropertyName("token")] string Token, [property: JsonPropertyName("intents")] int Intents)
{
    [JsonPropertyName("properties")]
    public Dictionary<string, string> Properties { get; } = new() { ["os"] = "linux", ["browser"] = "netwebsockets", ["device"] = "netwebsockets" };
}

[Send<Gateway>(6)]
public sealed record Resume(
    [property: JsonPropertyName("token")] string Token, [property: JsonPropertyName("session_id")] string SessionId, [property: JsonPropertyName("seq")] long? Sequence);

public sealed record Message([property: JsonPropertyName("id")] string Id, [property: JsonPropertyName("content")] string Content);

public sealed record Presence([property: JsonPropertyName("status")] string Status, [property: JsonPropertyName("afk")] bool Afk);

[JsonSerializable(typeof(Hello)), JsonSerializable(typeof(HeartbeatAck)), JsonSerializable(typeof(HeartbeatWanted)), JsonSerializable(typeof(InvalidSession)), JsonSerializable(typeof(Reconnect)), JsonSerializable(typeof(Ready))]
[JsonSerializable(typeof(Resumed)), JsonSerializable(typeof(Identify)), JsonSerializable(typeof(Resume)), JsonSerializable(typeof(Message)), JsonSerializable(typeof(Presence))]
public partial class DiscordJson : JsonSerializerContext;
