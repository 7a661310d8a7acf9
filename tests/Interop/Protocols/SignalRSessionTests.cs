using Microsoft.AspNetCore.SignalR;
using NetWebSockets.Tests.Connections;
using Protocols.SignalR;
using Xunit;

namespace NetWebSockets.InteropTests.Protocols;

/// <summary>The sample's contract of SignalR on ASP.NET Core's own hubs: how a connection begins, drops, is kept alive and ends.</summary>
public sealed class SignalRSessionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_handshake_that_the_hub_refuses_ends_the_client_with_what_the_hub_says()
    {
        await using HubServer server = await HubServer.StartAsync(options => options.SupportedProtocols = ["blazorpack"]);
        ConnectionException error = await Assert.ThrowsAsync<ConnectionException>(() => HubClient.ConnectAsync(QuickOptions.For(server.Uri), Token).Soon());
        Assert.Equal("The protocol 'json' is not supported.", error.Message);
        Assert.Equal((FailurePhase.Script, 1), (error.Failure!.Phase, error.Failure.Attempt));
    }

    [Fact]
    public async Task A_client_that_the_hub_turns_away_is_closed_for_good_with_the_reason()
    {
        await using HubServer server = await HubServer.StartAsync();
        TaskCompletionSource decided = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.OnConnect = async () =>
        {
            await decided.Task;
            throw new HubException("You may not come in.");
        };
        await using HubClient client = await HubClient.ConnectAsync(QuickOptions.For(server.Uri), Token).Soon();
        await using MessageStream<Said> said = client.Said();
        decided.SetResult();
        foreach (Func<Task> ends in (Func<Task>[])[() => client.Closed, () => said.NextAsync()])
            Assert.EndsWith("You may not come in.", (await Assert.ThrowsAsync<ConnectionException>(() => ends().Soon())).Message, StringComparison.Ordinal);
        CallException late = await Assert.ThrowsAsync<CallException>(() => client.AddAsync(1, 2, Token).Soon());
        Assert.Equal(SendOutcome.NotSent, late.Outcome);
        await server.ConnectedAsync();
        Assert.False(server.HasAnotherConnection);
    }

    [Fact]
    public async Task A_client_that_the_hub_turns_away_at_once_is_told_why_whoever_waits()
    {
        await using HubServer server = await HubServer.StartAsync();
        server.OnConnect = static () => throw new HubException("You may not come in.");
        ConnectionException refused = await Assert.ThrowsAsync<ConnectionException>(async () =>
        {
            await using HubClient client = await HubClient.ConnectAsync(QuickOptions.For(server.Uri), Token).Soon();
            await client.Closed.Soon();
        });
        Assert.EndsWith("You may not come in.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drop_fails_what_was_sent_and_all_else_goes_on_on_the_new_socket()
    {
        await using HubServer server = await HubServer.StartAsync();
        await using HubClient client = await HubClient.ConnectAsync(QuickOptions.For(server.Uri), Token).Soon();
        HubCallerContext first = await server.ConnectedAsync();
        await using MessageStream<Said> said = client.Said();
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.OnSay = async (hub, _) =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, hub.Context.ConnectionAborted);
        };
        Task pending = client.SayAsync("and wait", Token);
        await using MessageStream<int> counter = client.Counter(1_000_000, 1);
        Assert.Equal(0, await counter.NextAsync());
        await reached.Task.Soon();

        HubServer.Drop(first);
        CallException lost = await Assert.ThrowsAsync<CallException>(() => pending.Soon());
        Assert.Equal(("Say", SendOutcome.Sent), (lost.Method, lost.Outcome));
        lost = await Assert.ThrowsAsync<CallException>(async () =>
        {
            while (true)
                await counter.NextAsync();
        });
        Assert.Equal(("Counter", SendOutcome.Sent), (lost.Method, lost.Outcome));
        Assert.Equal(1_000_000, await server.CancelledAsync());

        // Made while there may be no connection: it waits for the next one.
        Assert.Equal(3, await client.AddAsync(1, 2, Token).Soon());
        HubCallerContext second = await server.ConnectedAsync();
        Assert.NotEqual(first.ConnectionId, second.ConnectionId);
        await server.Clients.All.SendAsync("Said", "hub", "again", Token);
        Assert.Equal("again", (await said.NextAsync()).Text);
        await using MessageStream<int> anew = client.Counter(1, 0);
        Assert.Equal(0, await anew.NextAsync());
        await anew.EndsAsync();
        Assert.False(client.Closed.IsCompleted);
    }

    [Fact]
    public async Task Calls_between_many_drops_each_end_once_and_the_last_one_answers()
    {
        await using HubServer server = await HubServer.StartAsync();
        await using HubClient client = await HubClient.ConnectAsync(QuickOptions.For(server.Uri), Token).Soon();
        for (int drop = 0; drop < 20; drop++)
        {
            HubCallerContext context = await server.ConnectedAsync();
            Task<int>[] calls = [.. Enumerable.Range(0, 50).Select(i => client.AddAsync(i, drop, Token))];
            HubServer.Drop(context);
            for (int i = 0; i < calls.Length; i++)
            {
                try
                {
                    Assert.Equal(i + drop, await calls[i].Soon());
                }
                catch (CallException e) when (e is not CallErrorException)
                {
                    Assert.NotEqual(SendOutcome.NotSent, e.Outcome);
                }
            }
        }

        Assert.Equal(3, await client.AddAsync(1, 2, Token).Soon());
    }

    [Fact]
    public async Task A_connection_that_the_hub_aborts_is_closed_for_good()
    {
        await using HubServer server = await HubServer.StartAsync();
        await using HubClient client = await HubClient.ConnectAsync(QuickOptions.For(server.Uri), Token).Soon();
        server.OnSay = static async (hub, _) =>
        {
            hub.Context.Abort();
            await Task.Delay(Timeout.Infinite, hub.Context.ConnectionAborted);
        };
        CallException lost = await Assert.ThrowsAnyAsync<CallException>(() => client.SayAsync("and end it", Token).Soon());
        Assert.Equal(SendOutcome.Sent, lost.Outcome);
        Assert.Contains("closed the connection for good", (await Assert.ThrowsAsync<ConnectionException>(() => client.Closed.Soon())).Message, StringComparison.Ordinal);
        await server.ConnectedAsync();
        Assert.False(server.HasAnotherConnection);
    }

    [Fact]
    public async Task A_server_that_goes_down_is_waited_for()
    {
        await using HubServer server = await HubServer.StartAsync();
        ObservedTime time = new();
        await using HubClient client = await HubClient.ConnectAsync(Options(server, time), Token).Soon();
        Following states = new(client);
        Assert.Equal(3, await client.AddAsync(1, 2, Token).Soon());
        await server.StopAsync();
        await states.ReachesAsync(ConnectionState.Disconnected);
        Task<int> waiting = client.AddAsync(3, 4, Token);
        await server.RestartAsync();
        await time.PassAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal(7, await waiting.Soon());
    }

    [Fact]
    public async Task A_client_that_pings_is_kept_and_one_that_is_silent_has_to_connect_again()
    {
        await using HubServer server = await HubServer.StartAsync(options =>
        {
            options.KeepAliveInterval = TimeSpan.FromMilliseconds(250);
            options.ClientTimeoutInterval = TimeSpan.FromSeconds(8);
        });
        ObservedTime lively = new();
        await using HubClient pinging = await HubClient.ConnectAsync(Options(server, lively), Token).Soon();
        await using MessageStream<Ping> pings = pinging.PingMessages();
        HubCallerContext kept = await server.ConnectedAsync();
        ObservedTime still = new();
        await using HubClient silent = await HubClient.ConnectAsync(Options(server, still), Token).Soon();
        Following states = new(silent);

        // The server minds the silence of a client only once that has pinged.
        await still.PassAsync(TimeSpan.FromSeconds(15));
        Task<ConnectionStateChange> dropped = states.ReachesAsync(ConnectionState.Disconnected);
        while (!dropped.IsCompleted)
        {
            // Pings that came at once are one sign of life.
            await pings.NextAsync();
            while (pings.TryRead(out _))
                continue;
            lively.Advance(TimeSpan.FromSeconds(15));
        }

        await dropped;
        Assert.Equal(ConnectionState.Ready, pinging.State);
        Assert.False(kept.ConnectionAborted.IsCancellationRequested);
        Assert.Equal(3, await pinging.AddAsync(1, 2, Token).Soon());

        // It was told that it may connect again.
        await server.ConnectedAsync();
        await still.PassAsync(TimeSpan.FromMilliseconds(1));
        await server.ConnectedAsync();
        Assert.Equal(3, await silent.AddAsync(1, 2, Token).Soon());
        Assert.False(silent.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_server_that_is_silent_is_left_for_another_connection()
    {
        await using HubServer server = await HubServer.StartAsync(options => options.KeepAliveInterval = TimeSpan.FromHours(1));
        ObservedTime time = new();
        await using HubClient client = await HubClient.ConnectAsync(Options(server, time), Token).Soon();
        Following states = new(client);
        await server.ConnectedAsync();
        Task<ConnectionStateChange> dropped = states.ReachesAsync(ConnectionState.Disconnected);
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(3, await client.AddAsync(1, 2, Token).Soon());
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(3, await client.AddAsync(1, 2, Token).Soon());
        Assert.False(dropped.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(30));
        await dropped;
        await time.PassAsync(TimeSpan.FromMilliseconds(1));
        await server.ConnectedAsync();
        Assert.Equal(3, await client.AddAsync(1, 2, Token).Soon());
    }

    private static WebSocketClientOptions Options(HubServer server, ObservedTime time)
    {
        WebSocketClientOptions options = QuickOptions.For(server.Uri, time);
        options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        options.StableAfter = TimeSpan.FromHours(1); // Each attempt has its wait, however far a test moves the clock.
        return options;
    }
}
