using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using Protocols.Voice;

namespace NetWebSockets.ProtocolTests;

public sealed class VoiceTests
{
    [Fact]
    public async Task Audio_goes_up_and_comes_down_as_binary_beside_JSON_also_after_a_drop()
    {
        await using PlayedServer server = new();
        Task<VoiceClient> connecting = VoiceClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        using Player first = await server.AcceptAsync();
        await using VoiceClient client = await connecting.Soon();
        await using MessageStream<Transcript> transcripts = client.Transcripts();
        await using MessageStream<ReadOnlyMemory<byte>> speech = client.Speech();
        await client.SendAudioAsync(new byte[] { 1, 2, 3 }.AsMemory(), TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3], await first.HearBinaryAsync());

        byte[] wav = new byte[100_000];
        new Random(3).NextBytes(wav);
        Task sending = client.SendAudioAsync(new MemoryStream(wav), TestContext.Current.CancellationToken).AsTask();
        MemoryStream heard = new();
        ClientFrame frame;
        do
        {
            frame = (await first.Peer.ReadFrameAsync(TestContext.Current.CancellationToken).Soon())!;
            heard.Write(frame.Payload);
        }
        while (!frame.Fin);
        Assert.Equal(wav, heard.ToArray());
        await sending.Soon();

        await first.SayAsync("""{"type":"Results","text":"hello","is_final":true}""");
        await first.Peer.SendBinaryAsync(new byte[] { 9, 8 });
        Assert.Equal(new Transcript("hello", true), await transcripts.NextAsync());
        Assert.Equal([9, 8], (await speech.NextAsync()).ToArray());

        first.Drop();
        using Player second = await server.AcceptAsync();
        await second.SayAsync("""{"type":"Results","text":"again","is_final":false}""");
        Assert.Equal(new Transcript("again", false), await transcripts.NextAsync());
    }

    [Fact]
    public async Task It_keeps_the_line_alive_only_while_nothing_else_is_said()
    {
        await using PlayedServer server = new();
        ObservedTime time = new();
        Task<VoiceClient> connecting = VoiceClient.ConnectAsync(
            server.Options(o => (o.TimeProvider, o.KeepAliveInterval) = (time, Timeout.InfiniteTimeSpan)), TestContext.Current.CancellationToken);
        using Player player = await server.AcceptAsync();
        await using VoiceClient client = await connecting.Soon();
        await time.PassAsync(TimeSpan.FromSeconds(4));
        await player.HearAsync("""{"type":"KeepAlive"}""");

        // Audio in between puts the next one off.
        await time.WaitBegunAsync(TimeSpan.FromSeconds(4));
        time.Advance(TimeSpan.FromSeconds(3));
        await client.SendAudioAsync(new byte[] { 1 }.AsMemory(), TestContext.Current.CancellationToken);
        Assert.Equal([1], await player.HearBinaryAsync());
        time.Advance(TimeSpan.FromSeconds(1));
        await time.PassAsync(TimeSpan.FromSeconds(3));
        await player.HearAsync("""{"type":"KeepAlive"}""");

        // Closing would wait for what the clock that stands still never ends.
        player.Drop();
    }

    [Fact]
    public async Task What_was_said_last_is_still_transcribed_before_it_closes()
    {
        await using PlayedServer server = new();
        Task<VoiceClient> connecting = VoiceClient.ConnectAsync(server.Options(o => o.CloseTimeout = TimeSpan.FromSeconds(20)), TestContext.Current.CancellationToken);
        using Player player = await server.AcceptAsync();
        VoiceClient client = await connecting.Soon();
        await using MessageStream<Transcript> transcripts = client.Transcripts();
        Task closing = client.CloseAsync(TestContext.Current.CancellationToken);
        await player.HearAsync("""{"type":"CloseStream"}""");
        await player.SayAsync("""{"type":"Results","text":"bye","is_final":true}""");
        await player.SayAsync("""{"type":"Metadata","duration":1.5}""");
        Assert.Equal(1000, await player.HearCloseAsync());
        player.Peer.ShutdownSend();
        await closing.Soon();
        Assert.Equal(new Transcript("bye", true), await transcripts.NextAsync());
    }
}
