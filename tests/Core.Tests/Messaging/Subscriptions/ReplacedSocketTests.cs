using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NetWebSockets.Connections;
using NetWebSockets.Messaging;
using NetWebSockets.Tests.Connections;
using Xunit;
using static NetWebSockets.Tests.Messaging.Subscriptions.SubscriptionContracts;

namespace NetWebSockets.Tests.Messaging.Subscriptions;

/// <summary>A socket that another one replaces while it still delivers.</summary>
public class ReplacedSocketTests
{
    private readonly SubscriptionRoute<Trade> _logs = EthereumLogs();
    private readonly MessageRouter _router;
    private readonly MessageStream<Trade> _stream;

    public ReplacedSocketTests()
    {
        var gate = new PumpGate(TimeProvider.System);
        _router = new MessageRouter(Contract(_logs).Plan, "Replaced", gate, new CallTable("Replaced", gate, TimeProvider.System, 10), NullLogger.Instance);
        _stream = _router.Subscriptions.Open(_logs, null, Encoding.UTF8.GetBytes("[\"logs\"]"), new MessageStreamOptions());
    }

    [Fact]
    public async Task Items_of_both_sockets_are_delivered_until_the_old_one_is_gone()
    {
        await RestoreAsync("1");
        await RestoreAsync("2");
        _router.Subscriptions.OnReady();
        Assert.Equal([10, 20], Received(Item(1, 10), Item(2, 20)));
        _router.Subscriptions.OnReplaced();
        Assert.Equal([21], Received(Item(1, 11), Item(2, 21)));
        _router.OnDropped(new ConnectionException("gone"));
        await RestoreAsync("3");
        Assert.Equal([30], Received(Item(2, 22), Item(3, 30)));
    }

    [Fact]
    public async Task When_the_new_socket_is_given_up_the_old_one_goes_on()
    {
        await RestoreAsync("1");
        await RestoreAsync("2");
        _router.Subscriptions.OnAbandoned();
        Assert.Equal([10], Received(Item(1, 10), Item(2, 20)));

        // Before its reply, too.
        using var stop = new CancellationTokenSource();
        Task restored = _router.OnRestoringAsync(new Sender(), stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => restored.Soon());
        _router.Subscriptions.OnAbandoned();
        Assert.Equal([11], Received(Item(1, 11), Item(2, 21)));
        await RestoreAsync("4");
        Assert.Equal([12, 40], Received(Item(1, 12), Item(4, 40)));
    }

    private static string Item(int key, int number) =>
        $$"""{"method":"eth_subscription","params":{"subscription":{{key}},"result":{"s":"x","n":{{number}} } } }""";

    private List<long> Received(params string[] items)
    {
        foreach (string item in items)
            Assert.True(_router.OnMessageAsync(MessageKind.Text, Encoding.UTF8.GetBytes(item)).IsCompletedSuccessfully);
        List<long> numbers = [];
        while (_stream.TryRead(out Trade? trade))
            numbers.Add(trade.N);
        return numbers;
    }

    private async Task RestoreAsync(string key)
    {
        var sender = new Sender();
        Task restored = _router.OnRestoringAsync(sender, CancellationToken.None).AsTask();
        JsonElement request = JsonElement.Parse(await sender.Sent.Task.Soon());
        Assert.True(_router.OnMessageAsync(MessageKind.Text, Encoding.UTF8.GetBytes($$"""{"id":{{request.Id()}},"result":{{key}} }""")).IsCompletedSuccessfully);
        await restored.Soon();
    }

    private sealed class Sender : ScriptSender
    {
        public TaskCompletionSource<string> Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ValueTask SendAsync(MessageKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
        {
            Sent.SetResult(Encoding.UTF8.GetString(payload.Span));
            return default;
        }
    }

    [Fact]
    public async Task What_nobody_reads_any_more_is_still_known_to_the_old_socket_when_the_new_one_is_given_up()
    {
        await RestoreAsync("1");
        using var stop = new CancellationTokenSource();
        Task restored = _router.OnRestoringAsync(new Sender(), stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => restored.Soon());
        await _stream.DisposeAsync();
        _router.Subscriptions.OnAbandoned();

        // The same key, as the peer goes on sending under it: a reader that comes back needs no new one.
        MessageStream<Trade> again = _router.Subscriptions.Open(_logs, null, Encoding.UTF8.GetBytes("[\"logs\"]"), new MessageStreamOptions());
        Assert.True(_router.OnMessageAsync(MessageKind.Text, Encoding.UTF8.GetBytes(Item(1, 10))).IsCompletedSuccessfully);
        Assert.True(again.TryRead(out Trade? trade));
        Assert.Equal(10, trade.N);
    }
}
