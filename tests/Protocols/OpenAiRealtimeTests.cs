using Protocols.OpenAi;

namespace NetWebSockets.ProtocolTests;

public sealed class OpenAiRealtimeTests
{
    [Fact]
    public async Task A_token_is_fetched_for_every_attempt_and_the_session_begins_before_anything_else()
    {
        await using PlayedServer server = new();
        int tokens = 0;
        Task<RealtimeClient> connecting = RealtimeClient.ConnectAsync(_ => ValueTask.FromResult($"t{++tokens}"), server.Options(), TestContext.Current.CancellationToken);
        using Player first = await server.AcceptAsync();
        Assert.Equal("Bearer t1", first.Peer.Request!["Authorization"]);
        Assert.False(connecting.IsCompleted);
        await first.SayAsync("""{"type":"session.created","event_id":"e1","session":{"id":"s1","model":"gpt-realtime"} }""");
        await using RealtimeClient client = await connecting.Soon();

        await client.SendAsync(new SessionUpdate(new SessionSettings("be brief", null)), TestContext.Current.CancellationToken);
        await first.HearAsync("""{"type":"session.update","session":{"instructions":"be brief"} }""");
        await client.AppendAudioAsync([1, 2, 3], TestContext.Current.CancellationToken);
        await first.HearAsync("""{"type":"input_audio_buffer.append","audio":"AQID"}""");
        await client.CreateResponseAsync(TestContext.Current.CancellationToken);
        await first.HearAsync("""{"type":"response.create"}""");

        await using MessageStream<AudioDelta> audio = client.Audio();
        await using MessageStream<RealtimeError> errors = client.Errors();
        await using MessageStream<ResponseDone> done = client.Responses();
        await using MessageStream<UnknownMessage> unknown = client.UnknownMessages();
        await first.SayAsync("""{"type":"response.output_audio.delta","event_id":"e2","response_id":"r1","item_id":"i1","delta":"AQID"}""");
        await first.SayAsync("""{"type":"response.of_the_future","x":[1]}""");
        await first.SayAsync("""{"type":"error","event_id":"e3","error":{"type":"invalid_request_error","code":"x","message":"m","event_id":"mine"} }""");
        await first.SayAsync("""{"type":"response.done","response":{"id":"r1","status":"completed"} }""");
        Assert.Equal([1, 2, 3], (await audio.NextAsync()).Delta);
        Assert.Equal("response.of_the_future", (await unknown.NextAsync()).Discriminator);
        Assert.Equal(new RealtimeError("invalid_request_error", "x", "m", "mine"), await errors.NextAsync());
        Assert.Equal("completed", (await done.NextAsync()).Response.Status);

        first.Drop();
        using Player second = await server.AcceptAsync();
        Task waiting = client.CreateResponseAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.Equal("Bearer t2", second.Peer.Request!["Authorization"]);
        await second.SayAsync("""{"type":"session.created","session":{"id":"s2","model":"gpt-realtime"} }""");
        await second.HearAsync("""{"type":"response.create"}""");
        await waiting.Soon();
    }
}
