using System.Collections.Concurrent;
using System.Diagnostics;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Hosting;
using Xunit;

namespace NetWebSockets.Tests.Telemetry;

/// <summary>What a listener sees of a whole conversation with a real server.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class LiveTelemetryTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _client = $"client-{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_conversation_is_counted_from_connect_to_close()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        using Measurements messages = new("netwebsockets.client", _client);
        using Measurements connects = new("server.port", server.Port);

        await using (HostedClient client = await HostedClient.ConnectAsync(Options(server.Uri()), Token).WaitAsync(Limit, Token))
        {
            Assert.Single(await connects.WhenSumAsync("netwebsockets.connections.open", 1, Token));
            await using MessageStream<Note> notes = client.NoteMessages();
            await client.NoteAsync("one", Token);
            await client.NoteAsync("two", Token);
            await notes.ReadAsync(Token).AsTask().WaitAsync(Limit, Token);
            await notes.ReadAsync(Token).AsTask().WaitAsync(Limit, Token);
        }

        int bytes = "{\"type\":\"note\",\"text\":\"one\"}".Length * 2;
        IReadOnlyList<Measurements.Measurement> sent = await messages.WhenSumAsync("netwebsockets.messages.sent", 2, Token);
        Assert.All(sent, m => Assert.Equal("text", m.Tags["netwebsockets.message.kind"]));
        await messages.WhenSumAsync("netwebsockets.messages.received", 2, Token);
        await messages.WhenSumAsync("netwebsockets.bytes.sent", bytes, Token);
        await messages.WhenSumAsync("netwebsockets.bytes.received", bytes, Token);
        IReadOnlyList<Measurements.Measurement> sends = await messages.WhenSumAsync("netwebsockets.sends", 2, Token);
        Assert.All(sends, m => Assert.Equal("sent", m.Tags["netwebsockets.send.outcome"]));
        await connects.WhenSumAsync("netwebsockets.connections.open", 0, Token);
        Assert.Single(connects.Of("netwebsockets.connect.attempts"));
        Assert.False(Assert.Single(connects.Of("netwebsockets.connect.duration")).Tags.ContainsKey("error.type"));
    }

    [Fact]
    public async Task Each_attempt_is_an_activity_and_a_refused_one_carries_its_error()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        ConcurrentQueue<Activity> activities = new();
        using SemaphoreSlim stopped = new(0);
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == NetWebSocketTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("server.port"), server.Port))
                {
                    activities.Enqueue(activity);
                    stopped.Release();
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using Measurements connects = new("server.port", server.Port);
        WebSocketClientOptions refused = Options(server.Uri("/refuse/403?token=secret"));
        refused.ClassifyFailure = _ => FailureAction.Fatal;

        await Assert.ThrowsAsync<HandshakeException>(() => HostedClient.ConnectAsync(refused, Token).WaitAsync(Limit, Token));
        Assert.True(await stopped.WaitAsync(Limit, Token));
        await using (await HostedClient.ConnectAsync(Options(server.Uri()), Token).WaitAsync(Limit, Token))
        {
        }

        Assert.True(await stopped.WaitAsync(Limit, Token));
        Assert.Equal(2, activities.Count);
        Assert.All(activities, a => Assert.Equal(("websocket connect", "127.0.0.1"), (a.OperationName, a.GetTagItem("server.address"))));
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Unset], activities.Select(a => a.Status));
        Assert.StartsWith("net::ERR_", (string)activities.First().GetTagItem("error.type")!, StringComparison.Ordinal);
        Assert.DoesNotContain(activities.SelectMany(a => a.TagObjects), t => $"{t.Value}".Contains("secret", StringComparison.Ordinal));
        await connects.WhenSumAsync("netwebsockets.connections.open", 0, Token);
        Assert.Equal(
            activities.First().GetTagItem("error.type"),
            connects.Of("netwebsockets.connect.duration")[0].Tags["error.type"]);
    }

    private WebSocketClientOptions Options(Uri address) => new() { Uri = address, Name = _client };
}
