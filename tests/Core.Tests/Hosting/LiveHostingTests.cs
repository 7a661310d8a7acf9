using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Hosting;

/// <summary>Registered clients against a real server.</summary>
public sealed class LiveHostingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registered_client_sends_and_receives_and_is_closed_with_its_provider()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        ServiceCollection services = new();
        services.AddNetWebSocket().AddClient<HostedClient>(o => o.Uri = server.Uri());
        IHostedClient client;
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            client = provider.GetRequiredService<IHostedClient>();
            await using MessageStream<Note> notes = client.NoteMessages();
            await client.ConnectAsync(Token).WaitAsync(Limit, Token);
            await client.NoteAsync("hello", Token);
            Assert.Equal(new Note("hello"), await notes.ReadAsync(Token).AsTask().WaitAsync(Limit, Token));
        }

        Assert.Equal(ConnectionState.Closed, client.State);
        await client.Closed.WaitAsync(Limit, Token);
        await server.WaitForNoneLiveAsync(Token).WaitAsync(Limit, Token);
    }

    [Fact]
    public async Task A_registered_client_connects_at_its_first_send()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using ServiceProvider provider = Register(server.Uri());
        IHostedClient client = provider.GetRequiredService<IHostedClient>();
        Assert.Equal(ConnectionState.Disconnected, client.State);

        await client.NoteAsync("hello", Token).AsTask().WaitAsync(Limit, Token);

        Assert.Equal(ConnectionState.Ready, client.State);
    }

    [Fact]
    public async Task A_registered_client_connects_when_a_stream_is_first_read_and_not_when_it_is_opened()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using ServiceProvider provider = Register(server.Uri("/push/1/16"));
        IHostedClient client = provider.GetRequiredService<IHostedClient>();
        await using MessageStream<UnknownMessage> first = client.UnknownMessages();
        await using MessageStream<UnknownMessage> second = client.UnknownMessages();
        Assert.False(first.TryRead(out _));
        Assert.Equal((ConnectionState.Disconnected, 0), (client.State, server.ConnectionCount));

        UnknownMessage message = await first.ReadAsync(Token).AsTask().WaitAsync(Limit, Token);

        // Both were open before anything could come.
        Assert.Equal(16, message.Data.Length);
        Assert.Equal(16, (await second.ReadAsync(Token).AsTask().WaitAsync(Limit, Token)).Data.Length);
    }

    [Fact]
    public async Task A_first_use_that_never_can_connect_is_told_why()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using ServiceProvider provider = Register(server.Uri("/refuse/403"));
        IHostedClient client = provider.GetRequiredService<IHostedClient>();
        await using MessageStream<Note> notes = client.NoteMessages();

        SendException e = await Assert.ThrowsAsync<SendException>(() => client.NoteAsync("hello", Token).AsTask().WaitAsync(Limit, Token));

        Assert.Equal(SendOutcome.NotSent, e.Outcome);
        await Assert.ThrowsAnyAsync<NetWebSocketException>(() => notes.ReadAsync(Token).AsTask().WaitAsync(Limit, Token));
        Assert.Equal(ConnectionState.Faulted, client.State);
    }

    [Fact]
    public async Task A_host_that_waits_for_its_client_starts_ready_and_closes_it_at_its_end()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["NetWebSocket:Clients:HostedClient:Uri"] = server.Uri().ToString();
        builder.Services.AddNetWebSocket().AddClient<HostedClient>().ConnectOnStart(waitUntilReady: true);
        using IHost host = builder.Build();

        await host.StartAsync(Token).WaitAsync(Limit, Token);
        HostedClient client = host.Services.GetRequiredService<HostedClient>();
        Assert.Equal(ConnectionState.Ready, client.State);

        await host.StopAsync(Token).WaitAsync(Limit, Token);
        Assert.Equal(ConnectionState.Closed, client.State);
    }

    [Fact]
    public async Task A_host_that_waits_for_a_client_that_never_will_be_ready_fails_to_start()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddNetWebSocket()
            .AddClient<HostedClient>(o => o.Uri = server.Uri("/refuse/403"))
            .ClassifyFailures(f => f.StatusCode is System.Net.HttpStatusCode.Forbidden ? FailureAction.Fatal : FailureAction.Default)
            .ConnectOnStart(waitUntilReady: true);
        using IHost host = builder.Build();

        HandshakeException e = await Assert.ThrowsAsync<HandshakeException>(() => host.StartAsync(Token).WaitAsync(Limit, Token));

        Assert.Equal(System.Net.HttpStatusCode.Forbidden, e.StatusCode);
    }

    [Fact]
    public async Task A_host_that_does_not_wait_starts_at_once_and_logs_that_its_client_has_failed()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakeLogCollector logs = FakeLogCollector.Create(new FakeLogCollectorOptions
        {
            OutputSink = _ => { },
            OutputFormatter = record =>
            {
                if (record.Id.Id == 502)
                    failed.TrySetResult();
                return "";
            },
        });
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(logs));
        builder.Services.AddNetWebSocket()
            .AddClient<HostedClient>(o => o.Uri = server.Uri("/refuse/403?token=secret"))
            .ClassifyFailures(_ => FailureAction.Fatal)
            .ConnectOnStart();
        using IHost host = builder.Build();

        await host.StartAsync(Token).WaitAsync(Limit, Token);
        await failed.Task.WaitAsync(Limit, Token);

        FakeLogRecord record = logs.GetSnapshot().Single(r => r.Id.Id == 502);
        Assert.Equal(LogLevel.Error, record.Level);
        Assert.Contains("HostedClient", record.Message, StringComparison.Ordinal);
        Assert.All(logs.GetSnapshot(), r => Assert.DoesNotContain("secret", r.Message + r.Exception, StringComparison.Ordinal));
        await host.StopAsync(Token).WaitAsync(Limit, Token);
    }

    [Fact]
    public async Task The_health_of_a_client_is_that_of_its_connection()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        ServiceCollection services = new();
        services.AddLogging();
        services.AddNetWebSocket().AddClient<HostedClient>(o =>
        {
            // After the first attempt that fails it stays as it is.
            (o.Uri, o.StableAfter, o.ReconnectSpread) = (server.Uri(), TimeSpan.Zero, TimeSpan.Zero);
            (o.Reconnect.InitialDelay, o.Reconnect.MaxDelay) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        });
        services.AddHealthChecks().AddNetWebSocketClient<HostedClient>(tags: ["live"]);
        await using ServiceProvider provider = services.BuildServiceProvider();
        HealthCheckService health = provider.GetRequiredService<HealthCheckService>();
        IWebSocketClient client = provider.GetRequiredService<HostedClient>();
        TaskCompletionSource failedAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.StateChanged += (_, change) =>
        {
            if (change is { Previous: ConnectionState.Connecting, Current: ConnectionState.Disconnected })
                failedAgain.TrySetResult();
        };

        Assert.Equal((HealthStatus.Degraded, "HostedClient is not connected."), await CheckAsync());

        await client.ConnectAsync(Token).WaitAsync(Limit, Token);
        Assert.Equal((HealthStatus.Healthy, "HostedClient is ready."), await CheckAsync());

        await server.StopAsync(abruptly: true);
        await failedAgain.Task.WaitAsync(Limit, Token);
        (HealthStatus status, string? description) = await CheckAsync();
        Assert.Equal(HealthStatus.Degraded, status);
        Assert.StartsWith("HostedClient is connecting again after a failure: ", description, StringComparison.Ordinal);

        await client.CloseAsync(Token).WaitAsync(Limit, Token);
        Assert.Equal((HealthStatus.Unhealthy, "HostedClient has been closed."), await CheckAsync());

        async Task<(HealthStatus, string?)> CheckAsync()
        {
            HealthReportEntry entry = (await health.CheckHealthAsync(r => r.Tags.Contains("live"), Token)).Entries["HostedClient"];
            Assert.Equal(client.State.ToString(), entry.Data["state"]);
            return (entry.Status, entry.Description);
        }
    }

    [Fact]
    public async Task A_health_check_of_a_client_that_nobody_registered_says_so()
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddHealthChecks().AddNetWebSocketClient<HostedClient>("nobody");
        await using ServiceProvider provider = services.BuildServiceProvider();

        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);

        Assert.Equal(HealthStatus.Unhealthy, report.Entries["nobody"].Status);
        Assert.Contains("register it with AddNetWebSocket().AddClient", report.Entries["nobody"].Exception!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_set_up_before_the_first_attempt_and_again_when_that_failed()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        ConcurrentQueue<string> steps = new();
        ServiceCollection services = new();
        services.AddNetWebSocket()
            .AddClient<HostedClient>(o => o.Uri = server.Uri("/headers"))
            .ConfigureSession(session =>
            {
                steps.Enqueue("first");
                session.UserAgent = "configured/1";
            })
            .ConfigureSession(async _ =>
            {
                await Task.Yield();
                steps.Enqueue("second");
                if (steps.Count == 2)
                    throw new InvalidOperationException("The proxy's address is not known yet.");
            })
            .ClassifyFailures(_ => FailureAction.RetryNow);
        await using ServiceProvider provider = services.BuildServiceProvider();
        HostedClient client = provider.GetRequiredService<HostedClient>();
        await using MessageStream<UnknownMessage> first = client.UnknownMessages();

        await ((IWebSocketClient)client).ConnectAsync(Token).WaitAsync(Limit, Token);

        Assert.Equal(["first", "second", "second"], steps);
        Assert.Contains("configured/1", (await first.ReadAsync(Token).AsTask().WaitAsync(Limit, Token)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Named_clients_connect_apart_from_each_other()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        ServiceCollection services = new();
        services.AddNetWebSocket()
            .AddClient<HostedClient>("left", o => o.Uri = server.Uri("/echo"))
            .AddClient<HostedClient>("right", o => o.Uri = server.Uri("/sink"));
        await using ServiceProvider provider = services.BuildServiceProvider();
        IHostedClient left = provider.GetRequiredKeyedService<IHostedClient>("left");
        IHostedClient right = provider.GetRequiredKeyedService<IHostedClient>("right");

        await left.ConnectAsync(Token).WaitAsync(Limit, Token);
        Assert.Equal(ConnectionState.Disconnected, right.State);
        await right.ConnectAsync(Token).WaitAsync(Limit, Token);
        await right.NoteAsync("to the sink", Token);

        Assert.Equal("/sink", Assert.Single(await server.WaitForReceivedAsync(1, Token).WaitAsync(Limit, Token)).Path);
        Assert.Equal(2, server.ConnectionCount);
    }

    private static ServiceProvider Register(Uri address)
    {
        ServiceCollection services = new();
        services.AddNetWebSocket().AddClient<HostedClient>(o => o.Uri = address);
        return services.BuildServiceProvider();
    }
}
