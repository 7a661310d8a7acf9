using System.Net;
using NetWebSockets.TestServers;
using Polly;
using Polly.Retry;
using Xunit;
using static NetWebSockets.ConnectionState;

namespace NetWebSockets.Tests.Connections;

public sealed class ReconnectTests
{
    [Fact]
    public async Task The_first_connect_is_tried_again_until_the_server_is_there()
    {
        await using ScriptedServer server = new();
        server.StopListening();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        States states = new(connection);
        Task ready = connection.ConnectAsync();
        HandshakeException refused = Assert.IsType<HandshakeException>((await states.UntilAsync(Disconnected)).Cause);
        Assert.Equal(NetError.ConnectionRefused, refused.Error);
        Assert.Equal(2, (await states.UntilAsync(Connecting)).Attempt);
        server.StartListening();
        await server.AcceptOpenAsync().Soon();
        await ready.Soon();
    }

    [Fact]
    public async Task Waits_between_attempts_double_up_to_the_cap_and_go_on_without_end()
    {
        await using ScriptedServer server = new();
        server.StopListening();
        ObservedTime time = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.TimeProvider = time;
            o.Reconnect = new ReconnectOptions { InitialDelay = Seconds(1), MaxDelay = Seconds(5), UseJitter = false };
        }));
        States states = new(connection);
        Task ready = connection.ConnectAsync();
        foreach (int seconds in new[] { 1, 2, 4, 5, 5, 5, 5, 5 })
            await time.PassAsync(Seconds(seconds));

        // The ninth has failed, too, before the server is there.
        while ((await states.UntilAsync(Disconnected)).Attempt < 9)
        {
        }

        server.StartListening();
        await time.PassAsync(Seconds(5));
        await server.AcceptOpenAsync().Soon();
        await ready.Soon();
    }

    [Fact]
    public async Task The_default_backoff_never_overflows_however_many_attempts_fail()
    {
        ObservedTime time = new();
        ResiliencePipelineBuilder builder = new() { TimeProvider = time };
        builder.AddReconnect(new ReconnectOptions { InitialDelay = Seconds(1), MaxDelay = Seconds(30) });
        using CancellationTokenSource stop = new();
        int attempts = 0;
        Task run = builder.Build().ExecuteAsync(
            _ => Interlocked.Increment(ref attempts) < 1200 ? throw new TimeoutException() : default, stop.Token).AsTask();
        List<TimeSpan> waits = [];
        while (!run.IsCompleted)
        {
            waits.AddRange(time.TakeWaits());
            time.Advance(Seconds(30));
            await Task.Yield();
        }

        await run.Soon();
        Assert.Equal(1200, attempts);
        waits.AddRange(time.TakeWaits());
        Assert.Equal(1199, waits.Count);
        Assert.All(waits, w => Assert.InRange(w, TimeSpan.Zero, Seconds(30)));
        Assert.All(waits.Skip(1100), w => Assert.Equal(Seconds(30), w));
    }

    [Fact]
    public async Task A_server_that_accepts_and_drops_never_causes_a_hot_loop()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.TimeProvider = time;
            o.StableAfter = Seconds(10);
            o.Reconnect = new ReconnectOptions { InitialDelay = Seconds(1), MaxDelay = Seconds(60), UseJitter = false };
        }));
        _ = connection.ConnectAsync();
        States states = new(connection);
        foreach (int seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            ScriptedPeer peer = await server.AcceptOpenAsync().Soon();
            await states.UntilAsync(Ready);
            peer.Reset();
            await time.WaitBegunAsync(Seconds(seconds));
            int connections = server.ConnectionCount;
            time.Advance(Seconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(connections, server.ConnectionCount);
            Assert.Equal(Disconnected, connection.State);
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(9, (await states.UntilAsync(Connecting)).Attempt);
    }

    [Fact]
    public async Task The_attempt_number_and_the_backoff_start_over_only_after_a_stable_time()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.TimeProvider = time;
            o.StableAfter = Seconds(10);
            o.Reconnect = new ReconnectOptions { InitialDelay = Seconds(1), MaxDelay = Seconds(60), UseJitter = false };
        }));
        States states = new(connection);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await time.WaitBegunAsync(Seconds(10));
        time.Advance(Seconds(9));
        peer.Reset();
        await time.PassAsync(Seconds(1));
        peer = await server.AcceptOpenAsync().Soon();
        Assert.Equal(2, (await SecondAsync(states, Ready)).Attempt);

        await time.PassAsync(Seconds(10));
        await connection.SendTextAsync("stable").Soon();
        await peer.ReadTextAsync();
        peer.Reset();
        peer = await server.AcceptOpenAsync().Soon();
        Assert.Equal(1, (await states.UntilAsync(Ready)).Attempt);
        peer.Reset();
        await time.PassAsync(Seconds(1));
        await server.AcceptOpenAsync().Soon();
        Assert.Equal(2, (await states.UntilAsync(Ready)).Attempt);
    }

    [Fact]
    public async Task The_first_reconnect_after_a_stable_time_is_spread_at_random()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.TimeProvider = time;
            o.StableAfter = TimeSpan.Zero;
            o.ReconnectSpread = Seconds(1000);
            o.ConnectTimeout = Timeout.InfiniteTimeSpan;
            o.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        }));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        time.TakeWaits();
        peer.Reset();
        TimeSpan wait = await time.WaitBegunAsync(w => w > TimeSpan.Zero && w < Seconds(1000), "less than 1,000 s");
        Assert.Equal(1, server.ConnectionCount);
        time.Advance(wait);
        await server.AcceptOpenAsync().Soon();
    }

    [Fact]
    public async Task The_endpoint_factory_is_asked_at_every_attempt_and_told_the_last_failure()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        List<(int Number, HttpStatusCode? Status)> asked = [];
        await using WebSocketConnection connection = new(Support.Options(server.Uri("/headers"), o => o.Endpoint = async (attempt, token) =>
        {
            await Task.Yield();
            asked.Add((attempt.Number, attempt.LastFailure?.StatusCode));
            return attempt.Number < 3
                ? new WebSocketEndpoint(server.Uri("/refuse/401"))
                : attempt.Endpoint.WithHeader("Authorization", $"Bearer {attempt.Number}");
        }));
        await connection.ConnectAsync().Soon();
        Assert.Equal([(1, null), (2, HttpStatusCode.Unauthorized), (3, HttpStatusCode.Unauthorized)], asked);
        await foreach (WebSocketMessage headers in connection.ReadAllAsync())
        {
            Assert.Contains("Bearer 3", headers.Text, StringComparison.Ordinal);
            break;
        }
    }

    [Fact]
    public async Task An_endpoint_factory_that_throws_or_never_answers_fails_its_attempt_only()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        TaskCompletionSource hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.TimeProvider = time;
            o.ConnectTimeout = Seconds(7);
            o.Endpoint = async (attempt, token) =>
            {
                switch (attempt.Number)
                {
                    case 1:
                        throw new HttpRequestException("the token service is down");
                    case 2:
                        throw new TaskCanceledException("as HttpClient tells a time-out");
                    case 3:
                        hangs.SetResult();
                        await new TaskCompletionSource().Task; // Looks at no token.
                        break;
                }

                return attempt.Endpoint;
            };
        }));
        States states = new(connection);
        Task ready = connection.ConnectAsync();
        ConnectionException first = Assert.IsType<ConnectionException>((await states.UntilAsync(Disconnected)).Cause);
        Assert.Equal(FailurePhase.Endpoint, first.Failure!.Phase);
        Assert.IsType<HttpRequestException>(first.InnerException);
        await time.PassAsync(TimeSpan.FromMilliseconds(1));
        ConnectionException second = Assert.IsType<ConnectionException>((await states.UntilAsync(Disconnected)).Cause);
        Assert.IsType<TaskCanceledException>(second.InnerException);
        await time.PassAsync(TimeSpan.FromMilliseconds(2));
        await hangs.Task.Soon();
        time.Advance(Seconds(7));
        ConnectionException third = Assert.IsType<ConnectionException>((await states.UntilAsync(Disconnected)).Cause);
        Assert.True(third.Failure!.TimedOut);
        await time.PassAsync(TimeSpan.FromMilliseconds(4));
        await server.AcceptOpenAsync().Soon();
        await ready.Soon();
    }

    [Fact]
    public async Task An_endpoint_factory_that_gives_a_wrong_address_is_told_at_once()
    {
        await using WebSocketConnection connection = new(new WebSocketConnectionOptions { Endpoint = (_, _) => new(new Uri("ftp://example.com")) });
        ConnectionException error = await Assert.ThrowsAsync<ConnectionException>(() => connection.ConnectAsync().Soon());
        Assert.Contains("'ftp'", error.Message, StringComparison.Ordinal);
        Assert.Equal(Faulted, connection.State);
    }

    [Fact]
    public async Task Retry_After_takes_the_place_of_the_backoff_up_to_its_cap()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.TimeProvider = time;
            o.Reconnect = new ReconnectOptions { InitialDelay = Seconds(1), MaxDelay = Seconds(4), UseJitter = false, MaxRetryAfter = Seconds(100) };
        }));
        Task ready = connection.ConnectAsync();
        foreach ((string header, int wait) in new[] { ("Retry-After: 77\r\n", 77), ("Retry-After: 5000\r\n", 100), ("", 4) })
        {
            using ScriptedPeer peer = await server.AcceptAsync().Soon();
            await peer.ReadRequestAsync().Soon();
            await peer.WriteAsync($"HTTP/1.1 503 Service Unavailable\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n");
            await time.PassAsync(Seconds(wait));
        }

        await server.AcceptOpenAsync().Soon();
        await ready.Soon();
    }

    [Fact]
    public async Task A_fatal_refusal_ends_the_connection_with_its_cause_at_the_first_attempt()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using WebSocketConnection connection = new(Support.Options(server.Uri("/refuse/403")));
        States states = new(connection);
        HandshakeException error = await Assert.ThrowsAsync<HandshakeException>(() => connection.ConnectAsync().Soon());
        Assert.Equal(HttpStatusCode.Forbidden, error.StatusCode);
        Assert.Equal(Faulted, connection.State);
        Assert.Same(error, (await states.UntilAsync(Faulted)).Cause);
        Assert.Same(error, await Assert.ThrowsAsync<HandshakeException>(() => connection.Closed.Soon()));
        Assert.Same(error, await Assert.ThrowsAsync<HandshakeException>(() => connection.ConnectAsync().Soon()));
    }

    [Fact]
    public async Task A_classifier_of_the_users_own_decides_and_Default_leaves_it_to_the_table()
    {
        await using ScriptedServer server = new();
        List<int?> codes = [];
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.ClassifyFailure = failure =>
        {
            codes.Add(failure.CloseCode);
            return failure.CloseCode == 4001 ? FailureAction.Fatal : FailureAction.Default;
        }));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        await ClosePeerAsync(peer, 4000);
        peer = await server.AcceptOpenAsync().Soon();
        await ClosePeerAsync(peer, 4001);
        ConnectionException error = await Assert.ThrowsAsync<ConnectionException>(() => connection.Closed.Soon());
        Assert.Equal(4001, error.Failure!.CloseCode);
        Assert.Equal([4000, 4001], codes);
    }

    [Fact]
    public async Task A_classifier_that_throws_leaves_it_to_the_table()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using WebSocketConnection connection = new(Support.Options(
            server.Uri("/refuse/410"), o => o.ClassifyFailure = _ => throw new InvalidOperationException("a defect")));
        await Assert.ThrowsAsync<HandshakeException>(() => connection.ConnectAsync().Soon());
    }

    [Fact]
    public async Task RetryNow_skips_the_wait_once_and_cannot_become_a_hot_loop()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.TimeProvider = time;
            o.Reconnect = new ReconnectOptions { InitialDelay = Seconds(3), MaxDelay = Seconds(3), UseJitter = false };
            o.ClassifyFailure = _ => FailureAction.RetryNow;
        }));
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        peer.Reset();
        peer = await server.AcceptOpenAsync().Soon();
        peer.Reset();
        await time.WaitBegunAsync(Seconds(3));
        Assert.Equal(2, server.ConnectionCount);
        time.Advance(Seconds(3));
        await server.AcceptOpenAsync().Soon();
    }

    [Fact]
    public async Task The_users_own_pipeline_is_used_and_its_end_is_the_connections()
    {
        await using ScriptedServer server = new();
        server.StopListening();
        List<Exception?> seen = [];
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.ConfigureConnectPipeline = p => p.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.Zero,
            OnRetry = arguments =>
            {
                seen.Add(arguments.Outcome.Exception);
                return default;
            },
        })));
        HandshakeException error = await Assert.ThrowsAsync<HandshakeException>(() => connection.ConnectAsync().Soon());
        Assert.Equal(NetError.ConnectionRefused, error.Error);
        Assert.Equal(2, seen.Count);
        Assert.All(seen, e => Assert.IsType<HandshakeException>(e));
        Assert.Equal(Faulted, connection.State);
    }

    [Fact]
    public async Task A_ready_made_pipeline_is_used_and_never_sees_a_fatal_failure()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        int retries = 0;
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            Delay = TimeSpan.Zero,
            OnRetry = _ =>
            {
                retries++;
                return default;
            },
        }).Build();
        await using WebSocketConnection connection = new(Support.Options(server.Uri("/refuse/403"), o => o.ConnectPipeline = pipeline));
        await Assert.ThrowsAsync<HandshakeException>(() => connection.ConnectAsync().Soon());
        Assert.Equal(0, retries);
    }

    [Fact]
    public async Task A_time_out_in_the_users_pipeline_ends_its_attempt_and_not_a_ready_connection()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.TimeProvider = time;
            o.StableAfter = Seconds(100);
            o.ConfigureConnectPipeline = p => p
                .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = int.MaxValue, Delay = TimeSpan.Zero })
                .AddTimeout(Seconds(11));
        }));
        Task ready = connection.ConnectAsync();
        using ScriptedPeer silent = await server.AcceptAsync().Soon();
        await silent.ReadRequestAsync().Soon();
        await time.PassAsync(Seconds(11));
        ScriptedPeer peer = await server.AcceptOpenAsync().Soon();
        await ready.Soon();
        time.Advance(Seconds(12));
        await connection.SendTextAsync("still here").Soon();
        Assert.Equal("still here", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task MaxAttempts_ends_the_default_pipeline()
    {
        await using ScriptedServer server = new();
        server.StopListening();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.Reconnect.MaxAttempts = 3));
        States states = new(connection);
        await Assert.ThrowsAsync<HandshakeException>(() => connection.ConnectAsync().Soon());
        Assert.Equal(3, (await states.UntilAsync(Faulted)).Attempt);
    }

    [Fact]
    public async Task Reconnect_on_demand_drops_the_socket_and_connects_at_once()
    {
        await using ScriptedServer server = new();
        ObservedTime time = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.TimeProvider = time));
        ScriptedPeer first = await connection.ConnectToAsync(server);
        Task again = connection.ReconnectAsync();
        ScriptedPeer second = await server.AcceptOpenAsync().Soon();
        await again.Soon();
        await first.ReadToEndAsync().Soon();
        await connection.SendTextAsync("x").Soon();
        Assert.Equal("x", await second.ReadTextAsync());
    }

    [Fact]
    public async Task Reconnect_on_demand_cuts_a_wait_short()
    {
        await using ScriptedServer server = new();
        server.StopListening();
        ObservedTime time = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o =>
        {
            o.TimeProvider = time;
            o.Reconnect = new ReconnectOptions { InitialDelay = Seconds(20), UseJitter = false };
        }));
        Task ready = connection.ConnectAsync();
        await time.WaitBegunAsync(Seconds(20));
        server.StartListening();
        Task again = connection.ReconnectAsync();
        await server.AcceptOpenAsync().Soon();
        await again.Soon();
        await ready.Soon();
    }

    [Fact]
    public async Task A_thousand_failed_attempts_leave_no_timer_and_no_unobserved_exception()
    {
        await using ScriptedServer server = new();
        server.StopListening();
        ObservedTime time = new();
        List<Exception> unobserved = [];
        void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            lock (unobserved)
                unobserved.Add(e.Exception);
        }

        TaskScheduler.UnobservedTaskException += OnUnobserved;
        try
        {
            WebSocketConnection connection = new(Support.Options(server.Uri, o =>
            {
                o.TimeProvider = time;
                o.ConfigureConnectPipeline = p => p.AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 999, Delay = TimeSpan.Zero });
            }));
            await Assert.ThrowsAsync<HandshakeException>(() => connection.ConnectAsync().WaitAsync(TimeSpan.FromMinutes(2)));
            await connection.DisposeAsync().Soon();
            Assert.Equal(0, time.LiveTimers);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            // Only those of this connection: other tests in the process leave calls of their own unobserved.
            Exception[] seen;
            lock (unobserved)
                seen = [.. unobserved];
            Assert.DoesNotContain(
                seen.SelectMany(e => ((AggregateException)e).InnerExceptions),
                e => e is NetWebSocketException && e.ToString().Contains($"127.0.0.1:{server.Port}", StringComparison.Ordinal));
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= OnUnobserved;
        }
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static async Task<ConnectionStateChange> SecondAsync(States states, ConnectionState state)
    {
        await states.UntilAsync(state);
        return await states.UntilAsync(state);
    }

    private static async Task ClosePeerAsync(ScriptedPeer peer, int code)
    {
        await peer.SendCloseAsync(code);
        await peer.ReadCloseAsync().Soon();
        peer.Dispose();
    }
}
