using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Oracle;

public static partial class Scenarios
{
    /// <summary>What may be called in which state, and connections that end at every stage.</summary>
    private static IEnumerable<Scenario> States()
    {
        ClientAction[] everything =
        [
            new("", "state"), new("", "send", Text: "late"), new("", "send bytes", Text: "late"), new("", "close", 999, "no"), new("", "close", 1000, new string('r', 124)),
            new("", "close", 1000, "again"), new("", "close"), new("", "state"),
        ];
        ClientAction[] At(string when) => [.. everything.Select(a => a with { When = when })];

        yield return new Scenario("a protocol twice", _ => Task.CompletedTask) { Refused = true, Protocols = ["v1", "v1"] };
        yield return new Scenario("a protocol in two cases", _ => Task.CompletedTask) { Refused = true, Protocols = ["v1", "V1"] };
        yield return new Scenario("an empty protocol", _ => Task.CompletedTask) { Refused = true, Protocols = [""] };
        yield return new Scenario("a protocol with a space", _ => Task.CompletedTask) { Refused = true, Protocols = ["v 1"] };
        yield return new Scenario("a protocol with a comma", _ => Task.CompletedTask) { Refused = true, Protocols = ["v,1"] };
        yield return new Scenario("a protocol that is not ASCII", _ => Task.CompletedTask) { Refused = true, Protocols = ["vü"] };
        yield return new Scenario("a protocol with all that a token may hold", _ => Task.CompletedTask) { Refused = true, Protocols = ["!#$%&'*+-.^_`|~9Az"] };
        yield return new Scenario("a protocol with a slash", _ => Task.CompletedTask) { Refused = true, Protocols = ["a/b"] };

        yield return WhileConnecting("send bytes while connecting", new("connecting", "send bytes", Text: "early"), new("connecting", "state"));
        yield return WhileConnecting("bad codes and reasons while connecting", new("connecting", "close", 999, "no"), new("connecting", "close", 1000, new string('r', 124)), new("connecting", "state"));
        yield return WhileConnecting("buffered while connecting", new("connecting", "buffered"), new ClientAction("connecting", "state"));
        yield return new Scenario("everything after close while connecting", async side => await side.Peer.ReadRequestAsync(), [new("connecting", "close"), .. At("connecting")]) { IsWireOpen = true };
        yield return new Scenario("close with a code and without a reason while connecting", async side => await side.Peer.ReadRequestAsync(), new("connecting", "close", 3000), new("connecting", "state")) { IsWireOpen = true };
        yield return new Scenario("everything in the error handler", _ => Task.CompletedTask, At("error")) { Refused = true };
        yield return new Scenario("everything in the close handler", _ => Task.CompletedTask, At("close")) { Refused = true };
        yield return Answered("everything after close while open", 1000, "") with { Actions = [new("open", "close", 1000, "c"), .. At("open")] };
        yield return Answered("everything in the close handler of a clean close", 1000, "") with { Actions = [new("open", "close", 1000, "c"), .. At("close")] };
        yield return new Scenario("everything in the error handler of a broken frame", async side =>
        {
            await side.OpenAsync();
            await side.WriteAsync(ServerFrame.Encode(3, "x"u8));
        }, At("error"));
        yield return new Scenario("everything in the close handler of a connection that ended", async side =>
        {
            await side.OpenAsync();
            side.Peer.ShutdownSend();
        }, At("close"));
        yield return new Scenario("close in a message handler, with more messages in the same packet", async side =>
        {
            await side.OpenAsync(ServerFrame.Text("one"), ServerFrame.Text("two"));
            await side.ReadCloseAsync();
            await side.WriteAsync(ServerFrame.Text("three"), ServerFrame.Close(4001, "yours"));
            side.Peer.ShutdownSend();
        }, new ClientAction("message", "close", 4001, "yours"));
        yield return Answered("texts and bytes in turn, then close", 1000, "") with
        {
            Actions =
            [
                new("open", "send", Text: "ü"), new("open", "send bytes", Text: "ü"), new("open", "send"), new("open", "send bytes"), new("open", "send", Text: "\0"),
                new("open", "send", Text: "x", Repeat: 70_000), new("open", "send bytes", Text: "y", Repeat: 70_000), new("open", "close", 1000, "c"),
            ],
        };
        yield return Answered("lone surrogates in a text", 1000, "") with { Actions = [new("open", "send", Text: "a\uFFFDb"), new("open", "close", 1000, "c\uFFFD")] };
        yield return Answered("a reason of 41 characters and 123 bytes", 1000, "") with { Actions = [new("open", "close", 1000, new string('€', 41))] };
        yield return Answered("a reason of 42 characters and 126 bytes", 1000, "") with { Actions = [new("open", "close", 1000, new string('€', 42)), new("open", "close", 1000, "short")] };
        yield return Answered("close with a code and without a reason", 3000, "");

        // The other party's data around a close.
        byte[] close = ServerFrame.Close(1000, "so");
        yield return CloseAndWait("a fragment, a close, and the rest of the message", ServerFrame.Text("a", fin: false), close, ServerFrame.Continuation("b"u8, fin: true));
        yield return CloseAndWait("256 KiB, then a close", ServerFrame.Text(new string('x', 256 * 1024)), close);
        yield return CloseAndWait("a close of 125 bytes that are not ASCII", ServerFrame.Encode(Opcodes.Close, ServerFrame.ClosePayload(1000, "€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€"u8)));
        yield return CloseAndWait("a close with a 16-bit length", ServerFrame.Encode(Opcodes.Close, ServerFrame.ClosePayload(1000, "x"u8), form: LengthForm.Bits16));
        foreach (string hex in new[] { "C3", "EDA080", "F4908080", "CEBAE1BDB9CF83CEBCCEB5EDA080" })
            yield return CloseAndWait($"a close whose reason is {hex}", ServerFrame.Encode(Opcodes.Close, ServerFrame.ClosePayload(1000, Convert.FromHexString(hex))));

        // Ends in the opening handshake.
        (string Where, string What)[] stages =
        [
            ("inside the status line", Good[..15]), ("after the status line", Good[..34]), ("inside a header's name", Good[..40]), ("inside a header's value", Good[..^8]),
            ("before the blank line", Good), ("inside the blank line", Good + "\r"),
        ];
        foreach ((string where, string what) in stages)
        {
            yield return Answer($"FIN {where}", what, fin: true);
            yield return new Scenario($"a reset {where}", async side =>
            {
                await side.AnswerAsync(what);
                side.Reset();
            });
        }

        // Ends at every stage of a frame, with FIN and with a reset.
        byte[] longText = ServerFrame.Text(new string('x', 300));
        byte[] veryLong = ServerFrame.Text(new string('x', 70_000));
        byte[] ping = ServerFrame.Encode(Opcodes.Ping, "payload"u8);
        (string Where, byte[] What)[] ends =
        [
            ("between frames", []), ("after one byte of a frame", longText[..1]), ("before a 16-bit length", longText[..2]), ("inside a 16-bit length", longText[..3]),
            ("inside a 64-bit length", veryLong[..6]), ("before a payload", longText[..4]), ("inside a payload", longText[..100]), ("one byte before the end of a payload", longText[..^1]),
            ("inside a large payload", veryLong[..^1]), ("inside a ping", ping[..^1]), ("inside a close", close[..^1]), ("before a close's payload", close[..2]),
            ("after a first fragment", ServerFrame.Text("a", fin: false)),
        ];
        foreach ((string where, byte[] what) in ends)
        {
            yield return End($"FIN {where}", what, side => side.Peer.ShutdownSend());
            yield return End($"a reset {where}", what, side => side.Reset());
        }

        yield return new Scenario("FIN inside the answer to a close", async side =>
        {
            await side.OpenAsync();
            await side.ReadCloseAsync();
            await side.WriteAsync(ServerFrame.Close(4001, "yours")[..^2]);
            side.Peer.ShutdownSend();
        }, new ClientAction("open", "close", 4001, "yours"));
        yield return new Scenario("a reset in place of the answer to a close", async side =>
        {
            await side.OpenAsync();
            await side.ReadCloseAsync();
            side.Reset();
        }, new ClientAction("open", "close", 4001, "yours"));
        yield return new Scenario("FIN, then the client sends", async side =>
        {
            await side.OpenAsync(ServerFrame.Text("ok"));
            await side.ReadAsync();
            side.Peer.ShutdownSend();
        }, new("message", "send", Text: "got it"), new("close", "send", Text: "late"));
    }

    private static Scenario WhileConnecting(string name, params ClientAction[] actions)
    {
        Scenario scenario = null!;
        return scenario = new Scenario(name, async side =>
        {
            await scenario.HasActedWhileConnecting.Task;
            await side.OpenAsync();
            await side.SayGoodbyeAsync();
        }, actions);
    }

    private static Scenario End(string name, byte[] bytes, Action<ScriptedSide> end) => new(name, async side =>
    {
        await side.OpenAsync(ServerFrame.Text("ok"));
        await side.ReadAsync();
        await side.WriteAsync(bytes);
        end(side);
    }, new ClientAction("message", "send", Text: "got it"));
}
