using System.Text.Json.Nodes;
using Protocols.Ethereum;

namespace NetWebSockets.ProtocolTests;

public sealed class EthereumTests
{
    [Fact]
    public async Task Parameters_go_by_position_and_a_subscription_gets_another_key_after_a_drop()
    {
        await using PlayedServer server = new();
        Task<EthereumClient> connecting = EthereumClient.ConnectAsync(server.Options(), TestContext.Current.CancellationToken);
        using Player first = await server.AcceptAsync();
        await using EthereumClient client = await connecting.Soon();
        Task<string> balance = client.GetBalanceAsync("0x1", cancellationToken: TestContext.Current.CancellationToken);
        JsonNode request = await first.HearAsync("""{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":["0x1","latest"]}""");
        await first.SayAsync($$"""{"jsonrpc":"2.0","id":{{(int)request["id"]!}},"result":"0x10"}""");
        Assert.Equal("0x10", await balance.Soon());

        await using MessageStream<BlockHeader> heads = client.NewHeads();
        request = await first.HearAsync("""{"jsonrpc":"2.0","id":2,"method":"eth_subscribe","params":["newHeads"]}""");
        await first.SayAsync("""{"jsonrpc":"2.0","id":2,"result":"0xab"}""");
        await first.SayAsync("""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0xab","result":{"number":"0x10"} } }""");
        Assert.Equal("0x10", (await heads.NextAsync()).Number);

        Task<string> number = client.BlockNumberAsync(TestContext.Current.CancellationToken);
        await first.HearAsync("""{"jsonrpc":"2.0","id":3,"method":"eth_blockNumber","params":[]}""");
        await first.SayAsync("""{"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"m"} }""");
        CallErrorException<RpcError> refused = await Assert.ThrowsAsync<CallErrorException<RpcError>>(() => number.Soon());
        Assert.Equal(("-32601", new RpcError(-32601, "m", null)), (refused.Code, refused.Error));

        first.Drop();
        using Player second = await server.AcceptAsync();
        await second.HearAsync("""{"jsonrpc":"2.0","id":4,"method":"eth_subscribe","params":["newHeads"]}""");
        await second.SayAsync("""{"jsonrpc":"2.0","id":4,"result":"0xcd"}""");
        await second.SayAsync("""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0xcd","result":{"number":"0x11"} } }""");
        Assert.Equal("0x11", (await heads.NextAsync()).Number);
        await heads.DisposeAsync();
        await second.HearAsync("""{"jsonrpc":"2.0","id":5,"method":"eth_unsubscribe","params":["0xcd"]}""");
    }
}
