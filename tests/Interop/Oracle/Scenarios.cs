using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Oracle;

/// <summary>Everything that is tried on both clients.</summary>
public static partial class Scenarios
{
    // Lazy, for the fields of the other files come first.
    private static readonly Lazy<Dictionary<string, Scenario>> All = new(() => AllOfThem().ToDictionary(s => s.Name, StringComparer.Ordinal));

    /// <summary>The names of all scenarios.</summary>
    public static IEnumerable<Xunit.TheoryDataRow<string>> Names => All.Value.Values.Select(s => new Xunit.TheoryDataRow<string>(s.Name));

    /// <summary>The names of those that Chromium is asked about in every run: its close time-out of 60 s is only waited for when recording.</summary>
    public static IEnumerable<Xunit.TheoryDataRow<string>> ChromiumNames =>
        All.Value.Values.Where(s => Recorded.IsRecording || !s.TakesAMinute).Select(s => new Xunit.TheoryDataRow<string>(s.Name));

    /// <summary>The names of those that are also run byte by byte.</summary>
    public static IEnumerable<Xunit.TheoryDataRow<string>> SlowNames =>
        All.Value.Values.Where(s => s.IsAlsoSlow).Select(s => new Xunit.TheoryDataRow<string>(s.Name));

    /// <summary>Finds a scenario.</summary>
    public static Scenario Get(string name) => All.Value[name];

    private static IEnumerable<Scenario> AllOfThem() =>
    [
        .. Faults(), .. ReservedBits(), .. Utf8(), .. Data(), .. Sizes(), .. Fragments(), .. Closes(), .. Ends(), .. ClientCloses(), .. States(), .. Handshakes(),
        .. DeflateAnswers(), .. DeflateFrames(), .. DeflateFaults(), .. DeflateSends(),
    ];

    // Good data and a close frame, in the packet of the handshake.
    private static Scenario AfterOpen(string name, params byte[][] bytes) => CloseAndWait(name, bytes) with { IsAlsoSlow = true };

    // One message, which the client sends back.
    private static Scenario Echo(string name, params byte[][] bytes) => new(name, async side =>
    {
        await side.OpenAsync(bytes);
        await side.ReadMessageAsync();
        await side.SayGoodbyeAsync();
    }, new ClientAction("message", "echo"))
    {
        IsAlsoSlow = bytes.Sum(b => b.Length) < 1000,
    };

    // After one message has gone each way: a client may or may not show a good message that comes in the same packet as a broken frame.
    private static Scenario Fault(string name, params byte[][] bytes) => new(name, async side =>
    {
        await side.OpenAsync(ServerFrame.Text("ok"));
        await side.ReadAsync();
        await side.WriteAsync(bytes);
    }, new ClientAction("first message", "send", Text: "got it"))
    {
        IsAlsoSlow = true,
    };

