// OpenAI's Realtime API: events by type, audio in base64, errors that name the event that they are about.
// https://platform.openai.com/docs/api-reference/realtime
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.OpenAi;

[WebSocketClient("wss://api.openai.com/v1/realtime?model=gpt-realtime", Discriminator = "/type", JsonContext = typeof(RealtimeJson))]
public partial class RealtimeClient(Func<CancellationToken, ValueTask<string>> fetchToken)
{
    [OnConnecting]
    private async ValueTask<WebSocketEndpoint> EndpointAsync(ConnectAttempt attempt, CancellationToken cancellationToken) =>
        attempt.Endpoint.WithHeader("Authorization", $"Bearer {await fetchToken(cancellationToken)}");

    [OnConnected]
    private static async ValueTask BeginAsync(ConnectScript script, CancellationToken cancellationToken) => await script.ExpectAsync<SessionCreated>(cancellationToken);

    [Send("input_audio_buffer.append")]
    public partial ValueTask AppendAudioAsync(byte[] audio, CancellationToken cancellationToken = default);

    [Send("response.create")]
    public partial ValueTask CreateResponseAsync(CancellationToken cancellationToken = default);

    [Event("response.output_audio.delta")]
    public partial MessageStream<AudioDelta> Audio();

    [Event("response.output_audio_transcript.delta")]
    public partial MessageStream<TextDelta> Transcript();

    [Event("response.done")]
    public partial MessageStream<ResponseDone> Responses();

    [Event("error", Payload = "/error")]
    public partial MessageStream<RealtimeError> Errors();
}

[Receive<RealtimeClient>("session.created", Payload = "/session")]
public sealed record SessionCreated(string Id, string Model);

[Send<RealtimeClient>("session.update")]
public sealed record SessionUpdate(SessionSettings Session);

public sealed record SessionSettings(string? Instructions, string[]? OutputModalities);

public sealed record AudioDelta(string ResponseId, string ItemId, byte[] Delta);

public sealed record TextDelta(string ResponseId, string ItemId, string Delta);

public sealed record ResponseDone(RealtimeResponse Response);

public sealed record RealtimeResponse(string Id, string Status);

/// <summary>Most are not fatal: the session goes on. <see cref="EventId"/> names the event that was sent, when there was one.</summary>
public sealed record RealtimeError(string Type, string? Code, string Message, string? EventId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionCreated)), JsonSerializable(typeof(SessionUpdate)), JsonSerializable(typeof(AudioDelta)), JsonSerializable(typeof(TextDelta)), JsonSerializable(typeof(ResponseDone))]
[JsonSerializable(typeof(RealtimeError)), JsonSerializable(typeof(byte[]))]
public partial class RealtimeJson : JsonSerializerContext;
