using NetWebSockets.InteropTests.Hostile;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Endurance;

/// <summary>A consumer that does not go on makes the peer wait; memory stays as it is, and nothing is lost when it goes on.</summary>
[Collection(EnduranceCollection.Name)]
public sealed class BackPressureTests
{
    private const int MessageSize = 64 * 1024;
    private const int Count = 1024;
    private const int HighWaterMark = 512 * 1024;

    // What the system takes between the two sockets, on a machine that lets them grow: 6 MiB to receive, 4 MiB to send.
    private const long MostInTheSystem = 16L << 20;

    public static IEnumerable<TheoryDataRow<BinaryType, bool>> Ways =>
        from type in Enum.GetValues<BinaryType>()
        from listens in new[] { false, true }
        select new TheoryDataRow<BinaryType, bool>(type, listens);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_consumer_that_stops_stops_the_peer_and_loses_nothing(BinaryType type, bool listens)
    {
        long sent = 0;
        await using var server = new RawServer(async connection =>
        {
            await connection.AcceptAsync();
            byte[] header = ServerFrame.Encode(Opcodes.Binary, [], form: LengthForm.Bits64, declaredLength: MessageSize);
            for (int i = 0; i < Count; i++)
            {
                await connection.WriteAsync(header);
                await connection.WriteAsync(Pattern.At(i, MessageSize));
                Interlocked.Add(ref sent, MessageSize);
            }

            await connection.WriteAsync(ServerFrame.Close(1000));
            connection.ShutdownSend();
            await connection.ReadToEndAsync();
        });
        await using var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions { BinaryType = type, ReceiveHighWaterMark = HighWaterMark });
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var memory = new MemoryWatch();
        Task<int> consuming = listens ? ListenAsync(socket, stopped, goOn.Task) : LoopAsync(socket, stopped, goOn.Task);
        await stopped.Task.WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken);

        // A loop that stopped lets messages gather up to the mark; a stream and a listener hold up the first one.
        if (!listens && type != BinaryType.Stream)
            await socket.InboxFull.WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken);

        // That a peer goes no further can only be told by its not going: too short a wait hides a fault and never makes one.
        await Task.Delay(200, TestContext.Current.CancellationToken);
        memory.Sample();
        Assert.InRange(Interlocked.Read(ref sent), 0, MostInTheSystem + HighWaterMark + MessageSize + (64 * 1024));
        Assert.InRange(memory.Peak, long.MinValue, HighWaterMark + (8L << 20));
        Assert.InRange(socket.WaitingBytes, 0, HighWaterMark + MessageSize);
        goOn.SetResult();
        Assert.Equal(Count, await consuming.WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken));
        Assert.Equal((long)Count * MessageSize, Interlocked.Read(ref sent));
        Assert.Equal(1000, (await socket.Closed.WaitAsync(HostilePeer.Limit, TestContext.Current.CancellationToken)).Code);
    }

    // Returns how many messages came right.
    private static async Task<int> LoopAsync(NetWebSocket socket, TaskCompletionSource stopped, Task goOn)
    {
        int right = 0;
        int number = 0;
        await foreach (WebSocketMessage message in socket.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (number == 3)
            {
                stopped.SetResult();
                await goOn;
            }

            if (await IsRightAsync(message, number++))
                right++;
        }

        return right;
    }

    private static async Task<int> ListenAsync(NetWebSocket socket, TaskCompletionSource stopped, Task goOn)
    {
        List<Task<bool>> all = [];
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        socket.OnClose = _ => closed.SetResult();
        socket.OnMessage = e =>
        {
            int number = all.Count;
            if (number == 3)
                stopped.SetResult();
            if (number == 3 && e.Message.Stream is null)
                goOn.Wait();            // a listener that blocks, as the documentation warns
            all.Add(e.Message.Stream is null ? IsRightAsync(e.Message, number) : LaterAsync(e.Message, number));
        };
        await closed.Task;
        return (await Task.WhenAll(all)).Count(right => right);

        async Task<bool> LaterAsync(WebSocketMessage message, int number)
        {
            if (number == 3)
                await goOn;
            return await IsRightAsync(message, number);
        }
    }

    private static async Task<bool> IsRightAsync(WebSocketMessage message, int number)
    {
        if (message.Stream is not { } stream)
            return message.Data.Length == MessageSize && Pattern.IsAt(number, message.Data.Span);
        MemoryStream all = new();
        await stream.CopyToAsync(all);
        return all.Length == MessageSize && Pattern.IsAt(number, all.GetBuffer().AsSpan(0, MessageSize));
    }
}