    /// <summary>Frames that break RFC 6455.</summary>
    private static IEnumerable<Scenario> Faults()
    {
        byte[] part = ServerFrame.Text("par", fin: false);
        byte[] two = [0xC3, 0x28];
        return
        [
            Fault("RSV1 is set", ServerFrame.Encode(Opcodes.Text, "x"u8, rsv: 4)),
            Fault("RSV2 is set", ServerFrame.Encode(Opcodes.Text, "x"u8, rsv: 2)),
            Fault("RSV3 is set", ServerFrame.Encode(Opcodes.Text, "x"u8, rsv: 1)),
            Fault("RSV1 and RSV3 are set", ServerFrame.Encode(Opcodes.Text, "x"u8, rsv: 5)),
            Fault("opcode 3 without FIN", ServerFrame.Encode(3, "x"u8, fin: false)),
            Fault("a fragmented ping", ServerFrame.Encode(Opcodes.Ping, "x"u8, fin: false)),
            Fault("a fragmented close", ServerFrame.Encode(Opcodes.Close, [], fin: false)),
            Fault("a ping of 126 bytes", ServerFrame.Encode(Opcodes.Ping, new byte[126])),
            Fault("a pong of 126 bytes", ServerFrame.Encode(Opcodes.Pong, new byte[126])),
            Fault("a close of 126 bytes", ServerFrame.Encode(Opcodes.Close, ServerFrame.ClosePayload(1000, new byte[124]))),
            Fault("a masked frame", ServerFrame.Encode(Opcodes.Text, "x"u8, mask: [1, 2, 3, 4])),
            Fault("a masked empty frame", ServerFrame.Encode(Opcodes.Text, [], mask: [1, 2, 3, 4])),
            Fault("a masked ping", ServerFrame.Encode(Opcodes.Ping, [], mask: [1, 2, 3, 4])),
            Fault("a masked close", ServerFrame.Encode(Opcodes.Close, ServerFrame.ClosePayload(1000, []), mask: [1, 2, 3, 4])),
            Fault("a continuation with nothing to continue", ServerFrame.Continuation("x"u8, fin: true)),
            Fault("a continuation without FIN with nothing to continue", ServerFrame.Continuation("x"u8, fin: false)),
            Fault("text inside a fragmented message", part, ServerFrame.Text("x")),
            Fault("binary inside a fragmented message", part, ServerFrame.Binary("x"u8)),
            Fault("invalid UTF-8", ServerFrame.Encode(Opcodes.Text, two)),
            Fault("UTF-8 that ends inside a character", ServerFrame.Encode(Opcodes.Text, [0x61, 0xE2, 0x82])),
            Fault("a surrogate as UTF-8", ServerFrame.Encode(Opcodes.Text, [0xED, 0xA0, 0x80])),
            Fault("an overlong form as UTF-8", ServerFrame.Encode(Opcodes.Text, [0xC0, 0xAF])),
            Fault("UTF-8 beyond U+10FFFF", ServerFrame.Encode(Opcodes.Text, [0xF4, 0x90, 0x80, 0x80])),
            Fault("invalid UTF-8 in a first fragment", ServerFrame.Encode(Opcodes.Text, two, fin: false)),
            Fault("invalid UTF-8 in a continuation", part, ServerFrame.Continuation(two, fin: false)),
            Fault("a character split wrongly over fragments", ServerFrame.Encode(Opcodes.Text, [0xE2], fin: false), ServerFrame.Continuation([0x28], fin: true)),
            Fault("fragments that end inside a character", part, ServerFrame.Continuation([0xE2, 0x82], fin: true)),
            Fault("invalid UTF-8 at the start of a frame that is not whole yet", ServerFrame.Encode(Opcodes.Text, two, declaredLength: 100)),
            Fault("a 16-bit length that fits in 7 bits", ServerFrame.Encode(Opcodes.Text, "x"u8, form: LengthForm.Bits16)),
            Fault("a 64-bit length that fits in 7 bits", ServerFrame.Encode(Opcodes.Text, "x"u8, form: LengthForm.Bits64)),
            Fault("a 64-bit length that fits in 16 bits", ServerFrame.Encode(Opcodes.Binary, new byte[300], form: LengthForm.Bits64)),
            Fault("a ping with a 16-bit length", ServerFrame.Encode(Opcodes.Ping, "x"u8, form: LengthForm.Bits16)),
            Fault("a 64-bit length with its highest bit set", ServerFrame.Encode(Opcodes.Binary, "x"u8, form: LengthForm.Bits64, declaredLength: 0x8000_0000_0000_0001)),
        ];
    }

    /// <summary>Good data in unusual shapes.</summary>
    private static IEnumerable<Scenario> Data()
    {
        byte[] bye = ServerFrame.Close(1000, "bye");
        return
        [
            AfterOpen("empty text and empty binary", ServerFrame.Text(""), ServerFrame.Binary([]), bye),
            AfterOpen("a message of empty fragments", ServerFrame.Text("", fin: false), ServerFrame.Continuation([], false), ServerFrame.Continuation([], true), bye),
            AfterOpen("a character split over three fragments", ServerFrame.Encode(Opcodes.Text, [0xE2], fin: false), ServerFrame.Continuation([0x82], false), ServerFrame.Continuation([0xAC], true), bye),
            AfterOpen("a ping between fragments", ServerFrame.Text("a", fin: false), ServerFrame.Encode(Opcodes.Ping, "p"u8), ServerFrame.Continuation("b"u8, true), bye),
            AfterOpen("three pings in one packet", ServerFrame.Encode(Opcodes.Ping, "1"u8), ServerFrame.Encode(Opcodes.Ping, "2"u8), ServerFrame.Encode(Opcodes.Ping, "3"u8), bye),
            AfterOpen("an empty ping", ServerFrame.Encode(Opcodes.Ping, []), bye),
            AfterOpen("a pong nobody asked for", ServerFrame.Encode(Opcodes.Pong, "p"u8), bye),
            AfterOpen("a zero character in text", ServerFrame.Text("a\0b"), bye),
            AfterOpen("a byte order mark in text", ServerFrame.Encode(Opcodes.Text, [0xEF, 0xBB, 0xBF, 0x61]), bye),
            AfterOpen("a close between fragments", ServerFrame.Text("a", fin: false), bye),
        ];
    }

