// A voice API such as Deepgram's: audio up as binary, JSON and audio down, a heartbeat while nobody speaks, a last word before closing.
// https://developers.deepgram.com/reference
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.Voice;

[WebSocketClient(Discriminator = "/type", JsonContext = typeof(VoiceJson))]
[Heartbeat("""{"type":"KeepAlive"}""", Seconds = 4, OnlyWhenIdle = true)]
public partial class VoiceClient
{
    [SendBinary]
    public partial ValueTask SendAudioAsync(ReadOnlyMemory<byte> pcm, CancellationToken cancellationToken = default);

    [SendBinary]
    public partial ValueTask SendAudioAsync(Stream wav, CancellationToken cancellationToken = default);

    [Event("Results")]
    public partial MessageStream<Transcript> Transcripts();

    [ReceiveBinary]
    public partial MessageStream<ReadOnlyMemory<byte>> Speech();

    [Send("CloseStream")]
    private partial ValueTask SendCloseStreamAsync(CancellationToken cancellationToken = default);

    // What was said last is still transcribed: the server tells when it is done.
    [OnClosing]
    private async Task DrainAsync(ConnectScript script, CancellationToken cancellationToken)
    {
        await SendCloseStreamAsync(cancellationToken);
        await script.ExpectAsync<Metadata>(cancellationToken);
    }
}

public sealed record Transcript(string Text, bool IsFinal);

[Receive<VoiceClient>("Metadata")]
public sealed record Metadata(double Duration);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Transcript)), JsonSerializable(typeof(Metadata))]
public partial class VoiceJson : JsonSerializerContext;
