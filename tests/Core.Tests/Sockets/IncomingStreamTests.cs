using NetWebSockets.Sockets;
using Xunit;

namespace NetWebSockets.Tests.Sockets;

public sealed class IncomingStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_that_was_cut_has_no_end_even_when_the_rest_still_arrives()
    {
        using IncomingStream stream = new();
        ValueTask first = stream.PushAsync("ab"u8.ToArray(), isLast: false);
        Assert.Equal('a', stream.ReadByte());
        stream.Cut(new InvalidOperationException("closed"));
        await first;
        await stream.PushAsync("cd"u8.ToArray(), isLast: true);
        IOException error = await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[4], Token).AsTask());
        Assert.Equal("closed", error.InnerException!.Message);
    }

    [Fact]
    public async Task A_message_that_was_read_to_its_end_cannot_be_cut_any_more()
    {
        using IncomingStream stream = new();
        ValueTask last = stream.PushAsync("ab"u8.ToArray(), isLast: true);
        await stream.ReadExactlyAsync(new byte[2], Token);
        await last;
        stream.Cut(new InvalidOperationException("closed"));
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Token));
    }
}