    /// <summary>Close frames of every kind; the server then reads until the client ends the connection, and answers with FIN.</summary>
    private static IEnumerable<Scenario> Closes()
    {
        foreach (int code in new[]
        {
            0, 1, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 1016, 1100, 2000, 2999,
            3000, 3999, 4000, 4999, 5000, 65535,
        })
            yield return CloseAndWait($"the server closes with {code}", ServerFrame.Close(code, "so"));
        yield return CloseAndWait("the server closes without a code", ServerFrame.Close());
        yield return CloseAndWait("the server closes with 1000 and no reason", ServerFrame.Close(1000));
        yield return CloseAndWait("the server closes with one byte", ServerFrame.Encode(Opcodes.Close, [3]));
        yield return CloseAndWait("the server closes with 123 bytes of reason", ServerFrame.Close(1000, new string('r', 123)));
        yield return CloseAndWait("the server closes with a reason that is not UTF-8", ServerFrame.Encode(Opcodes.Close, ServerFrame.ClosePayload(1000, [0xC3, 0x28])));
        yield return CloseAndWait("the server closes with a reason that ends inside a character", ServerFrame.Encode(Opcodes.Close, ServerFrame.ClosePayload(1000, [0xE2, 0x82])));
        yield return CloseAndWait("the server closes with an emoji in its reason", ServerFrame.Close(4000, "adieu 👋"));
        yield return CloseAndWait("text after the server's close", ServerFrame.Close(1000, "so"), ServerFrame.Text("late"));
        yield return CloseAndWait("a ping after the server's close", ServerFrame.Close(1000, "so"), ServerFrame.Encode(Opcodes.Ping, "late"u8));
        yield return CloseAndWait("a second close after the server's close", ServerFrame.Close(1000, "so"), ServerFrame.Close(1001, "again"));
        yield return CloseAndWait("a broken frame after the server's close", ServerFrame.Close(1000, "so"), ServerFrame.Encode(3, "x"u8, rsv: 7));
        yield return CloseAndWait("text just before the server's close", ServerFrame.Text("last"), ServerFrame.Close(1000, "so"));
        yield return new Scenario("the server closes and never ends the connection", side => side.OpenAsync(ServerFrame.Close(1000, "so")));
        yield return new Scenario("the server closes and resets after the answer", async side =>
        {
            await side.OpenAsync(ServerFrame.Close(1000, "so"));
            await side.ReadCloseAsync();
            side.Reset();
        });
        yield return new Scenario("the server closes and ends the connection at once", async side =>
        {
            await side.OpenAsync(ServerFrame.Close(1000, "so"));
            side.Peer.ShutdownSend();
        });
    }

    /// <summary>Connections that end without a closing handshake.</summary>
    private static IEnumerable<Scenario> Ends()
    {
        byte[] ok = ServerFrame.Text("ok");
        byte[] half = ServerFrame.Text("never whole")[..5];
        yield return Fin("FIN after a message", ok);
        yield return Fin("FIN before any message");
        yield return Fin("FIN inside a frame", ok, half);
        yield return Fin("FIN inside a frame's header", ok, ServerFrame.Encode(Opcodes.Text, new byte[300])[..2]);
        yield return Fin("FIN between fragments", ok, ServerFrame.Text("a", fin: false));
        yield return new Scenario("a reset after a message was answered", async side =>
        {
            await side.OpenAsync(ok);
            await side.ReadAsync();
            side.Reset();
        }, new ClientAction("message", "send", Text: "got it"));
        yield return new Scenario("a reset between fragments", async side =>
        {
            await side.OpenAsync(ok, ServerFrame.Text("a", fin: false));
            await side.ReadAsync();
            side.Reset();
        }, new ClientAction("message", "send", Text: "got it"));
    }

