using System.Threading.Tasks.Sources;
using NetWebSockets.Sockets;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Sockets;

public class ReceiverTests
{
    [Fact]
    public async Task A_delivery_that_is_done_just_after_it_was_looked_at_ends_no_batch()
    {
        await using var server = new RawServer(async connection =>
        {
            // All in one packet: whoever reads on before it is delivered finds the end of the stream.
            byte[] all = [.. Enumerable.Range(0, 20).SelectMany(i => ServerFrame.Text($"{i}")), .. ServerFrame.Close(1000)];
            await connection.AcceptAsync(all);
            connection.ShutdownSend();
            await connection.ReadToEndAsync();
        });
        var receiver = new LateReceiver();
        await using var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions(), receiver);
        CloseEvent closed = await socket.Closed.WaitAsync(OpenPair.Patience, TestContext.Current.CancellationToken);
        Assert.Equal((1000, true), (closed.Code, closed.WasClean));
        Assert.Equal(20, receiver.Count);
    }

    // Its task is not done when it is looked at first, and done when it is looked at again: what a consumer on another thread can do at any time.
    private sealed class LateReceiver : SocketReceiver, IValueTaskSource
    {
        private int _looks;

        public int Count { get; private set; }

        public override ValueTask OnMessageAsync(MessageKind kind, ReadOnlyMemory<byte> payload)
        {
            Count++;
            _looks = 0;
            return new ValueTask(this, 0);
        }

        public void GetResult(short token)
        {
        }

        public ValueTaskSourceStatus GetStatus(short token) => _looks++ == 0 ? ValueTaskSourceStatus.Pending : ValueTaskSourceStatus.Succeeded;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => continuation(state);
    }
}
