using System.Threading.Channels;
using Xunit;

namespace NetWebSockets.InteropTests.Peers;

/// <summary>The messages of a socket through its message event, one after the other.</summary>
public sealed class Messages
{
    private readonly Channel<object> _data = Channel.CreateUnbounded<object>();

    /// <summary>Takes the socket's message and close events.</summary>
    public Messages(NetWebSocket socket)
    {
        socket.OnMessage = e => _data.Writer.TryWrite(e.Data);
        socket.OnClose = e => _data.Writer.TryComplete(new InvalidOperationException($"closed: {e}"));
    }

    /// <summary>The data of the next message.</summary>
    public Task<object> NextAsync() =>
        _data.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>The next message, which must be text.</summary>
    public async Task<string> TextAsync() => Assert.IsType<string>(await NextAsync());
}
