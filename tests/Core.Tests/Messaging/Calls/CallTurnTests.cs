using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Messaging;
using NetWebSockets.Tests.Connections;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Calls;

/// <summary>A peer that takes one call at a time.</summary>
public class CallTurnTests
{
    [Fact]
    public async Task Calls_wait_their_turn_in_order_and_the_peer_sees_one_at_a_time()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Ocpp());
        Task<BootResult>[] calls = [.. Enumerable.Range(0, 20).Select(i => Boot(client, $"V{i}"))];
        for (int i = 0; i < calls.Length; i++)
        {
            Assert.Equal($$"""[2,"{{i + 1}}","BootNotification",{"vendor":"V{{i}}"}]""", await client.ReadAsync());
            Assert.All(calls[i..], c => Assert.False(c.IsCompleted));
            await client.SendAsync(i % 3 == 0 ? $$"""[4,"{{i + 1}}","NotSupported","",{}]""" : $$"""[3,"{{i + 1}}",{"status":"S{{i}}"}]""");
            if (i % 3 == 0)
            {
                var error = await Assert.ThrowsAsync<CallErrorException>(() => calls[i].Soon());
                Assert.Equal("NotSupported", error.Code);
                Assert.EndsWith("an error: NotSupported", error.Message, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal($"S{i}", (await calls[i].Soon()).Status);
            }
        }
    }

    [Fact]
    public async Task Under_load_no_more_than_may_are_in_flight_and_every_call_ends()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Hub(maxInFlight: 3));
        CallRoute<int, int> route = CallContracts.Counter();
        Task<int>[] calls = [.. Enumerable.Range(0, 400).Select(i => Task.Run(() => client.Runtime.CallAsync(route, i, CancellationToken.None)))];
        for (int done = 0; done < calls.Length;)
        {
            // As many as may be are read before any is answered.
            List<string> ids = [];
            while (ids.Count < Math.Min(3, calls.Length - done))
                ids.Add((await client.ReadAsync()).Split('"')[5]);
            foreach (string id in ids)
                await client.SendAsync($$"""{"type":3,"invocationId":"{{id}}","result":{{id}}}""");
            done += ids.Count;
        }

        int[] results = await Task.WhenAll(calls).Soon();
        Assert.Equal(Enumerable.Range(1, 400), results.Order());
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_it_waits_is_never_sent()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Ocpp());
        using CancellationTokenSource cancellation = new();
        Task<BootResult> first = Boot(client, "1");
        Task<BootResult> second = client.Runtime.CallAsync(CallContracts.Boot(), new BootRequest("2"), cancellation.Token);
        Task<BootResult> third = Boot(client, "3");
        await client.ReadAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.Soon());
        await client.SendAsync("""[3,"1",{"status":"ok"}]""");
        await first.Soon();
        Assert.StartsWith("[2,\"3\"", await client.ReadAsync(), StringComparison.Ordinal);
        await client.SendAsync("""[3,"3",{"status":"ok"}]""");
        await third.Soon();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_in_flight_keeps_its_turn_until_its_late_reply()
    {
        using var late = ClientFixture.Counter("netwebsockets.replies.late");
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Ocpp());
        using CancellationTokenSource cancellation = new();
        Task<BootResult> first = client.Runtime.CallAsync(CallContracts.Boot(), new BootRequest("1"), cancellation.Token);
        await client.ReadAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
        Task<BootResult> second = Boot(client, "2");
        Task<string> next = client.ReadAsync();
        await client.SettleAsync();
        Assert.False(next.IsCompleted);
        await client.SendAsync("""[3,"1",{"status":"late"}]""");
        Assert.StartsWith("[2,\"2\"", await next.Soon(), StringComparison.Ordinal);
        await client.SendAsync("""[3,"2",{"status":"ok"}]""");
        Assert.Equal("ok", (await second.Soon()).Status);
        Assert.Equal(1, client.Count(late));
    }

    [Fact]
    public async Task A_cancelled_call_whose_reply_never_comes_lets_go_of_its_turn_at_its_time_out()
    {
        FakeTimeProvider time = new();
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Ocpp(), o => o.TimeProvider = time);
        using CancellationTokenSource cancellation = new();
        Task<BootResult> first = client.Runtime.CallAsync(CallContracts.Boot(TimeSpan.FromSeconds(5)), new BootRequest("1"), cancellation.Token);
        Task<BootResult> second = client.Runtime.CallAsync(CallContracts.Boot(TimeSpan.FromSeconds(50)), new BootRequest("2"), CancellationToken.None);
        await client.ReadAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.StartsWith("[2,\"2\"", await client.ReadAsync(), StringComparison.Ordinal);
        await client.SendAsync("""[3,"2",{"status":"ok"}]""");
        await second.Soon();
    }

    [Fact]
    public async Task The_time_of_a_call_runs_while_it_waits_and_it_says_that_nothing_was_sent()
    {
        FakeTimeProvider time = new();
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Ocpp(), o => o.TimeProvider = time);
        Task<BootResult> first = client.Runtime.CallAsync(CallContracts.Boot(TimeSpan.FromSeconds(10)), new BootRequest("1"), CancellationToken.None);
        Task<BootResult> waiting = client.Runtime.CallAsync(CallContracts.Boot(TimeSpan.FromSeconds(5)), new BootRequest("2"), CancellationToken.None);
        Task<BootResult> third = client.Runtime.CallAsync(CallContracts.Boot(TimeSpan.FromSeconds(60)), new BootRequest("3"), CancellationToken.None);
        await client.ReadAsync();
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(SendOutcome.NotSent, (await Assert.ThrowsAsync<CallTimeoutException>(() => waiting.Soon())).Outcome);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(SendOutcome.Sent, (await Assert.ThrowsAsync<CallTimeoutException>(() => first.Soon())).Outcome);
        Assert.StartsWith("[2,\"3\"", await client.ReadAsync(), StringComparison.Ordinal);
        await client.SendAsync("""[3,"3",{"status":"ok"}]""");
        await third.Soon();
    }

    [Fact]
    public async Task At_a_drop_the_call_in_flight_fails_and_those_that_wait_go_on_with_the_next_socket()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Ocpp());
        Task<BootResult>[] calls = [.. Enumerable.Range(1, 4).Select(i => Boot(client, $"{i}"))];
        await client.ReadAsync();
        client.Peer.Reset();
        Assert.Equal(SendOutcome.Sent, (await Assert.ThrowsAsync<CallException>(() => calls[0].Soon())).Outcome);
        await client.AcceptAsync();
        for (int i = 2; i <= 4; i++)
        {
            Assert.StartsWith($"[2,\"{i}\"", await client.ReadAsync(), StringComparison.Ordinal);
            await client.SendAsync($$"""[3,"{{i}}",{"status":"ok"}]""");
            await calls[i - 1].Soon();
        }
    }

    [Fact]
    public async Task A_turn_that_a_cancelled_call_still_has_ends_with_its_socket()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Ocpp());
        using CancellationTokenSource cancellation = new();
        Task<BootResult> first = client.Runtime.CallAsync(CallContracts.Boot(), new BootRequest("1"), cancellation.Token);
        await client.ReadAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
        Task<BootResult> second = Boot(client, "2");
        client.Peer.Reset();
        await client.AcceptAsync();
        Assert.StartsWith("[2,\"2\"", await client.ReadAsync(), StringComparison.Ordinal);
        await client.SendAsync("""[3,"2",{"status":"ok"}]""");
        await second.Soon();
    }

    [Fact]
    public async Task At_the_end_those_that_wait_fail_as_not_sent()
    {
        ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Ocpp());
        Task<BootResult>[] calls = [.. Enumerable.Range(1, 5000).Select(i => Boot(client, $"{i}"))];
        await client.ReadAsync();
        await client.DisposeAsync();
        Assert.Equal(SendOutcome.Sent, (await Assert.ThrowsAsync<CallException>(() => calls[0].Soon())).Outcome);
        foreach (Task<BootResult> call in calls[1..])
            Assert.Equal(SendOutcome.NotSent, (await Assert.ThrowsAsync<CallException>(() => call.Soon())).Outcome);
    }

    private static Task<BootResult> Boot(ClientFixture client, string vendor) =>
        client.Runtime.CallAsync(CallContracts.Boot(), new BootRequest(vendor), CancellationToken.None);
}
