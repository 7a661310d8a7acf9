using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Servers;

/// <summary>The other side must be right before it can judge: it is tested with the framework's own client.</summary>
public sealed class TestServersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kestrel_echoes_and_keeps_a_ledger()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        using ClientWebSocket client = await ConnectAsync(server.Uri("/echo"));
        await client.SendTextAsync("grüezi", Token);
        (WebSocketMessageType Type, byte[] Data)? echo = await client.ReceiveMessageAsync(Token);
        Assert.Equal("grüezi", Encoding.UTF8.GetString(echo!.Value.Data));
        Assert.Equal("grüezi", (await server.WaitForReceivedAsync(1, Token)).Single().Text);
        await client.CloseAsync((WebSocketCloseStatus)3456, "bye", Token);
        Assert.Equal((WebSocketCloseStatus)3456, client.CloseStatus);
        await server.WaitForNoneLiveAsync(Token);
    }

    [Fact]
    public async Task Kestrel_stopped_gently_says_1001_and_starts_again_on_its_port()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        Uri uri = server.Uri("/echo");
        using ClientWebSocket first = await ConnectAsync(uri);
        Task stopping = server.StopAsync();
        Assert.Null(await first.ReceiveMessageAsync(Token));
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, first.CloseStatus);
        await first.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, Token);
        await stopping.WaitAsync(TimeSpan.FromSeconds(30), Token);
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(uri));

        await server.StartAsync();
        using ClientWebSocket second = await ConnectAsync(uri);
        await server.StopAsync(abruptly: true);
        await Assert.ThrowsAsync<WebSocketException>(() => second.ReceiveMessageAsync(Token));
        Assert.Equal(2, server.ConnectionCount);
    }

    [Fact]
    public async Task Kestrel_speaks_TLS_with_a_leaf_of_the_test_authority()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync(new() { Certificate = TestCertificates.Shared.Localhost });
        using ClientWebSocket client = new();
        client.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => IsTrusted(certificate!);
        await client.ConnectAsync(server.Uri("/close/4001?reason=so%20be%20it"), Token);
        Assert.Null(await client.ReceiveMessageAsync(Token));
        Assert.Equal((4001, "so be it"), ((int)client.CloseStatus!, client.CloseStatusDescription));
    }

    [Fact]
    public void Faulty_leafs_are_not_trusted_and_the_good_one_is()
    {
        TestCertificates all = TestCertificates.Shared;
        Assert.True(IsTrusted(all.Localhost));
        Assert.False(IsTrusted(all.Expired));
        Assert.False(IsTrusted(all.NotYetValid));
        Assert.False(IsTrusted(all.SelfSigned));
        Assert.True(IsTrusted(all.WrongName));
        Assert.False(all.WrongName.MatchesHostname("localhost"));
        Assert.True(all.Localhost.MatchesHostname("127.0.0.1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_scripted_server_handshakes_and_speaks_frames(bool tls)
    {
        await using ScriptedServer server = new(tls ? TestCertificates.Shared.Localhost : null);
        using ClientWebSocket client = new();
        client.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => IsTrusted(certificate!);
        client.Options.AddSubProtocol("v2");
        Task connecting = client.ConnectAsync(server.Uri, Token);
        ScriptedPeer peer = await server.AcceptAsync(Token);
        HandshakeHead request = await peer.AcceptHandshakeAsync("v2", ["Set-Cookie: a=1"], ServerFrame.Text("early"), Token);
        await connecting;
        Assert.Equal("GET / HTTP/1.1", request.RequestLine);
        Assert.Equal("v2", request["Sec-WebSocket-Protocol"]);
        Assert.Equal("v2", client.SubProtocol);
        Assert.Equal("early", Encoding.UTF8.GetString((await client.ReceiveMessageAsync(Token))!.Value.Data));

        await peer.WriteByteByByteAsync(ServerFrame.Encode(Opcodes.Text, "slow"u8, form: LengthForm.Bits16), Token);
        Assert.Equal("slow", Encoding.UTF8.GetString((await client.ReceiveMessageAsync(Token))!.Value.Data));

        byte[] large = new byte[70_000];
        Random.Shared.NextBytes(large);
        Task sending = client.SendAsync(large.AsMemory(), WebSocketMessageType.Binary, true, Token).AsTask();
        ClientFrame frame = (await peer.ReadFrameAsync(Token))!;
        await sending;
        Assert.Equal((true, true, Opcodes.Binary, LengthForm.Bits64), (frame.Fin, frame.Masked, frame.Opcode, frame.Form));
        Assert.Equal(large, frame.Payload);

        peer.Reset();
        await Assert.ThrowsAsync<WebSocketException>(() => client.ReceiveMessageAsync(Token));
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task The_scripted_server_refuses_while_stopped_and_drops_when_told()
    {
        await using ScriptedServer server = new();
        server.StopListening();
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(server.Uri));
        server.AcceptAndDrop = true;
        server.StartListening();
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(server.Uri));
        Assert.NotEqual(0, server.ConnectionCount); // ClientWebSocket's handler tries up to four times by itself.
        server.AcceptAndDrop = false;
        Task<ClientWebSocket> connecting = ConnectAsync(server.Uri);
        await server.AcceptOpenAsync(cancellationToken: Token);
        (await connecting).Dispose();
    }

    [Fact]
    public void Every_frame_of_a_client_can_be_told_in_a_message()
    {
        // A close frame's code is no text.
        ClientFrames.Parse([0x88, 0x82, 0, 0, 0, 0, 0x0F, 0xA0], out List<ClientFrame> frames);
        Assert.Equal("opcode 8, key 00000000, 2 bytes (Bits7): 0FA0", Assert.Single(frames).ToString());
    }

    private static async Task<ClientWebSocket> ConnectAsync(Uri uri)
    {
        ClientWebSocket client = new();
        await client.ConnectAsync(uri, Token);
        return client;
    }

    private static bool IsTrusted(X509Certificate certificate)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(TestCertificates.Shared.Authority);
        return chain.Build((X509Certificate2)certificate);
    }
}
