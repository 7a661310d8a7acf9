using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using NetWebSockets.Messaging;
using NetWebSockets.Tests.Connections;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Calls;

/// <summary>A client of a contract written by hand, connected to a scripted server.</summary>
internal sealed class ClientFixture : IAsyncDisposable
{
    private ClientFixture(ScriptedServer server, ClientRuntime runtime, FakeLogCollector logs)
    {
        Server = server;
        Runtime = runtime;
        Logs = logs;
    }

    public ScriptedServer Server { get; }

    public ClientRuntime Runtime { get; }

    public ScriptedPeer Peer { get; private set; } = null!;

    public FakeLogCollector Logs { get; }

    public string Name { get; private init; } = "";

    /// <summary>Makes a client that has not connected yet.</summary>
    public static ClientFixture Create(ClientContract contract, Action<WebSocketClientOptions>? change = null)
    {
        ScriptedServer server = new();
        FakeLogCollector logs = new();
        WebSocketClientOptions options = new()
        {
            Uri = server.Uri,
            Name = $"C{Guid.NewGuid():N}",
            ReconnectSpread = TimeSpan.Zero,
            CloseTimeout = TimeSpan.Zero,
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(50), UseJitter = false },
            LoggerFactory = new LoggerFactoryOf(logs),
        };
        change?.Invoke(options);
        return new ClientFixture(server, new ClientRuntime(contract, options), logs) { Name = options.Name! };
    }

    /// <summary>Makes a client and connects it.</summary>
    public static async Task<ClientFixture> ConnectAsync(ClientContract contract, Action<WebSocketClientOptions>? change = null)
    {
        ClientFixture fixture = Create(contract, change);
        fixture.Peer = await fixture.Runtime.Connection.ConnectToAsync(fixture.Server);
        return fixture;
    }

    /// <summary>Takes the client's next connection.</summary>
    public async Task<ScriptedPeer> AcceptAsync() => Peer = await Server.AcceptOpenAsync().Soon();

    public Task<string> ReadAsync() => Peer.ReadTextAsync();

    public Task SendAsync(string text) => Peer.SendTextAsync(text).Soon();

    public static MetricCollector<long> Counter(string name) => new(null, NetWebSocketTelemetry.MeterName, name);

    public long Count(MetricCollector<long> counter) =>
        counter.GetMeasurementSnapshot().Where(m => (string?)m.Tags["netwebsockets.client"] == Name).Sum(m => m.Value);

    /// <summary>Waits until all that the server has sent was routed: what is sent now comes behind it.</summary>
    public async Task SettleAsync()
    {
        await using MessageStream<UnknownMessage> others = Runtime.OpenUnknown(null);
        await SendAsync("""{"settle":true}""");
        while (!(await others.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon()).ToString().Contains("settle", StringComparison.Ordinal))
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Runtime.DisposeAsync();
        await Server.DisposeAsync();
    }
}
