using NetWebSockets.InteropTests.Endurance;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Hostile;

/// <summary>Promises 3 and 10, by what the whole process allocates and holds: these tests run alone.</summary>
[Collection(EnduranceCollection.Name)]
public sealed class MemoryLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_declared_length_is_not_allocated_before_the_bytes_come()
    {
        const long Declared = 1L << 30;
        await using HostilePeer pair = await HostilePeer.OpenAsync(new NetWebSocketOptions { MaxMessageSize = Declared });
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await pair.Peer.WriteAsync(ServerFrame.Encode(Opcodes.Binary, new byte[200_000], form: LengthForm.Bits64, declaredLength: (ulong)Declared), Token);
        pair.Peer.ShutdownSend();
        await pair.ClosedAsync();
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, Declared / 4);
    }

    [Fact]
    public async Task A_flood_of_pings_from_a_peer_that_reads_no_pong_does_not_grow_the_process()
    {
        await using HostilePeer pair = await HostilePeer.OpenAsync();
        byte[] batch = [.. Enumerable.Repeat(ServerFrame.Encode(Opcodes.Ping, new byte[125]), 1000).SelectMany(f => f)];
        byte[] mark = ServerFrame.Text("after the flood");
        const int Batches = 400; // 50 MB of pings
        TaskCompletionSource marked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        pair.Socket.OnMessage = _ => marked.TrySetResult();

        long before = GC.GetTotalMemory(forceFullCollection: true);
        Task flood = Task.Run(async () =>
        {
            for (int i = 0; i < Batches; i++)
                await pair.Peer.WriteAsync(batch, Token);
            await pair.Peer.WriteAsync(mark, Token);
        }, Token);

        // Either the socket reads on and keeps no more than the newest pongs (RFC 6455, section 5.5.3), or it stops reading: both are bounded.
        await Task.WhenAny(marked.Task, Task.Delay(TimeSpan.FromSeconds(5), Token));
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(grown, long.MinValue, 8 * 1024 * 1024);

        Task<PeerEnd> draining = pair.Peer.ReadToEndAsync(Token); // Now it reads: everything goes on.
        await marked.Task.WaitAsync(HostilePeer.Limit, Token);
        await flood.WaitAsync(HostilePeer.Limit, Token);
        pair.Socket.Abort();
        await draining.WaitAsync(HostilePeer.Limit, Token);
    }
}
