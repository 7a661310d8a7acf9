using System.Globalization;
using NetWebSockets.InteropTests.Servers;
using NetWebSockets.Tests.Telemetry;
using Protocols.Ethereum;
using Xunit;

namespace NetWebSockets.InteropTests.Protocols;

/// <summary>The contract of an Ethereum node against the ganache package from npm.</summary>
public sealed class GanacheTests
{
    // Copies what stands behind them and reverts with it: Error("no").
    private const string Reverted = "08c379a0" + "0000000000000000000000000000000000000000000000000000000000000020"
        + "0000000000000000000000000000000000000000000000000000000000000002" + "6e6f000000000000000000000000000000000000000000000000000000000000";

    private const string Reverts = "0x6064600c60003960646000fd" + Reverted;

    // Returns one byte: 2a.
    private const string Answers = "0x602a60005360016000f3";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parameters_go_by_position_and_results_come_back()
    {
        await using NodeServer server = await NodeServer.StartAsync("ethereum.mjs");
        await using EthereumClient client = await ConnectAsync(server);
        await using GanacheClient node = await ConnectNodeAsync(server);
        string account = Assert.Single(await node.AccountsAsync(Token).Soon());
        Assert.Equal("0x0", await client.BlockNumberAsync(Token).Soon());
        Assert.Equal("0x3635c9adc5dea00000", await client.GetBalanceAsync(account, cancellationToken: Token).Soon()); // A thousand ether.
        await server.SaysAsync($"""asked eth_getBalance ["{account}","latest"]""");
        Assert.Equal("0x3635c9adc5dea00000", await client.GetBalanceAsync(account, "earliest", Token).Soon());
        await server.SaysAsync($"""asked eth_getBalance ["{account}","earliest"]""");
        Assert.Equal("0x2a", await client.CallContractAsync(new ContractCall(null, Answers), cancellationToken: Token).Soon());
        await server.SaysAsync($$"""asked eth_call [{"data":"{{Answers}}"},"latest"]""");

        await node.MineAsync(Token).Soon();
        string[] numbers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.BlockNumberAsync(Token))).Soon();
        Assert.All(numbers, number => Assert.Equal("0x1", number));
    }

    [Fact]
    public async Task What_the_node_refuses_fails_with_its_error_and_nothing_else_does()
    {
        await using NodeServer server = await NodeServer.StartAsync("ethereum.mjs");
        await using EthereumClient client = await ConnectAsync(server);
        await using GanacheClient node = await ConnectNodeAsync(server);
        CallErrorException<RpcError> reverted = await Assert.ThrowsAsync<CallErrorException<RpcError>>(
            () => client.CallContractAsync(new ContractCall(null, Reverts), cancellationToken: Token).Soon());
        Assert.Equal(("eth_call", "-32000", SendOutcome.Sent, -32000), (reverted.Method, reverted.Code, reverted.Outcome, reverted.Error.Code));
        Assert.EndsWith("revert no", reverted.Error.Message, StringComparison.Ordinal);
        Assert.Equal("0x" + Reverted, reverted.Error.Data!.Value.GetString());

        CallErrorException unknown = await Assert.ThrowsAsync<CallErrorException>(() => node.FlyAsync(Token).Soon());
        Assert.Equal(("eth_fly", "-32700"), (unknown.Method, unknown.Code)); // So ganache; JSON-RPC has -32601 for it.
        Assert.Contains("eth_fly does not exist", unknown.Message, StringComparison.Ordinal);

        await using MessageStream<string> nonsense = node.Subscribe("nonsense");
        CallErrorException refused = await Assert.ThrowsAsync<CallErrorException>(() => nonsense.NextAsync());
        Assert.Equal("eth_subscribe", refused.Method);
        Assert.Contains("nonsense", refused.Message, StringComparison.Ordinal);
        Assert.Equal("0x0", await client.BlockNumberAsync(Token).Soon());
        Assert.Single(await node.AccountsAsync(Token).Soon());
    }

    [Fact]
    public async Task Every_block_comes_once_and_in_order()
    {
        await using NodeServer server = await NodeServer.StartAsync("ethereum.mjs");
        await using EthereumClient client = await ConnectAsync(server);
        await using GanacheClient node = await ConnectNodeAsync(server);
        await using MessageStream<BlockHeader> heads = client.NewHeads();
        await MadeAsync(server, client, """asked eth_subscribe ["newHeads"]""");
        HashSet<string?> hashes = [];
        for (int number = 1; number <= 20; number++)
        {
            await node.MineAsync(Token).Soon();
            BlockHeader head = await heads.NextAsync();
            Assert.Equal(Hex(number), head.Number);
            Assert.True(hashes.Add(head.Hash), $"{head.Hash} has come before.");
        }

        Assert.False(heads.TryRead(out _));
    }

    [Fact]
    public async Task Subscriptions_of_several_kinds_each_get_their_own_items()
    {
        await using NodeServer server = await NodeServer.StartAsync("ethereum.mjs");
        await using EthereumClient client = await ConnectAsync(server);
        await using GanacheClient node = await ConnectNodeAsync(server);
        string account = Assert.Single(await node.AccountsAsync(Token).Soon());
        await using MessageStream<BlockHeader> heads = client.NewHeads();
        await using MessageStream<ContractLog> all = client.Logs(new LogFilter());
        await using MessageStream<ContractLog> some = client.Logs(new LogFilter(Topics: [Topic(0x17)]));
        await MadeAsync(
            server, client, """asked eth_subscribe ["newHeads"]""", """asked eth_subscribe ["logs",{}]""", $$"""asked eth_subscribe ["logs",{"topics":["{{Topic(0x17)}}"]}]""");

        string first = await node.SendTransactionAsync(Logging(account, 0x2a), Token).Soon();
        string second = await node.SendTransactionAsync(Logging(account, 0x17), Token).Soon();
        Assert.Equal(("0x1", "0x2"), ((await heads.NextAsync()).Number, (await heads.NextAsync()).Number));
        ContractLog log = await all.NextAsync();
        Assert.Equal((Topic(0x2a), first, "0x1", "0x", false), (Assert.Single(log.Topics), log.TransactionHash, log.BlockNumber, log.Data, log.Removed));
        log = await all.NextAsync();
        Assert.Equal((Topic(0x17), second, "0x2"), (Assert.Single(log.Topics), log.TransactionHash, log.BlockNumber));
        ContractLog same = await some.NextAsync();
        Assert.Equal((log.Address, second), (same.Address, same.TransactionHash));
    }

    [Fact]
    public async Task The_last_reader_to_leave_unsubscribes_and_nothing_comes_any_more()
    {
        await using NodeServer server = await NodeServer.StartAsync("ethereum.mjs");
        string name = $"leaving {Guid.NewGuid()}";
        using Measurements measurements = new("netwebsockets.client", name);
        await using EthereumClient client = await ConnectAsync(server, name);
        await using GanacheClient node = await ConnectNodeAsync(server);
        await using MessageStream<UnknownMessage> unknown = client.UnknownMessages();
        MessageStream<BlockHeader> one = client.NewHeads();
        MessageStream<BlockHeader> two = client.NewHeads();
        await MadeAsync(server, client, """asked eth_subscribe ["newHeads"]""");
        await node.MineAsync(Token).Soon();
        Assert.Equal(("0x1", "0x1"), ((await one.NextAsync()).Number, (await two.NextAsync()).Number));

        await one.DisposeAsync();
        await client.BlockNumberAsync(Token).Soon();
        await node.MineAsync(Token).Soon();
        Assert.Equal("0x2", (await two.NextAsync()).Number);
        Assert.Single(server.Lines, line => line.StartsWith("asked eth_subscribe", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("asked eth_unsubscribe", StringComparison.Ordinal));

        await two.DisposeAsync();
        Assert.Equal("""asked eth_unsubscribe ["0x1"]""", await server.SaysAsync("asked eth_unsubscribe"));
        await client.BlockNumberAsync(Token).Soon();
        await node.MineAsync(Token).Soon();

        // Anew, under another key: what came under the old one would have come before.
        await using MessageStream<BlockHeader> anew = client.NewHeads();
        await MadeAsync(server, client, """asked eth_subscribe ["newHeads"]""");
        await node.MineAsync(Token).Soon();
        Assert.Equal("0x4", (await anew.NextAsync()).Number);
        Assert.Empty(measurements.Of("netwebsockets.items.late"));
        Assert.False(unknown.TryRead(out UnknownMessage? message), message?.ToString());
        await anew.DisposeAsync();
        Assert.Equal("""asked eth_unsubscribe ["0x2"]""", await server.SaysAsync("asked eth_unsubscribe"));
    }

    [Fact]
    public async Task A_drop_makes_subscriptions_again_under_other_keys_and_their_readers_never_notice()
    {
        await using NodeServer server = await NodeServer.StartAsync("ethereum.mjs");
        await using EthereumClient client = await ConnectAsync(server);
        await using GanacheClient node = await ConnectNodeAsync(server);
        string account = Assert.Single(await node.AccountsAsync(Token).Soon());
        MessageStream<BlockHeader> heads = client.NewHeads();
        MessageStream<ContractLog> logs = client.Logs(new LogFilter());
        string[] asked = ["""asked eth_subscribe ["newHeads"]""", """asked eth_subscribe ["logs",{}]"""];
        await MadeAsync(server, client, asked);
        Following states = new(node);
        for (int number = 1; number <= 3; number++)
        {
            Task<BlockHeader> head = heads.NextAsync();
            Task<ContractLog> log = logs.NextAsync();
            if (number > 1)
            {
                await server.DoAsync("drop");
                await states.ReachesAsync(ConnectionState.Disconnected); // What is sent before might be lost.
                await MadeAsync(server, client, asked);
            }

            string transaction = await node.SendTransactionAsync(Logging(account, number), Token).Soon();
            Assert.Equal(Hex(number), (await head.Soon()).Number);
            Assert.Equal(transaction, (await log.Soon()).TransactionHash);
        }

        // The node counts its keys up: these are those of the third connection.
        Assert.Equal(asked.Concat(asked).Concat(asked), server.Lines.Where(line => line.StartsWith("asked eth_subscribe", StringComparison.Ordinal)));
        await heads.DisposeAsync();
        Assert.Equal("""asked eth_unsubscribe ["0x5"]""", await server.SaysAsync("asked eth_unsubscribe"));
        await logs.DisposeAsync();
        Assert.Equal("""asked eth_unsubscribe ["0x6"]""", await server.SaysAsync("asked eth_unsubscribe"));
    }

    [Fact]
    public async Task What_nobody_reads_any_more_is_not_made_again()
    {
        await using NodeServer server = await NodeServer.StartAsync("ethereum.mjs");
        await using EthereumClient client = await ConnectAsync(server);
        await using GanacheClient node = await ConnectNodeAsync(server);
        string account = Assert.Single(await node.AccountsAsync(Token).Soon());
        MessageStream<BlockHeader> leavesBefore = client.NewHeads();
        MessageStream<ContractLog> leavesMeanwhile = client.Logs(new LogFilter(Topics: [Topic(1)]));
        await using MessageStream<ContractLog> stays = client.Logs(new LogFilter());
        string[] asked = ["""asked eth_subscribe ["newHeads"]""", $$"""asked eth_subscribe ["logs",{"topics":["{{Topic(1)}}"]}]""", """asked eth_subscribe ["logs",{}]"""];
        await MadeAsync(server, client, asked);
        await leavesBefore.DisposeAsync();
        await server.SaysAsync("""asked eth_unsubscribe ["0x1"]""");
        Following states = new(node);
        await AwayAsync(server, client);
        await states.ReachesAsync(ConnectionState.Disconnected); // What is sent before might be lost.
        await leavesMeanwhile.DisposeAsync();
        await server.DoAsync("back");
        await MadeAsync(server, client, asked[2]);
        string transaction = await node.SendTransactionAsync(Logging(account, 1), Token).Soon();
        Assert.Equal(transaction, (await stays.NextAsync()).TransactionHash);
        Assert.Equal(asked.Append(asked[2]), server.Lines.Where(line => line.StartsWith("asked eth_subscribe", StringComparison.Ordinal)));
        Assert.Single(server.Lines, line => line.StartsWith("asked eth_unsubscribe", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_the_node_has_at_a_drop_fails_as_sent_and_is_not_made_again()
    {
        await using NodeServer server = await NodeServer.StartAsync("ethereum.mjs");
        await using EthereumClient client = await ConnectAsync(server);
        await server.DoAsync("hold");
        Task<string> pending = client.BlockNumberAsync(Token);
        await server.SaysAsync("asked eth_blockNumber");
        Assert.False(pending.IsCompleted);
        await server.DoAsync("drop");
        CallException dropped = await Assert.ThrowsAsync<CallException>(() => pending.Soon());
        Assert.Equal(("eth_blockNumber", SendOutcome.Sent), (dropped.Method, dropped.Outcome));

        Assert.Equal("0x2a", await client.CallContractAsync(new ContractCall(null, Answers), cancellationToken: Token).Soon());
        Assert.Single(server.Lines, "asked eth_blockNumber []");
    }

    [Fact]
    public async Task A_call_made_while_the_node_is_away_is_answered_when_it_is_back()
    {
        await using NodeServer server = await NodeServer.StartAsync("ethereum.mjs");
        await using EthereumClient client = await ConnectAsync(server);
        await AwayAsync(server, client);
        Task<string>[] waiting = [.. Enumerable.Range(0, 10).Select(_ => client.BlockNumberAsync(Token))];
        Assert.DoesNotContain(waiting, call => call.IsCompleted);
        await server.DoAsync("back");
        Assert.All(await Task.WhenAll(waiting).Soon(), number => Assert.Equal("0x0", number));
        Assert.Equal(10, server.Lines.Count(line => line == "asked eth_blockNumber []"));
    }

    [Fact]
    public async Task A_call_that_still_waits_for_the_node_when_the_client_is_closed_was_not_sent()
    {
        await using NodeServer server = await NodeServer.StartAsync("ethereum.mjs");
        await using EthereumClient client = await ConnectAsync(server);
        await AwayAsync(server, client);
        Task<string> waiting = client.BlockNumberAsync(Token);
        await client.CloseAsync(Token).Soon();
        CallException failure = await Assert.ThrowsAsync<CallException>(() => waiting.Soon());
        Assert.Equal(("eth_blockNumber", SendOutcome.NotSent), (failure.Method, failure.Outcome));
        await server.DoAsync("back");
        Assert.DoesNotContain("asked eth_blockNumber []", server.Lines);
    }

    private static Task<EthereumClient> ConnectAsync(NodeServer server, string? name = null) =>
        EthereumClient.ConnectAsync(QuickOptions.For(server.Uri(), name: name), Token).Soon();

    private static Task<GanacheClient> ConnectNodeAsync(NodeServer server) => GanacheClient.ConnectAsync(QuickOptions.For(server.Uri()), Token).Soon();

    /// <summary>Waits until the node was asked for subscriptions and has answered.</summary>
    private static async Task MadeAsync(NodeServer server, EthereumClient client, params string[] asked)
    {
        foreach (string line in asked)
            await server.SaysAsync(line);
        await client.GetBalanceAsync("0x0000000000000000000000000000000000000000", cancellationToken: Token).Soon();
    }

    private static async Task AwayAsync(NodeServer server, EthereumClient client)
    {
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ((IEthereumClient)client).StateChanged += (_, change) =>
        {
            if (change.Previous == ConnectionState.Ready)
                left.TrySetResult();
        };
        await server.DoAsync("away");
        await server.DoAsync("drop");
        await left.Task.Soon();
    }

    /// <summary>A transaction whose code logs one topic, in a block of its own.</summary>
    private static Transaction Logging(string account, int topic) => new(account, $"0x60{topic:x2}60006000a100", "0x186a0");

    private static string Topic(int topic) => $"0x{topic:x64}";

    private static string Hex(int number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);
}