    /// <summary>The client closes.</summary>
    private static IEnumerable<Scenario> ClientCloses()
    {
        yield return Answered("close() without a code", null, "");
        yield return Answered("close(1000)", 1000, "");
        yield return Answered("close(1000, reason)", 1000, "done");
        yield return Answered("close(3000)", 3000, "x");
        yield return Answered("close(4999)", 4999, "y");
        foreach (int code in new[] { 0, 999, 1001, 1002, 1005, 1006, 1011, 1015, 2999, 5000, 65535, 66536 })
            yield return Answered($"close({code})", code, "no") with { Actions = [new("open", "close", code, "no"), new("open", "close", 1000, "yes")] };
        yield return Answered("close with 123 bytes of reason", 1000, new string('r', 123));
        yield return Answered("close with 124 bytes of reason", 1000, "") with
        {
            Actions = [new("open", "close", 1000, new string('r', 124)), new("open", "close", 1000, "shorter")],
        };
        yield return Answered("close twice", 1000, "one") with { Actions = [new("open", "close", 1000, "one"), new("open", "close", 3000, "two")] };
        yield return Answered("send, then close", 1000, "") with
        {
            Actions = [new("open", "send", Text: "a"), new("open", "send", Text: "b"), new("open", "close", 1000, "c")],
        };
        yield return Answered("send after close", 1000, "") with
        {
            Actions =
            [
                new("open", "buffered"), new("open", "close", 1000, "c"), new("open", "send", Text: "late ü"), new("open", "buffered"),
                new("close", "buffered"), new("close", "send", Text: "later"), new("close", "buffered"),
            ],
        };
        yield return Answered("close in the error handler and in the close handler is harmless", 1000, "") with
        {
            Actions = [new("open", "close", 1000, "c"), new("close", "close", 1000, "again")],
        };
        yield return new Scenario("the server answers a close with another code", async side =>
        {
            await side.OpenAsync();
            await side.ReadCloseAsync();
            await side.WriteAsync(ServerFrame.Close(4002, "mine"));
            side.Peer.ShutdownSend();
        }, new ClientAction("open", "close", 4001, "yours"));
        yield return new Scenario("the server answers a close without a code", async side =>
        {
            await side.OpenAsync();
            await side.ReadCloseAsync();
            await side.WriteAsync(ServerFrame.Close());
            side.Peer.ShutdownSend();
        }, new ClientAction("open", "close", 4001, "yours"));
        yield return new Scenario("the server answers a close and never ends the connection", async side =>
        {
            await side.OpenAsync();
            await side.ReadCloseAsync();
            await side.WriteAsync(ServerFrame.Close(4001, "yours"));
        }, new ClientAction("open", "close", 4001, "yours"));
        yield return new Scenario("the server never answers a close", side => side.OpenAsync(), new ClientAction("open", "close", 4001, "yours"))
        {
            TakesAMinute = true,
        };
        yield return new Scenario("the server ends the connection in place of answering a close", async side =>
        {
            await side.OpenAsync();
            await side.ReadCloseAsync();
            side.Peer.ShutdownSend();
        }, new ClientAction("open", "close", 4001, "yours"));
        yield return new Scenario("messages come between close and its answer", async side =>
        {
            await side.OpenAsync();
            await side.ReadCloseAsync();
            await side.WriteAsync(ServerFrame.Text("late"), ServerFrame.Encode(Opcodes.Ping, "p"u8), ServerFrame.Close(4001, "yours"));
            side.Peer.ShutdownSend();
        }, new ClientAction("open", "close", 4001, "yours"));
        yield return new Scenario("a broken frame comes between close and its answer", async side =>
        {
            await side.OpenAsync();
            await side.ReadCloseAsync();
            await side.WriteAsync(ServerFrame.Encode(3, "x"u8));
        }, new ClientAction("open", "close", 4001, "yours"));
        yield return new Scenario("both close at once", async side =>
        {
            await side.OpenAsync(ServerFrame.Text("go"), ServerFrame.Close(4002, "mine"));
            await side.ReadCloseAsync();
            side.Peer.ShutdownSend();
        }, new ClientAction("message", "close", 4001, "yours"));
        yield return new Scenario("close while connecting", async side => await side.Peer.ReadRequestAsync(), new ClientAction("connecting", "close")) { IsWireOpen = true };
        yield return new Scenario("close with a code while connecting", async side => await side.Peer.ReadRequestAsync(), new ClientAction("connecting", "close", 4001, "yours")) { IsWireOpen = true };
        Scenario early = null!;
        early = new Scenario("send while connecting", async side =>
        {
            await early.HasActedWhileConnecting.Task;
            await side.OpenAsync();
            await side.SayGoodbyeAsync();
        }, new ClientAction("connecting", "send", Text: "early"));
        yield return early;
    }

    private static Scenario CloseAndWait(string name, params byte[][] bytes) => new(name, async side =>
    {
        await side.OpenAsync(bytes);
        await side.ReadCloseAsync();
        if (!side.Ended)
            side.Peer.ShutdownSend();
    });

    private static Scenario Answered(string name, int? code, string reason) => new(name, async side =>
    {
        await side.OpenAsync();
        if (await side.ReadCloseAsync() is { } close)
        {
            await side.WriteAsync(ServerFrame.Encode(Opcodes.Close, close.Payload));
            side.Peer.ShutdownSend();
        }
    }, new ClientAction("open", "close", code, reason));

    private static Scenario Fin(string name, params byte[][] bytes) => new(name, async side =>
    {
        await side.OpenAsync(bytes);
        side.Peer.ShutdownSend();
    });
}
