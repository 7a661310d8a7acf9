using System.Text;
using Microsoft.Extensions.Logging;
using NetWebSockets.Messaging;
using NetWebSockets.Tests.Connections;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Calls;

public class ReplyTests
{
    [Theory]
    [InlineData(CallIdKind.Integer, "1", "1")]
    [InlineData(CallIdKind.Integer, "1", "\"1\"")]
    [InlineData(CallIdKind.String, "\"1\"", "\"1\"")]
    [InlineData(CallIdKind.String, "\"1\"", "1")]
    public async Task An_id_is_written_as_the_contract_says_and_comes_back_as_either(CallIdKind kind, string sent, string back)
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(new CallContract { Id = "/id", IdKind = kind }));
        Task<int> call = client.Runtime.CallAsync(CallContracts.Add(), 5, CancellationToken.None);
        Assert.Equal($$"""{"id":{{sent}},"method":"add","params":5}""", await client.ReadAsync());
        await client.SendAsync($$"""{"id":{{back}},"result":6}""");
        Assert.Equal(6, await call.Soon());
    }

    [Fact]
    public async Task A_scope_is_written_and_only_a_reply_with_the_same_is_the_calls()
    {
        using var late = ClientFixture.Counter("netwebsockets.replies.late");
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc());
        Task<int> call = client.Runtime.CallAsync(CallContracts.Add(), 5, "S1", CancellationToken.None);
        Assert.Equal("""{"id":1,"method":"add","sessionId":"S1","params":5}""", await client.ReadAsync());
        await client.SendAsync("""{"id":1,"sessionId":"S2","result":1}""");
        await client.SendAsync("""{"id":1,"result":2}""");
        await client.SendAsync("""{"id":1,"sessionId":null,"result":3}""");
        await client.SettleAsync();
        Assert.False(call.IsCompleted);
        Assert.Equal(3, client.Count(late));
        await client.SendAsync("""{"id":1,"sessionId":"S\u0031","result":6}""");
        Assert.Equal(6, await call.Soon());
    }

    [Fact]
    public async Task A_call_without_a_scope_takes_no_reply_that_has_one()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc());
        Task<int> call = client.Runtime.CallAsync(CallContracts.Add(), 5, CancellationToken.None);
        await client.ReadAsync();
        await client.SendAsync("""{"id":1,"sessionId":"S2","result":1}""");
        await client.SendAsync("""{"id":1,"sessionId":"S2","error":"no"}""");
        await client.SettleAsync();
        Assert.False(call.IsCompleted);
        await client.SendAsync("""{"id":1,"sessionId":null,"result":6}""");
        Assert.Equal(6, await call.Soon());
    }

    [Fact]
    public async Task A_peer_that_does_not_know_a_scope_answers_with_an_error_without_it()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc());
        Task<int> call = client.Runtime.CallAsync(CallContracts.Add(), 5, "gone", CancellationToken.None);
        await client.ReadAsync();
        await client.SendAsync("""{"id":1,"error":{"code":-32001,"message":"Session with given id not found."}}""");
        var error = await Assert.ThrowsAsync<CallErrorException>(() => call.Soon());
        Assert.Equal("-32001", error.Code);
        Assert.EndsWith("Session with given id not found.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":1,"success":true,"data":6}""", true)]
    [InlineData("""{"id":1,"success":false,"data":6,"retCode":10404,"ret_msg":"op not found"}""", false)]
    [InlineData("""{"id":1,"success":"true","data":6}""", true)]
    [InlineData("""{"id":1,"success":null,"retCode":10404,"ret_msg":"op not found"}""", false)]
    public async Task A_reply_says_at_ok_whether_the_call_succeeded(string reply, bool succeeds)
    {
        CallContract calls = new() { Id = "/id", Ok = "/success", Result = "/data", ErrorCode = "/retCode", ErrorMessage = "/ret_msg" };
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(calls));
        Task<int> call = client.Runtime.CallAsync(CallContracts.Add(), 5, CancellationToken.None);
        await client.ReadAsync();
        await client.SendAsync(reply);
        if (succeeds)
        {
            Assert.Equal(6, await call.Soon());
            return;
        }

        var error = await Assert.ThrowsAsync<CallErrorException>(() => call.Soon());
        Assert.Equal("10404", error.Code);
        Assert.Equal("The peer answered 'add' with an error: op not found", error.Message);
        Assert.Equal(reply, Encoding.UTF8.GetString(error.ErrorJson.Span));
    }

    [Fact]
    public async Task A_message_without_ok_is_no_reply_where_the_whole_reply_is_the_result()
    {
        CallContract calls = new() { Id = "/id", Ok = "/success", Result = "" };
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(calls));
        CallRoute<int, Problem> route = new("add", CallContracts.Add().Envelope, CallJson.Default.Int32, CallJson.Default.Problem, false, null);
        Task<Problem> call = client.Runtime.CallAsync(route, 5, CancellationToken.None);
        await client.ReadAsync();
        await client.SendAsync("""{"id":1,"code":1,"message":"event"}""");
        await client.SendAsync("""{"id":1,"success":true,"code":2,"message":"reply"}""");
        Assert.Equal(new Problem(2, "reply"), await call.Soon());
    }

    [Theory]
    [InlineData("""{"code":-32601,"message":"not found"}""", "-32601", "not found")]
    [InlineData("""{"message":"not found","data":{"code":1},"code":"E1"}""", "E1", "not found")]
    [InlineData("\"not found\"", null, "not found")]
    [InlineData("""{"code":null,"message":"not found"}""", null, "not found")]
    public async Task An_error_has_its_code_and_its_text(string json, string? code, string words)
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc());
        Task<int> call = client.Runtime.CallAsync(CallContracts.Add(), 5, CancellationToken.None);
        await client.ReadAsync();
        await client.SendAsync($$"""{"id":1,"error":{{json}}}""");
        var error = await Assert.ThrowsAsync<CallErrorException>(() => call.Soon());
        Assert.Equal(code, error.Code);
        Assert.EndsWith(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(json, Encoding.UTF8.GetString(error.ErrorJson.Span));
    }

    [Fact]
    public async Task An_error_is_read_as_its_type_and_one_that_cannot_be_fails_the_call_all_the_same()
    {
        CallContract calls = new() { Id = "/id", ErrorFormat = CallErrorFormat.Of<Problem>(CallJson.Default.Problem) };
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(calls));
        Task<int> typed = client.Runtime.CallAsync(CallContracts.Add(), 5, CancellationToken.None);
        Task<int> other = client.Runtime.CallAsync(CallContracts.Add(), 5, CancellationToken.None);
        await client.ReadAsync();
        await client.ReadAsync();
        await client.SendAsync("""{"id":1,"error":{"code":3,"message":"too fast"}}""");
        await client.SendAsync("""{"id":2,"error":"no object"}""");
        var error = await Assert.ThrowsAsync<CallErrorException<Problem>>(() => typed.Soon());
        Assert.Equal(new Problem(3, "too fast"), error.Error);
        Assert.Equal("3", error.Code);
        var plain = await Assert.ThrowsAsync<CallErrorException>(() => other.Soon());
        Assert.Contains("no object", plain.Message, StringComparison.Ordinal);
        Assert.Contains("could not be read as Problem", plain.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Binances_errors_are_the_whole_reply()
    {
        CallContract calls = new() { Id = "/id", Error = "", ErrorCode = "/code", ErrorMessage = "/msg" };
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(calls));
        CallRoute<int, NoResult> route = new("SUBSCRIBE", CallContracts.Add().Envelope, CallJson.Default.Int32, null, false, null);
        Task<NoResult> good = client.Runtime.CallAsync(route, 5, CancellationToken.None);
        Task<NoResult> bad = client.Runtime.CallAsync(route, 5, CancellationToken.None);
        await client.ReadAsync();
        await client.ReadAsync();
        await client.SendAsync("""{"code":2,"msg":"Invalid request: x","id":2}""");
        await client.SendAsync("""{"id":1,"result":null}""");
        await good.Soon();
        var error = await Assert.ThrowsAsync<CallErrorException>(() => bad.Soon());
        Assert.Equal("2", error.Code);
        Assert.EndsWith("Invalid request: x", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":null,"error":{"code":1,"message":"slow down"}}""")]
    [InlineData("""{"error":{"code":1,"message":"slow down"}}""")]
    [InlineData("""{"id":"x","error":{"code":1,"message":"slow down"}}""")]
    [InlineData("""{"id":77,"error":{"code":1,"message":"slow down"}}""")]
    public async Task An_error_that_is_about_no_call_goes_to_the_errors(string json)
    {
        using var counted = ClientFixture.Counter("netwebsockets.errors.uncorrelated");
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc());
        await using MessageStream<PeerError> errors = client.Runtime.OpenErrors(null);
        Task<int> call = client.Runtime.CallAsync(CallContracts.Add(), 5, CancellationToken.None);
        await client.ReadAsync();
        await client.SendAsync(json);
        PeerError error = await errors.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();
        Assert.Equal("1", error.Code);
        Assert.Equal("slow down", error.Message);
        Assert.Equal("""{"code":1,"message":"slow down"}""", Encoding.UTF8.GetString(error.Data.Span));
        Assert.Equal(1, client.Count(counted));
        Assert.False(call.IsCompleted);
    }

    [Fact]
    public async Task An_error_that_nobody_reads_is_counted_logged_and_an_unknown_message()
    {
        using var counted = ClientFixture.Counter("netwebsockets.errors.uncorrelated");
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc());
        await using MessageStream<UnknownMessage> others = client.Runtime.OpenUnknown(null);
        await client.SendAsync("""{"id":null,"error":{"code":1,"message":"slow down"}}""");
        Assert.Contains("slow down", (await others.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon()).ToString(), StringComparison.Ordinal);
        Assert.Equal(1, client.Count(counted));
        Assert.Contains(client.Logs.GetSnapshot(), r => r.Level == LogLevel.Warning && r.Message.Contains("slow down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_error_that_names_a_late_call_is_a_late_reply()
    {
        using var late = ClientFixture.Counter("netwebsockets.replies.late");
        using var counted = ClientFixture.Counter("netwebsockets.errors.uncorrelated");
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc());
        await using MessageStream<PeerError> errors = client.Runtime.OpenErrors(null);
        using CancellationTokenSource cancellation = new();
        Task<int> call = client.Runtime.CallAsync(CallContracts.Add(), 5, cancellation.Token);
        await client.ReadAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        await client.SendAsync("""{"id":1,"error":{"code":1,"message":"late"}}""");
        await client.SettleAsync();
        Assert.Equal(1, client.Count(late));
        Assert.Equal(0, client.Count(counted));
        Assert.False(errors.TryRead(out _));
    }

    [Fact]
    public async Task A_request_of_the_peer_with_the_id_of_a_pending_call_is_no_reply()
    {
        TaskCompletionSource<int> asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        HandlerRoute handler = CallContracts.RpcHandler<int, int>("double", CallJson.Default.Int32, CallJson.Default.Int32, (_, n, _) =>
        {
            asked.SetResult(n);
            return ValueTask.FromResult(2 * n);
        });
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc(null, handler));
        Task<int> call = client.Runtime.CallAsync(CallContracts.Add(), 5, CancellationToken.None);
        await client.ReadAsync();
        await client.SendAsync("""{"id":1,"method":"double","params":7}""");
        await client.SendAsync("""{"id":1,"method":"unheard of"}""");
        Assert.Equal(7, await asked.Task.Soon());
        Assert.Equal("""{"id":1,"result":14}""", await client.ReadAsync());
        await client.SettleAsync();
        Assert.False(call.IsCompleted);
        await client.SendAsync("""{"id":1,"result":6}""");
        Assert.Equal(6, await call.Soon());
    }

    [Fact]
    public async Task So_is_one_of_a_client_that_handles_nothing()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.JsonRpc());
        await using MessageStream<UnknownMessage> others = client.Runtime.OpenUnknown(null);
        Task<int> call = client.Runtime.CallAsync(CallContracts.Add(), 5, CancellationToken.None);
        await client.ReadAsync();
        await client.SendAsync("""{"id":1,"method":"workspace/configuration","params":{}}""");
        Assert.Equal("workspace/configuration", (await others.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon()).Discriminator);
        Assert.False(call.IsCompleted);
        await client.SendAsync("""{"id":1,"result":6}""");
        Assert.Equal(6, await call.Soon());
    }

    [Fact]
    public async Task Half_a_surrogate_pair_where_a_condition_stands_ends_neither_the_call_nor_the_pump()
    {
        await using ClientFixture client = await ClientFixture.ConnectAsync(CallContracts.Ocpp());
        Task<BootResult> call = client.Runtime.CallAsync(CallContracts.Boot(), new BootRequest("V"), CancellationToken.None);
        await client.ReadAsync();
        await client.SendAsync("""["\ud800","1",{"status":"no"}]""");
        await client.SendAsync("""[3,"1",{"status":"Accepted"}]""");
        Assert.Equal("Accepted", (await call.Soon()).Status);
    }
}
