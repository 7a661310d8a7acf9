using System.Runtime.ExceptionServices;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Connections;

/// <summary>
/// A sender with a synchronization context, as the thread of a window has one: writes that take their time go on without it, so that a thread that blocks in a send is woken.
/// </summary>
public sealed class SendContextTests
{
    // Fits what is gathered, and a few of them fill any buffer of the operating system.
    private const int Length = 100_000;
    private const int Count = 200;

    [Fact]
    public async Task A_socket_writes_on_while_the_thread_of_its_sender_waits()
    {
        await using ScriptedServer server = new();
        await using NetWebSocket socket = new(server.Uri);
        using ScriptedPeer peer = await server.AcceptOpenAsync().Soon();
        await socket.Opened.Soon();
        await BlockAsync(peer, () => socket.SendAsync(new byte[Length]).AsTask());
    }

    [Fact]
    public async Task A_connection_writes_on_while_the_thread_of_its_sender_waits()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        using ScriptedPeer peer = await connection.ConnectToAsync(server);
        await BlockAsync(peer, () => connection.SendAsync(MessageKind.Binary, new byte[Length]).AsTask());
    }

    private static async Task BlockAsync(ScriptedPeer peer, Func<Task> send)
    {
        var context = new StandstillContext();
        TaskCompletionSource sending = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<Exception?> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var sender = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            try
            {
                Task[] sends = [.. Enumerable.Range(0, Count).Select(_ => send())];
                sending.SetResult();
                Task.WaitAll(sends, Support.Limit);
                Assert.All(sends, s => Assert.True(s.IsCompletedSuccessfully));
                done.SetResult(null);
            }
            catch (Exception exception)
            {
                done.SetResult(exception);
            }
        });
        sender.Start();
        await sending.Task.Soon();
        for (int i = 0; i < Count; i++)
            Assert.Equal(Length, (await peer.ReadFrameAsync().Soon())!.Payload.Length);
        if (await done.Task.Soon() is { } exception)
            ExceptionDispatchInfo.Throw(exception);
        Assert.Equal(0, context.Posts);
    }

    // Of a thread that is blocked: what is posted to it never runs.
    private sealed class StandstillContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state) => Interlocked.Increment(ref _posts);
    }
}
