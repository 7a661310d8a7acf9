namespace NetWebSockets.InteropTests.Oracle;

public static partial class Scenarios
{
    private const string Good = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n";

    /// <summary>Answers to the opening handshake; those that open are closed with 1000 by the server.</summary>
    private static IEnumerable<Scenario> Handshakes()
    {
        yield return new Scenario("nothing listens", _ => Task.CompletedTask) { Refused = true };
        yield return new Scenario("the connection ends before a response", async side =>
        {
            await side.Peer.ReadRequestAsync();
            side.Peer.ShutdownSend();
        });
        yield return new Scenario("the connection is reset before a response", async side =>
        {
            await side.Peer.ReadRequestAsync();
            side.Reset();
        });
        yield return Answer("the response ends inside its headers", Good, fin: true);
        yield return Answer("a response that is not HTTP", "hello\r\n\r\n", fin: true);
        yield return Answer("HTTP/1.0 101", Good.Replace("1.1", "1.0", StringComparison.Ordinal) + "\r\n");
        yield return Answer("status 200", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", fin: true);
        yield return Answer("status 200 with all of a 101's headers", Good.Replace("101 Switching Protocols", "200 OK", StringComparison.Ordinal) + "\r\n", fin: true);
        yield return Answer("status 301", "HTTP/1.1 301 Moved\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", fin: true);
        yield return Answer("status 401", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", fin: true);
        yield return Answer("status 403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", fin: true);
        yield return Answer("status 503", "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", fin: true);
        yield return Answer("no Upgrade", Without("Upgrade: websocket\r\n"));
        yield return Answer("a wrong Upgrade", With("Upgrade: websocket", "Upgrade: h2c"));
        yield return Answer("Upgrade in capitals", With("Upgrade: websocket", "Upgrade: WEBSOCKET"));
        yield return Answer("Upgrade twice", With("Upgrade: websocket", "Upgrade: websocket\r\nUpgrade: websocket"));
        yield return Answer("Upgrade as a list", With("Upgrade: websocket", "Upgrade: websocket, h2c"));
        yield return Answer("no Connection", Without("Connection: Upgrade\r\n"));
        yield return Answer("a Connection without upgrade", With("Connection: Upgrade", "Connection: keep-alive"));
        yield return Answer("Connection as a list in other capitals", With("Connection: Upgrade", "Connection: keep-alive, UPGRADE"));
        yield return Answer("no Sec-WebSocket-Accept", Without("Sec-WebSocket-Accept: {accept}\r\n"));
        yield return Answer("a wrong Sec-WebSocket-Accept", With("{accept}", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="));
        yield return Answer("Sec-WebSocket-Accept twice", Good + "Sec-WebSocket-Accept: {accept}\r\n\r\n");
        yield return Answer("Sec-WebSocket-Accept in another case", With("Sec-WebSocket-Accept: {accept}", "sec-websocket-accept:{accept}"));
        yield return Answer("spaces around the Sec-WebSocket-Accept", With("{accept}", "   {accept}  "));
        yield return Answer("a protocol that was not asked for", Good + "Sec-WebSocket-Protocol: v1\r\n\r\n");
        yield return Answer("an empty protocol that was not asked for", Good + "Sec-WebSocket-Protocol:\r\n\r\n");
        yield return Answer("the protocol that was offered", Good + "Sec-WebSocket-Protocol: v2\r\n\r\n") with { Protocols = ["v1", "v2"] };
        yield return Answer("no protocol where two were offered", Good + "\r\n") with { Protocols = ["v1", "v2"] };
        yield return Answer("a protocol that was not offered", Good + "Sec-WebSocket-Protocol: v3\r\n\r\n") with { Protocols = ["v1", "v2"] };
        yield return Answer("a protocol in other capitals", Good + "Sec-WebSocket-Protocol: V1\r\n\r\n") with { Protocols = ["v1", "v2"] };
        yield return Answer("two protocols in two headers", Good + "Sec-WebSocket-Protocol: v1\r\nSec-WebSocket-Protocol: v2\r\n\r\n") with { Protocols = ["v1", "v2"] };
        yield return Answer("two protocols in one header", Good + "Sec-WebSocket-Protocol: v1, v2\r\n\r\n") with { Protocols = ["v1", "v2"] };
        yield return Answer("an empty protocol where two were offered", Good + "Sec-WebSocket-Protocol:\r\n\r\n") with { Protocols = ["v1", "v2"] };
        yield return Answer("an extension nobody knows", Good + "Sec-WebSocket-Extensions: x-unknown\r\n\r\n");
        yield return Answer("an empty extensions header", Good + "Sec-WebSocket-Extensions:\r\n\r\n");
        yield return Answer("a 100 before the 101", "HTTP/1.1 100 Continue\r\n\r\n" + Good + "\r\n");
        yield return Answer("a 103 before the 101", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + Good + "\r\n");
        yield return Answer("lines that end with LF only", Good.Replace("\r\n", "\n", StringComparison.Ordinal) + "\n");
        yield return Answer("a Content-Length on the 101", Good + "Content-Length: 5\r\n\r\n");
        yield return Answer("a Transfer-Encoding on the 101", Good + "Transfer-Encoding: chunked\r\n\r\n");
        yield return Answer("a folded header", Good + "X-Folded: a\r\n b\r\n\r\n");
        yield return Answer("headers of 300 KiB", Good + $"X-Long: {new string('x', 300 * 1024)}\r\n\r\n");
        yield return Answer("headers of 40 KiB", Good + $"X-Long: {new string('x', 40 * 1024)}\r\n\r\n");
        yield return new Scenario("the 101 byte by byte", async side =>
        {
            TestServers.HandshakeHead head = await side.Peer.ReadRequestAsync();
            string response = (Good + "\r\n").Replace("{accept}", head.Accept, StringComparison.Ordinal);
            await side.Peer.WriteByteByByteAsync((byte[])[.. System.Text.Encoding.Latin1.GetBytes(response), .. TestServers.ServerFrame.Close(1000, "so")]);
            await side.ReadCloseAsync();
            side.Peer.ShutdownSend();
        });
    }

    private static string With(string what, string other) => Good.Replace(what, other, StringComparison.Ordinal) + "\r\n";

    private static string Without(string line) => Good.Replace(line, "", StringComparison.Ordinal) + "\r\n";

    private static Scenario Answer(string name, string response, bool fin = false) => new(name, async side =>
    {
        await side.AnswerAsync(response);
        if (fin)
        {
            side.Peer.ShutdownSend();
            return;
        }

        await side.SayGoodbyeAsync();
    });
}
