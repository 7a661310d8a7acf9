using System.IO.Compression;
using System.Text;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Oracle;

public static partial class Scenarios
{
    private const int Compressed = 4; // RSV1

    // RFC 7692, section 7.2.3.
    private static readonly byte[] Hello = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];
    private static readonly byte[] FinalHello = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];

    private static readonly byte[] FinalStored = [0x01, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F];

    /// <summary>Answers to the offer of permessage-deflate. Those that open exchange a compressed message each way.</summary>
    private static IEnumerable<Scenario> DeflateAnswers()
    {
        string[] answers =
        [
            "permessage-deflate",
            "Permessage-Deflate",
            "permessage-deflate; server_no_context_takeover",
            "permessage-deflate; client_no_context_takeover",
            "permessage-deflate; Server_No_Context_Takeover",
            "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11",
            "permessage-deflate;server_no_context_takeover;client_max_window_bits=11",
            "permessage-deflate ;  client_max_window_bits  =  10",
            "permessage-deflate; server_no_context_takeover=1",
            "permessage-deflate; server_no_context_takeover=\"\"",
            "permessage-deflate; server_no_context_takeover=",
            "permessage-deflate; client_no_context_takeover=true",
            "permessage-deflate; client_no_context_takeover=\"true\"",
            "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
            "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
            "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
            "permessage-deflate; client_max_window_bits=10; client_max_window_bits=11",
            "permessage-deflate; foo",
            "permessage-deflate; foo=1",
            "permessage-deflate; server_max_window_bits=10; foo",
            "permessage-deflate, permessage-deflate",
            "permessage-deflate; client_max_window_bits=10, permessage-deflate",
            "permessage-deflate, x-unknown",
            "x-unknown, permessage-deflate",
            "x-webkit-deflate-frame",
            "permessage-bzip2",
            "permessage-deflate;",
            "permessage-deflate; ; client_max_window_bits=10",
            ";permessage-deflate",
            "permessage-deflate,",
            ",permessage-deflate",
            "permessage-deflate,,",
            ",",
            " , ,",
            "   ",
            ";",
            "=",
            "permessage-deflate; =10",
            "permessage-deflate=1",
            "permessage-deflate client_max_window_bits=10",
            "permessage-deflate/1",
            "\"permessage-deflate\"",
            "permessage-deflate; client_max_window_bits=\"10",
            "permessage-deflate; client_max_window_bits=10\"",
            "permessage-deflate; client_max_window_bits=\"1\\0\"",
            "permessage-deflate; client_max_window_bits=\"10 \"",
            "permessage-deflate; client_max_window_bits='10'",
            "permessage-d\u00E9flate",
        ];
        foreach (string answer in answers)
            yield return Agreed($"extensions '{answer}'", $"Sec-WebSocket-Extensions: {answer}\r\n");
        foreach (string side in new[] { "server", "client" })
        {
            foreach (string value in new[] { "", "=", "=\"\"", "=0", "=7", "=8", "=9", "=15", "=16", "=08", "=010", "=015", "=100", "=-8", "=+8", "=8.0", "=1e1", "=0xA", "=10x", "=\"10\"", "=256", "=4294967306" })
                yield return Agreed($"extensions 'permessage-deflate; {side}_max_window_bits{value}'", $"Sec-WebSocket-Extensions: permessage-deflate; {side}_max_window_bits{value}\r\n");
        }

        yield return Agreed("permessage-deflate in two lines", "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");
        yield return Agreed("permessage-deflate in one line and nothing in another", "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Extensions:\r\n");
        yield return Agreed("nothing in one line of extensions and permessage-deflate in another", "Sec-WebSocket-Extensions:\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");
        yield return Agreed("permessage-deflate in one line and another extension in another", "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Extensions: x-unknown\r\n");
        yield return Agreed("permessage-deflate under a name in other capitals", "sec-websocket-EXTENSIONS: permessage-deflate\r\n");
        yield return Answer("an empty extensions header where permessage-deflate was offered", Good + "Sec-WebSocket-Extensions:\r\n\r\n") with { Deflate = true };
        yield return Answer("no extensions header where permessage-deflate was offered", Good + "\r\n") with { Deflate = true };
    }

    /// <summary>Good compressed messages in every shape.</summary>
    private static IEnumerable<Scenario> DeflateFrames()
    {
        byte[] ping = ServerFrame.Encode(Opcodes.Ping, "p"u8);
        byte[][] inTurn = [.. DeflateInTurn("first message", "first message", "first message, again")];
        byte[] euro = Deflate([0xE2, 0x82, 0xAC]);
        byte[] large = new byte[1024 * 1024];

        yield return Inflated("a compressed text", CompressedText(Hello));
        yield return Inflated("a compressed binary", ServerFrame.Encode(Opcodes.Binary, Hello, rsv: Compressed));
        yield return Inflated("a plain text although deflate was agreed on", ServerFrame.Text("plain"));
        yield return Inflated("a plain binary although deflate was agreed on", ServerFrame.Binary("plain"u8));
        yield return Inflated("a plain text between compressed ones that refer to each other", CompressedText(inTurn[0]), ServerFrame.Text("plain"), CompressedText(inTurn[1]));
        yield return Inflated("compressed messages that refer to those before", [.. inTurn.Select(m => CompressedText(m))]);
        yield return Inflated("a compressed text in fragments with a ping between", ServerFrame.Encode(Opcodes.Text, Hello.AsSpan(0, 3), fin: false, rsv: Compressed), ping, ServerFrame.Continuation(Hello.AsSpan(3), fin: true));
        yield return Inflated("a compressed text with a byte in each fragment", [ServerFrame.Encode(Opcodes.Text, Hello.AsSpan(0, 1), fin: false, rsv: Compressed), .. Hello[1..].Select(b => ServerFrame.Continuation([b], fin: false)), ServerFrame.Continuation([], fin: true)]);
        yield return Inflated("a plain text in fragments although deflate was agreed on", ServerFrame.Text("pl", fin: false), ping, ServerFrame.Continuation("ain"u8, fin: true));
        yield return Inflated("a character split over compressed fragments", ServerFrame.Encode(Opcodes.Text, euro.AsSpan(0, 2), fin: false, rsv: Compressed), ServerFrame.Continuation(euro.AsSpan(2), fin: true));
        yield return Inflated("a compressed text of no bytes", CompressedText([]));
        yield return Inflated("a compressed text of one zero byte", CompressedText([0x00]));
        yield return Inflated("a compressed binary of no bytes", ServerFrame.Encode(Opcodes.Binary, [], rsv: Compressed));
        yield return Inflated("a compressed text of 03 00, an empty final block", CompressedText([0x03, 0x00]));
        yield return Inflated("a compressed text of 02 00, an empty block with fixed codes", CompressedText([0x02, 0x00]));
        yield return Inflated("a compressed text of empty fragments", ServerFrame.Encode(Opcodes.Text, [], fin: false, rsv: Compressed), ServerFrame.Continuation([], fin: false), ServerFrame.Continuation([0x00], fin: true));
        yield return Inflated("a stored block", CompressedText([0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00]));
        yield return Inflated("two blocks in one message", CompressedText([0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00]));
        yield return Inflated("a message that ends with the tail that should be left out", CompressedText([.. Hello, 0x00, 0xFF, 0xFF, 0x00]));
        yield return Inflated("a hundred empty stored blocks", CompressedText([.. Enumerable.Repeat((byte[])[0x00, 0x00, 0x00, 0xFF, 0xFF], 100).SelectMany(b => b), .. Hello]));
        yield return Inflated("a final block and its padding", CompressedText([.. FinalHello, 0x00]));
        yield return Inflated("a final block without padding", CompressedText(FinalHello));
        yield return Inflated("two messages of a final block each, and an ordinary one", CompressedText([.. FinalHello, 0x00]), CompressedText([.. FinalHello, 0x00]), CompressedText(Hello));
        yield return Inflated("a final block, then an ordinary one in the same message", CompressedText([.. FinalHello, .. Hello]));
        yield return Inflated("a final block, then another final one in the same message", CompressedText([.. FinalHello, .. FinalHello, 0x00]));
        yield return Inflated("a final block that ends with another byte than 0, then its padding", CompressedText([.. FinalStored, 0x00]));
        yield return Inflated("a final block in three fragments, its padding in the last", ServerFrame.Encode(Opcodes.Text, FinalStored.AsSpan(0, 7), fin: false, rsv: Compressed), ServerFrame.Continuation(FinalStored.AsSpan(7), fin: false), ServerFrame.Continuation([0x00], fin: true));
        yield return Inflated("a final block and its padding in one fragment, an empty last fragment", ServerFrame.Encode(Opcodes.Text, [.. FinalHello, 0x00], fin: false, rsv: Compressed), ServerFrame.Continuation([], fin: true));
        yield return Inflated("a final block and its padding in one fragment, an ordinary block in the next", ServerFrame.Encode(Opcodes.Text, [.. FinalHello, 0x00], fin: false, rsv: Compressed), ServerFrame.Continuation([0x00, 0x00, 0xFF, 0xFF, .. Hello], fin: true));
        yield return Inflated("a final block in one fragment, an empty last fragment", ServerFrame.Encode(Opcodes.Text, FinalHello, fin: false, rsv: Compressed), ServerFrame.Continuation([], fin: true));
        yield return Inflated("a final block in one fragment, an ordinary one in the next", ServerFrame.Encode(Opcodes.Text, FinalHello, fin: false, rsv: Compressed), ServerFrame.Continuation(Hello, fin: true));
        yield return Inflated("a final block in one fragment, its padding in the next", ServerFrame.Encode(Opcodes.Text, FinalHello, fin: false, rsv: Compressed), ServerFrame.Continuation([0x00], fin: true));
        yield return Inflated("a final block, then something else than padding", CompressedText([.. FinalHello, 0x01]));
        yield return Inflated("a final block that ends with another byte than 0, without padding", CompressedText(FinalStored));
        yield return Inflated("a final block, then two bytes of padding", CompressedText([.. FinalHello, 0x00, 0x00]));
        yield return Inflated("a megabyte of zeros", ServerFrame.Encode(Opcodes.Binary, Deflate(large), rsv: Compressed));
        yield return Inflated("every byte, compressed and in fragments", Cut(Deflate([.. Enumerable.Range(0, 256).Select(i => (byte)i)]), 64));
        yield return Inflated("a reference that reaches 32 KiB back", [.. DeflateFar(32_000).Select(m => ServerFrame.Encode(Opcodes.Binary, m, rsv: Compressed))]);
        yield return Inflated("context takeover although server_no_context_takeover was agreed on", "permessage-deflate; server_no_context_takeover", [.. inTurn.Select(m => CompressedText(m))]);
        yield return Inflated("no context takeover as was agreed on", "permessage-deflate; server_no_context_takeover", CompressedText(inTurn[0]), CompressedText(inTurn[0]));
        foreach (int bits in new[] { 8, 9, 14 })
            yield return Inflated($"a reference farther back than a window of {bits} bits", $"permessage-deflate; server_max_window_bits={bits}", [.. DeflateFar(20_000).Select(m => ServerFrame.Encode(Opcodes.Binary, m, rsv: Compressed))]);
    }

    /// <summary>Compressed messages that break RFC 7692.</summary>
    private static IEnumerable<Scenario> DeflateFaults()
    {
        byte[] part = ServerFrame.Encode(Opcodes.Text, Hello.AsSpan(0, 3), fin: false, rsv: Compressed);
        yield return DeflateFault("RSV1 on a continuation of a compressed text", part, ServerFrame.Encode(Opcodes.Continuation, Hello.AsSpan(3), rsv: Compressed));
        yield return DeflateFault("RSV1 on a continuation of a plain text", ServerFrame.Text("a", fin: false), ServerFrame.Encode(Opcodes.Continuation, Hello, rsv: Compressed));
        yield return DeflateFault("RSV1 on a continuation with nothing to continue", ServerFrame.Encode(Opcodes.Continuation, Hello, rsv: Compressed));
        yield return DeflateFault("RSV1 on a ping although deflate was agreed on", ServerFrame.Encode(Opcodes.Ping, Hello, rsv: Compressed));
        yield return DeflateFault("RSV1 on a pong although deflate was agreed on", ServerFrame.Encode(Opcodes.Pong, [], rsv: Compressed));
        yield return DeflateFault("RSV1 on a close although deflate was agreed on", ServerFrame.Encode(Opcodes.Close, ServerFrame.ClosePayload(1000, []), rsv: Compressed));
        foreach (int rsv in new[] { 1, 2, 3, 5, 6, 7 })
            yield return DeflateFault($"reserved bits {rsv} although only deflate was agreed on", ServerFrame.Encode(Opcodes.Text, Hello, rsv: rsv));
        yield return DeflateFault("a reserved opcode with RSV1", ServerFrame.Encode(3, Hello, rsv: Compressed));
        yield return DeflateFault("a masked compressed text", ServerFrame.Encode(Opcodes.Text, Hello, rsv: Compressed, mask: [1, 2, 3, 4]));
        yield return DeflateFault("a compressed text inside a compressed text", part, CompressedText(Hello));
        yield return DeflateFault("a plain text inside a compressed text", part, ServerFrame.Text("x"));
        yield return DeflateFault("a compressed text inside a plain text", ServerFrame.Text("a", fin: false), CompressedText(Hello));
        yield return DeflateFault("a plain binary inside a plain text although deflate was agreed on", ServerFrame.Text("a", fin: false), ServerFrame.Binary("x"u8));
        yield return DeflateFault("RSV1 and RSV2 on a continuation of a compressed text", part, ServerFrame.Encode(Opcodes.Continuation, Hello.AsSpan(3), rsv: 6));
        yield return DeflateFault("RSV3 on a continuation of a compressed text", part, ServerFrame.Encode(Opcodes.Continuation, Hello.AsSpan(3), rsv: 1));
        yield return DeflateFault("RSV3 on a continuation of a plain text although deflate was agreed on", ServerFrame.Text("a", fin: false), ServerFrame.Encode(Opcodes.Continuation, "b"u8, rsv: 1));
        yield return DeflateFault("a continuation with nothing to continue although deflate was agreed on", ServerFrame.Continuation(Hello, fin: true));
        yield return DeflateFault("FF FF FF as a compressed text", CompressedText([0xFF, 0xFF, 0xFF]));
        yield return DeflateFault("FF FF FF as a compressed binary", ServerFrame.Encode(Opcodes.Binary, [0xFF, 0xFF, 0xFF], rsv: Compressed));
        yield return DeflateFault("a block of the reserved type", CompressedText([0x06, 0x00]));
        yield return DeflateFault("a block of the reserved type in a first fragment", ServerFrame.Encode(Opcodes.Text, [0x06, 0x00], fin: false, rsv: Compressed));
        yield return DeflateFault("a stored block whose two lengths differ", CompressedText([0x00, 0x05, 0x00, 0x00, 0x00, 0x48]));
        yield return DeflateFault("a stored block that is longer than its message", CompressedText([0x00, 0x20, 0x00, 0xDF, 0xFF, 0x48, 0x65]));
        yield return DeflateFault("a stored block that is longer than its message, then another message", CompressedText([0x00, 0x20, 0x00, 0xDF, 0xFF, 0x48, 0x65]), CompressedText(Hello));
        yield return DeflateFault("a compressed text that lacks its last byte", CompressedText(Hello[..^1]));
        yield return DeflateFault("a compressed text that lacks its last three bytes", CompressedText(Hello[..^3]));
        yield return DeflateFault("a compressed text after one that lacked its last byte", Hello[..^1], [CompressedText(Hello)]);
        yield return DeflateFault("a compressed text after one of no bytes", [], [CompressedText(Hello)]);
        yield return DeflateFault("a compressed text after a final block without padding", FinalHello, [CompressedText(Hello)]);
        yield return DeflateFault("a message that refers to one that ended with a final block", [.. FinalHello, 0x00], [CompressedText([0xF2, 0x00, 0x11, 0x00, 0x00])]);
        yield return DeflateFault("a reference back before the beginning", CompressedText([0xF2, 0x00, 0x11, 0x00, 0x00, 0x02, 0x21, 0x00]));
        yield return DeflateFault("dynamic codes that are over-subscribed", CompressedText([0x04, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00]));
        yield return DeflateFault("a compressed text that is not UTF-8", CompressedText(Deflate([0xC3, 0x28])));
        yield return DeflateFault("a compressed text that ends inside a character", CompressedText(Deflate([0x61, 0xE2, 0x82])));
        yield return DeflateFault("a compressed surrogate", CompressedText(Deflate([0xED, 0xA0, 0x80])));
        yield return DeflateFault("a compressed text that is not UTF-8 from its first fragment on", Cut(Deflate([0xC3, 0x28, .. new byte[100]]), 4, Opcodes.Text));
        yield return DeflateFault("a plain text that is not UTF-8 although deflate was agreed on", ServerFrame.Encode(Opcodes.Text, [0xC3, 0x28]));
        yield return DeflateFault("a good text after a bad compressed one", CompressedText([0xFF, 0xFF, 0xFF]), CompressedText(Hello), ServerFrame.Text("plain"));
    }

    /// <summary>What the client sends once permessage-deflate is agreed on.</summary>
    private static IEnumerable<Scenario> DeflateSends()
    {
        string[] agreements =
        [
            "permessage-deflate", "permessage-deflate; client_no_context_takeover", "permessage-deflate; client_max_window_bits=9", "permessage-deflate; client_max_window_bits=8",
            "permessage-deflate; client_no_context_takeover; client_max_window_bits=8", "permessage-deflate; server_no_context_takeover",
        ];
        foreach (string agreed in agreements)
        {
            yield return Sent($"sending a text after '{agreed}'", agreed, new ClientAction("open", "send", Text: "a text that repeats a text that repeats"));
            yield return Sent($"sending bytes after '{agreed}'", agreed, new ClientAction("open", "send bytes", Text: "bytes that repeat bytes that repeat"));
            yield return Sent($"sending the same three times after '{agreed}'", agreed, [.. Enumerable.Repeat(new ClientAction("open", "send", Text: "a text that repeats a text that repeats"), 3)]);
            yield return Sent($"sending 100,000 after '{agreed}'", agreed, new ClientAction("open", "send", Text: "0123456789", Repeat: 10_000));
            yield return Sent($"sending 100,000 bytes after '{agreed}'", agreed, new ClientAction("open", "send bytes", Text: "0123456789", Repeat: 10_000));
        }

        yield return Sent("sending an empty text compressed", "permessage-deflate", new ClientAction("open", "send"));
        yield return Sent("sending empty bytes compressed", "permessage-deflate", new ClientAction("open", "send bytes"));
        yield return Sent("sending an empty text between two others compressed", "permessage-deflate", new("open", "send", Text: "a text a text"), new("open", "send"), new("open", "send", Text: "a text a text"));
        yield return Sent("sending one character compressed", "permessage-deflate", new ClientAction("open", "send", Text: "x"));
        yield return Sent("sending what does not get shorter, with context takeover", "permessage-deflate", new ClientAction("open", "send", Text: "q8Zr!k2"));
        yield return Sent("sending what does not get shorter, without context takeover", "permessage-deflate; client_no_context_takeover", new ClientAction("open", "send", Text: "q8Zr!k2"));
        yield return Sent("sending after a close, compressed", "permessage-deflate", new("open", "close", 1000, "so"), new("open", "send", Text: "after"), new("open", "buffered"));
        yield return Sent("closing with a reason after deflate was agreed on", "permessage-deflate", new ClientAction("open", "close", 3000, "plain plain plain"));
    }

    private static Scenario Agreed(string name, string headers) => new(name, async side =>
    {
        await side.AnswerAsync(Good + headers + "\r\n");
        await side.WriteAsync(CompressedText(Hello));
        await side.ReadMessageAsync();
        await side.SayGoodbyeAsync();
    }, new ClientAction("message", "send", Text: "got it, got it, got it"))
    {
        Deflate = true,
    };

    private static Scenario Inflated(string name, params byte[][] frames) => Inflated(name, "permessage-deflate", frames);

    private static Scenario Inflated(string name, string extensions, params byte[][] frames) => new(name, async side =>
    {
        side.Extensions = extensions;
        await side.OpenAsync([.. frames, ServerFrame.Close(1000, "bye")]);
        await side.ReadCloseAsync();
        if (!side.Ended)
            side.Peer.ShutdownSend();
    })
    {
        Deflate = true,
        IsAlsoSlow = frames.Sum(f => f.Length) < 2000,
    };

    private static Scenario DeflateFault(string name, params byte[][] frames) => DeflateFault(name, Hello, frames);

    // A good compressed message first, which the client answers.
    private static Scenario DeflateFault(string name, byte[] first, byte[][] frames) => new(name, async side =>
    {
        side.Extensions = "permessage-deflate";
        await side.OpenAsync(CompressedText(first));
        await side.ReadAsync();
        await side.WriteAsync([.. frames, ServerFrame.Close(1000, "bye")]);
        await side.ReadCloseAsync();
        if (!side.Ended)
            side.Peer.ShutdownSend();
    }, new ClientAction("first message", "send", Text: "got it"))
    {
        Deflate = true,
        IsAlsoSlow = true,
    };

    private static Scenario Sent(string name, string extensions, params ClientAction[] actions) => new(name, async side =>
    {
        side.Extensions = extensions;
        await side.OpenAsync();
        if (await side.ReadCloseAsync() is { } close)
        {
            await side.WriteAsync(ServerFrame.Encode(Opcodes.Close, close.Payload));
            side.Peer.ShutdownSend();
        }
    }, [.. actions, new("open", "close", 1000, "c")])
    {
        Deflate = true,
    };

    private static byte[] CompressedText(byte[] payload) => ServerFrame.Encode(Opcodes.Text, payload, rsv: Compressed);

    // A compressed message in fragments of at most so many bytes.
    private static byte[][] Cut(byte[] payload, int size, int opcode = Opcodes.Binary) =>
    [
        ServerFrame.Encode(opcode, payload.AsSpan(0, size), fin: false, rsv: Compressed),
        .. payload[size..].Chunk(size).Select(piece => ServerFrame.Continuation(piece, fin: false)),
        ServerFrame.Continuation([], fin: true),
    ];

    private static byte[] Deflate(byte[] message) => DeflateAll([message]).Single();

    private static IEnumerable<byte[]> DeflateInTurn(params string[] messages) => DeflateAll([.. messages.Select(Encoding.UTF8.GetBytes)]);

    // Two messages: noise, and something that refers so far back into it.
    private static IEnumerable<byte[]> DeflateFar(int distance)
    {
        byte[] noise = new byte[distance];
        new Random(5).NextBytes(noise);
        return DeflateAll([noise, noise[..200]]);
    }

    private static IEnumerable<byte[]> DeflateAll(byte[][] messages)
    {
        using MemoryStream all = new();
        using DeflateStream deflater = new(all, CompressionLevel.Optimal);
        List<byte[]> payloads = [];
        foreach (byte[] message in messages)
        {
            int start = (int)all.Length;
            deflater.Write(message);
            deflater.Flush();
            payloads.Add(all.ToArray()[start..^4]);
        }

        return payloads;
    }
}
