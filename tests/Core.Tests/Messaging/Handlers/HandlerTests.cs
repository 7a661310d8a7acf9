using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using NetWebSockets.Messaging;
using NetWebSockets.Tests.Connections;
using NetWebSockets.Tests.Messaging.Calls;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Handlers;

public class HandlerTests
{
    [Theory]
    [InlineData("7")]
    [InlineData("\"s9\"")]
    [InlineData("\"\\u0041\\\"\"")]
    [InlineData("12345678901234567890123")]
    [InlineData("1.0")]
    public async Task The_answer_has_the_id_as_it_came(string id)
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(null, Double()));
        await client.SendAsync($$"""{"id":{{id}},"method":"double","params":21}""");
        Assert.Equal($$"""{"id":{{id}},"result":42}""", await client.ReadAsync());
    }

    [Fact]
    public async Task The_answer_has_the_scope_of_its_request()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(null, Double()));
        await client.SendAsync("""{"sessionId":"S1","id":1,"method":"double","params":21}""");
        Assert.Equal("""{"id":1,"sessionId":"S1","result":42}""", await client.ReadAsync());
        await client.SendAsync("""{"sessionId":"S1","id":2,"method":"double","params":"x"}""");
        Assert.StartsWith("""{"id":2,"sessionId":"S1","error":""", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ocpp_goes_both_ways_at_once()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Ocpp(
            CallContracts.Reset((request, _) => ValueTask.FromResult(new ResetResult(request.Type)))));
        Task<BootResult> boot = client.Runtime.CallAsync(CallContracts.Boot(), new BootRequest("V"), CancellationToken.None);
        Assert.Equal("""[2,"1","BootNotification",{"vendor":"V"}]""", await client.ReadAsync());

        // The peer's own call has the same id, and is answered while ours is in flight.
        await client.SendAsync("""[2,"1","Reset",{"type":"Soft"}]""");
        Assert.Equal("""[3,"1",{"status":"Soft"}]""", await client.ReadAsync());
        Assert.False(boot.IsCompleted);
        await client.SendAsync("""[3,"1",{"status":"Accepted"}]""");
        Assert.Equal("Accepted", (await boot.Soon()).Status);
    }

    [Fact]
    public async Task Requests_are_handled_one_at_a_time_in_order()
    {
        int running = 0;
        ConcurrentQueue<int> order = [];
        HandlerRoute handler = CallContracts.RpcHandler<int, int>("double", CallJson.Default.Int32, CallJson.Default.Int32, async (_, n, token) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            order.Enqueue(n);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return n;
        });
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(null, handler));
        for (int i = 0; i < 200; i++)
            await client.SendAsync($$"""{"id":{{i}},"method":"double","params":{{i}}}""");
        for (int i = 0; i < 200; i++)
            Assert.Equal($$"""{"id":{{i}},"result":{{i}}}""", await client.ReadAsync());
        Assert.Equal(Enumerable.Range(0, 200), order);
    }

    [Fact]
    public async Task As_many_as_declared_are_handled_at_once()
    {
        Channels started = new();
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Ocpp(CallContracts.Reset(
            async (request, _) =>
            {
                started.Add(request.Type);
                await go.Task;
                return new ResetResult("ok");
            },
            concurrent: 3)));
        for (int i = 0; i < 5; i++)
            await client.SendAsync($$"""[2,"{{i}}","Reset",{"type":"{{i}}"}]""");
        Assert.Equal(["0", "1", "2"], (await started.TakeAsync(3)).Order());
        await client.SettleAsync();
        Assert.Equal(0, started.Count);
        go.SetResult();
        List<string> answers = [];
        for (int i = 0; i < 5; i++)
            answers.Add(await client.ReadAsync());
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $$"""[3,"{{i}}",{"status":"ok"}]"""), answers.Order());
    }

    [Theory]
    [InlineData("4711", "4711")]
    [InlineData("-32000", "-32000")]
    [InlineData("007", "\"007\"")]
    [InlineData("+1", "\"+1\"")]
    [InlineData("Busy \"now\"", "\"Busy \\\"now\\\"\"")]
    public async Task A_handlers_own_error_has_its_code_and_its_text(string code, string onTheWire)
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(null, CallContracts.RpcHandler<int, int>(
            "double", CallJson.Default.Int32, CallJson.Default.Int32, (_, _, _) => throw new HandlerException(code, "not \"now\""))));
        await client.SendAsync("""{"id":1,"method":"double","params":1}""");
        Assert.Equal($$$"""{"id":1,"error":{"code":{{{onTheWire}}},"message":"not \"now\""}}""", await client.ReadAsync());
    }

    [Fact]
    public async Task Any_other_failure_tells_the_peer_no_details_and_the_log_all_and_the_next_request_is_handled()
    {
        await using ClientFixture rpc = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(null, CallContracts.RpcHandler<int, int>(
            "double", CallJson.Default.Int32, CallJson.Default.Int32, (_, n, _) => n == 1 ? throw new InvalidOperationException("secret") : ValueTask.FromResult(2 * n))));
        await rpc.SendAsync("""{"id":1,"method":"double","params":1}""");
        Assert.Equal("""{"id":1,"error":{"code":-32603,"message":"The request could not be handled."}}""", await rpc.ReadAsync());
        Assert.Contains(rpc.Logs.GetSnapshot(), r => r.Level == LogLevel.Warning && r.Exception is InvalidOperationException { Message: "secret" });
        await rpc.SendAsync("""{"id":2,"method":"double","params":2}""");
        Assert.Equal("""{"id":2,"result":4}""", await rpc.ReadAsync());

        await using ClientFixture ocpp = await ClientFixture.ConnectAsync(CallContracts.Ocpp(
            CallContracts.Reset(async (_, token) =>
            {
                await Task.Yield();
                throw new InvalidOperationException("secret");
            })));
        await ocpp.SendAsync("""[2,"s9","Reset",{"type":"Soft"}]""");
        Assert.Equal("""[4,"s9","InternalError","The request could not be handled.",{}]""", await ocpp.ReadAsync());
    }

    [Fact]
    public async Task A_request_that_cannot_be_read_is_answered_so_and_shown()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Ocpp(
            CallContracts.Reset((_, _) => ValueTask.FromResult(new ResetResult("ok")))));
        await using MessageStream<UnknownMessage> others = client.Runtime.OpenUnknown(null);
        await client.SendAsync("""[2,"s1","Reset",{"type":5}]""");
        Assert.Equal("""[4,"s1","ProtocolError","The request could not be read.",{}]""", await client.ReadAsync());
        Assert.IsType<JsonException>((await others.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon()).Error);
        await client.SendAsync("""[2,"s2","Reset"]""");
        Assert.Equal("""[4,"s2","ProtocolError","The request could not be read.",{}]""", await client.ReadAsync());
        await client.SendAsync("""[2,"s3","Reset",{"type":"Soft"}]""");
        Assert.Equal("""[3,"s3",{"status":"ok"}]""", await client.ReadAsync());
    }

    [Fact]
    public async Task A_request_without_an_id_is_handled_and_not_answered()
    {
        Channels seen = new();
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(
            null,
            CallContracts.RpcHandler<int, NoResult>("note", CallJson.Default.Int32, null, (_, n, _) =>
            {
                seen.Add($"{n}");
                return n == 2 ? throw new InvalidOperationException("as the test wants") : default;
            }),
            Double()));
        await client.SendAsync("""{"method":"note","params":1}""");
        await client.SendAsync("""{"id":null,"method":"note","params":2}""");
        await client.SendAsync("""{"method":"note","params":"unreadable"}""");
        Assert.Equal(["1", "2"], await seen.TakeAsync(2));
        await client.SendAsync("""{"id":3,"method":"note","params":3}""");
        Assert.Equal("""{"id":3,"result":null}""", await client.ReadAsync());
    }

    [Fact]
    public async Task A_handler_without_parameters_needs_none()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(
            null, CallContracts.RpcHandler<NoResult, string>("test_request", null, CallJson.Default.String, (_, _, _) => ValueTask.FromResult("here"))));
        await client.SendAsync("""{"id":3,"method":"test_request"}""");
        Assert.Equal("""{"id":3,"result":"here"}""", await client.ReadAsync());
    }

    [Fact]
    public async Task The_users_client_is_handed_to_its_methods()
    {
        object? seen = null;
        await using ClientFixture client = ClientFixture.Create(CallContracts.JsonRpc(null, CallContracts.RpcHandler<int, int>(
            "double", CallJson.Default.Int32, CallJson.Default.Int32, (self, n, _) =>
            {
                seen = self;
                return ValueTask.FromResult(n);
            })));
        client.Runtime.Attach(client);
        Task ready = client.Runtime.Connection.ConnectAsync();
        await client.AcceptAsync();
        await ready.Soon();
        await client.SendAsync("""{"id":1,"method":"double","params":1}""");
        await client.ReadAsync();
        Assert.Same(client, seen);
    }

    [Fact]
    public async Task A_handler_may_call_the_peer_behind_more_requests_than_may_wait()
    {
        ClientFixture? fixture = null;
        HandlerRoute handler = CallContracts.RpcHandler<int, int>("double", CallJson.Default.Int32, CallJson.Default.Int32, async (_, n, token) =>
            n == 0 ? await fixture!.Runtime.CallAsync(CallContracts.Add(), 5, token) : n);
        await using ClientFixture client = fixture = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(null, handler));
        await client.SendAsync("""{"id":0,"method":"double","params":0}""");
        Assert.Equal("""{"id":1,"method":"add","params":5}""", await client.ReadAsync());
        for (int i = 1; i <= 1000; i++)
            await client.SendAsync($$"""{"id":{{i}},"method":"double","params":{{i}}}""");
        await client.SendAsync("""{"id":1,"result":6}""");
        Assert.Equal("""{"id":0,"result":6}""", await client.ReadAsync());
        for (int i = 1; i <= 1000; i++)
            Assert.Equal($$"""{"id":{{i}},"result":{{i}}}""", await client.ReadAsync());
    }

    [Fact]
    public async Task More_requests_than_may_wait_hold_the_peer_and_none_is_lost()
    {
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        HandlerRoute handler = CallContracts.RpcHandler<int, int>("double", CallJson.Default.Int32, CallJson.Default.Int32, async (_, n, token) =>
        {
            begun.TrySetResult();
            await go.Task;
            return n;
        });
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(null, handler));
        await using MessageStream<UnknownMessage> others = client.Runtime.OpenUnknown(null);
        await client.SendAsync("""{"id":0,"method":"double","params":0}""");
        await begun.Task.Soon();
        for (int i = 1; i <= HandlerBacklog.Capacity; i++)
            await client.SendAsync($$"""{"id":{{i}},"method":"double","params":{{i}}}""");

        // One handler runs and as many wait as may: what stands before the next request still comes, what stands behind it does not.
        await client.SendAsync("""{"other":"before"}""");
        await client.SendAsync($$"""{"id":{{HandlerBacklog.Capacity + 1}},"method":"double","params":0}""");
        await client.SendAsync("""{"other":"behind"}""");
        Assert.Contains("before", (await others.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon()).ToString(), StringComparison.Ordinal);
        Task<UnknownMessage> behind = others.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(behind.IsCompleted);
        go.SetResult();
        Assert.Contains("behind", (await behind.Soon()).ToString(), StringComparison.Ordinal);
        for (int i = 0; i <= HandlerBacklog.Capacity + 1; i++)
            Assert.StartsWith($$"""{"id":{{i}},""", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_a_drop_the_token_is_cancelled_and_nothing_is_answered_on_the_next_socket()
    {
        using var counted = ClientFixture.Counter("netwebsockets.requests.unanswered");
        Channels begun = new();
        Channels ended = new();
        HandlerRoute handler = CallContracts.RpcHandler<int, int>("double", CallJson.Default.Int32, CallJson.Default.Int32, async (_, n, token) =>
        {
            begun.Add($"{n}");
            if (n < 10)
            {
                TaskCompletionSource dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await using (token.Register(dropped.SetResult))
                    await dropped.Task;
                ended.Add($"{n}");
            }

            return n;
        });
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(null, handler));
        await client.SendAsync("""{"id":1,"method":"double","params":1}""");
        await client.SendAsync("""{"id":2,"method":"double","params":2}""");
        await client.SendAsync("""{"method":"double","params":10}""");
        Assert.Equal(["1"], await begun.TakeAsync(1));
        await client.SettleAsync();
        client.Peer.Reset();
        Assert.Equal(["1"], await ended.TakeAsync(1));

        // The one that waited is not begun: nobody would hear the answer. What asks for none is handled all the same.
        Assert.Equal(["10"], await begun.TakeAsync(1));
        await client.AcceptAsync();
        await client.SendAsync("""{"id":3,"method":"double","params":11}""");
        Assert.Equal("""{"id":3,"result":11}""", await client.ReadAsync());
        Assert.Equal(2, client.Count(counted));
        Assert.Equal(["11"], await begun.TakeAsync(1));
    }

    [Fact]
    public async Task A_close_cancels_handlers_and_does_not_wait_for_one_that_disposes_the_client()
    {
        ClientFixture? fixture = null;
        TaskCompletionSource disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        HandlerRoute handler = CallContracts.RpcHandler<int, int>("double", CallJson.Default.Int32, CallJson.Default.Int32, async (_, n, token) =>
        {
            await fixture!.Runtime.DisposeAsync();
            disposed.SetResult();
            Assert.True(token.IsCancellationRequested);
            return n;
        });
        await using ClientFixture client = fixture = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(null, handler));
        await client.SendAsync("""{"id":1,"method":"double","params":1}""");
        await disposed.Task.Soon();
        Assert.Equal(ConnectionState.Closed, client.Runtime.Connection.State);
    }

    [Fact]
    public async Task A_handler_does_not_run_on_the_pump()
    {
        using ManualResetEventSlim go = new();
        HandlerRoute handler = CallContracts.RpcHandler<int, int>("double", CallJson.Default.Int32, CallJson.Default.Int32, (_, n, _) =>
        {
            Assert.True(go.Wait(TimeSpan.FromSeconds(30), CancellationToken.None));
            return ValueTask.FromResult(n);
        });
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(null, handler));
        await client.SendAsync("""{"id":1,"method":"double","params":1}""");
        await client.SettleAsync();
        go.Set();
        Assert.Equal("""{"id":1,"result":1}""", await client.ReadAsync());
    }

    [Fact]
    public async Task A_request_that_the_contract_does_not_know_is_an_unknown_message()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(null, Double()));
        await using MessageStream<UnknownMessage> others = client.Runtime.OpenUnknown(null);
        await client.SendAsync("""{"id":1,"method":"unheard of"}""");
        Assert.Equal("unheard of", (await others.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon()).Discriminator);
    }

    private static HandlerRoute Double() => CallContracts.RpcHandler<int, int>(
        "double", CallJson.Default.Int32, CallJson.Default.Int32, (_, n, _) => ValueTask.FromResult(2 * n));

    /// <summary>What handlers saw, to be waited for.</summary>
    private sealed class Channels
    {
        private readonly System.Threading.Channels.Channel<string> _seen = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public int Count => _seen.Reader.Count;

        public void Add(string text) => _seen.Writer.TryWrite(text);

        public async Task<List<string>> TakeAsync(int count)
        {
            List<string> texts = [];
            while (texts.Count < count)
                texts.Add(await _seen.Reader.ReadAsync().AsTask().Soon());
            return texts;
        }
    }
}
