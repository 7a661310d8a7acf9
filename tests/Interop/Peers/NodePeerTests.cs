using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace NetWebSockets.InteropTests.Peers;

/// <summary>The ws package from npm, in a process of its own.</summary>
public class NodePeerTests : PeerTests
{
    [Theory]
    [InlineData("")]
    [InlineData("are you there")]
    public async Task A_ping_is_answered_with_its_own_payload(string payload)
    {
        await using NetWebSocket socket = await OpenAsync($"/ping?payload={Uri.EscapeDataString(payload)}");
        Assert.Equal($"pong {payload}", await new Messages(socket).TextAsync());
    }

    [Fact]
    public async Task A_close_without_a_code_shows_as_1005()
    {
        await using NetWebSocket socket = await OpenAsync("/close/1005");
        CloseEvent close = await socket.Closed.WaitAsync(Limit, Token);
        Assert.Equal((1005, "", true), (close.Code, close.Reason, close.WasClean));
    }

    /// <summary>The options of ws' perMessageDeflate, as JSON.</summary>
    protected virtual string? ServerDeflate => null;

    protected override async Task<(IAsyncDisposable Server, Func<string, Uri> Uri)> StartAsync(X509Certificate2? certificate)
    {
        WsServer server = await WsServer.StartAsync(certificate, ServerDeflate);
        return (server, server.Uri);
    }
}
