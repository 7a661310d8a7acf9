using System.Text;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Oracle;

public static partial class Scenarios
{
    private static readonly int[] ReservedOpcodes = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];

    /// <summary>Reserved bits and reserved opcodes in every position.</summary>
    private static IEnumerable<Scenario> ReservedBits()
    {
        byte[] part = ServerFrame.Text("par", fin: false);
        for (int rsv = 1; rsv <= 7; rsv++)
        {
            yield return Fault($"reserved bits {rsv} on an empty text", ServerFrame.Encode(Opcodes.Text, [], rsv: rsv));
            yield return Fault($"reserved bits {rsv} on a binary", ServerFrame.Encode(Opcodes.Binary, "x"u8, rsv: rsv));
            yield return Fault($"reserved bits {rsv} on a continuation", part, ServerFrame.Encode(Opcodes.Continuation, "x"u8, rsv: rsv));
            yield return Fault($"reserved bits {rsv} on a ping", ServerFrame.Encode(Opcodes.Ping, "x"u8, rsv: rsv));
            yield return Fault($"reserved bits {rsv} on a pong", ServerFrame.Encode(Opcodes.Pong, [], rsv: rsv));
            yield return Fault($"reserved bits {rsv} on a close", ServerFrame.Encode(Opcodes.Close, ServerFrame.ClosePayload(1000, []), rsv: rsv));
        }

        foreach (int opcode in ReservedOpcodes)
        {
            yield return Fault($"opcode {opcode}", ServerFrame.Encode(opcode, "x"u8));
            yield return Fault($"opcode {opcode} with nothing in it", ServerFrame.Encode(opcode, []));
            yield return Fault($"opcode {opcode} inside a fragmented message", part, ServerFrame.Encode(opcode, "x"u8));
        }
    }

    /// <summary>Every form of the length.</summary>
    private static IEnumerable<Scenario> Sizes()
    {
        foreach (int length in new[] { 0, 1, 124, 125, 126, 127, 128, 65535, 65536 })
        {
            yield return Echo($"a text of {length}", ServerFrame.Text(new string('*', length)));
            yield return Echo($"a binary of {length}", ServerFrame.Binary(Pattern(length)));
        }

        foreach (int length in new[] { 1, 8, 124, 125 })
        {
            yield return AfterOpen($"a ping of {length} bytes", ServerFrame.Encode(Opcodes.Ping, Pattern(length)), ServerFrame.Close(1000, "bye"));
            yield return AfterOpen($"a pong of {length} bytes", ServerFrame.Encode(Opcodes.Pong, Pattern(length)), ServerFrame.Close(1000, "bye"));
        }

        yield return AfterOpen("a ping of 00 FF FE FD FC FB 00 FF", ServerFrame.Encode(Opcodes.Ping, [0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF]), ServerFrame.Close(1000, "bye"));
        byte[][] pings = [.. Enumerable.Range(0, 10).Select(i => ServerFrame.Encode(Opcodes.Ping, Encoding.ASCII.GetBytes($"payload-{i}")))];
        yield return AfterOpen("ten pings", [.. pings, ServerFrame.Close(1000, "bye")]);
        yield return AfterOpen("pongs nobody asked for, then a ping", ServerFrame.Encode(Opcodes.Pong, []), ServerFrame.Encode(Opcodes.Pong, "unsolicited"u8), ServerFrame.Encode(Opcodes.Ping, "p"u8), ServerFrame.Close(1000, "bye"));
        yield return Fault("a ping of 65536 bytes", ServerFrame.Encode(Opcodes.Ping, new byte[65536]));
        yield return Fault("a pong that is fragmented", ServerFrame.Encode(Opcodes.Pong, "x"u8, fin: false));
        yield return Fault("a ping in two frames", ServerFrame.Encode(Opcodes.Ping, "x"u8, fin: false), ServerFrame.Continuation("y"u8, fin: true));
    }

    /// <summary>Messages in fragments, right and wrong.</summary>
    private static IEnumerable<Scenario> Fragments()
    {
        byte[] one = ServerFrame.Text("fragment1", fin: false);
        byte[] more = ServerFrame.Continuation("fragment2"u8, fin: false);
        byte[] last = ServerFrame.Continuation("fragment3"u8, fin: true);
        byte[] ping = ServerFrame.Encode(Opcodes.Ping, "between"u8);
        byte[] pong = ServerFrame.Encode(Opcodes.Pong, "between"u8);
        byte[] whole = ServerFrame.Text("whole");
        yield return Echo("a text in two fragments", one, last);
        yield return Echo("a text in three fragments", one, more, last);
        yield return Echo("a text in three fragments with pings between", one, ping, more, ping, last);
        yield return Echo("a text in five fragments with pings and pongs between", one, ping, more, pong, more, ping, more, ping, last);
        yield return Echo("a binary in three fragments with a ping between", ServerFrame.Binary(Pattern(100), fin: false), ping, ServerFrame.Continuation(Pattern(100), fin: false), ServerFrame.Continuation(Pattern(3), fin: true));
        yield return Echo("an empty fragment between two full ones", one, ServerFrame.Continuation([], fin: false), last);
        yield return Echo("an empty last fragment", one, ServerFrame.Continuation([], fin: true));
        yield return Echo("an empty first fragment", ServerFrame.Text("", fin: false), last);
        yield return Echo("a text of one byte in each fragment", [ServerFrame.Text("H", fin: false), .. "ello, \u00FCber"u8.ToArray().Select(b => ServerFrame.Continuation([b], fin: false)), ServerFrame.Continuation([], fin: true)]);
        yield return Echo("70,000 bytes in 1,000 fragments", [ServerFrame.Binary(Pattern(70), fin: false), .. Enumerable.Range(1, 998).Select(_ => ServerFrame.Continuation(Pattern(70), fin: false)), ServerFrame.Continuation(Pattern(70), fin: true)]);
        yield return Fault("a continuation with nothing to continue, then a whole text", last, whole);
        yield return Fault("a continuation without FIN and with nothing to continue, then a whole text", more, whole);
        yield return Fault("an empty continuation with nothing to continue", ServerFrame.Continuation([], fin: true));
        yield return Fault("a continuation right after a fragmented message has ended", one, last, more, whole);
        yield return Fault("a continuation after a whole text", whole, last);
        yield return Fault("three continuations with nothing to continue", more, more, last);
        yield return Fault("two first fragments", one, ServerFrame.Text("fragment2", fin: false), last);
        yield return Fault("an empty text inside a fragmented message", one, ServerFrame.Text(""), last);
        yield return Fault("a text inside a fragmented message after a ping", one, ping, whole);
    }

    /// <summary>UTF-8 at and beyond its limits, in one frame and in fragments.</summary>
    private static IEnumerable<Scenario> Utf8()
    {
        string[] good =
        [
            "C2A9", "CEBAE1BDB9CF83CEBCCEB5", "7F", "C280", "DFBF", "E0A080", "ED9FBF", "EE8080", "EFBFBD", "EFBFBE", "EFBFBF", "F0908080", "F09FBFBE", "F48FBFBF",
            "48656C6C6FC2B540C39FC3B6C3A4", "EFB790", "F3BFBFBF",
        ];
        foreach (string hex in good)
        {
            byte[] bytes = Convert.FromHexString(hex);
            yield return Echo($"UTF-8 {hex}", ServerFrame.Encode(Opcodes.Text, bytes));
            if (bytes.Length > 1)
                yield return Echo($"UTF-8 {hex} byte by byte", [ServerFrame.Encode(Opcodes.Text, bytes.AsSpan(0, 1), fin: false), .. bytes[1..].Select(b => ServerFrame.Continuation([b], fin: false)), ServerFrame.Continuation([], fin: true)]);
        }

        string[] bad =
        [
            "CEBAE1BDB9CF83CEBCCEB5EDA080656469746564", "CE", "CEBAE1", "CEBAE1BD", "CEBAE1BDB9CF", "F8888080 80", "FC8480808080", "F7BFBFBF", "FBBFBFBFBF", "FDBFBFBFBFBF", "80", "BF", "808080",
            "C020", "C3", "E020", "F020", "E080", "F08080", "DF", "EFBF", "F7BFBF", "FE", "FF", "FEFEFFFF", "C080", "C1BF", "E08080", "E09FBF", "F0808080", "F08FBFBF", "F8878FBFBF",
            "EDADBF", "EDAEBF", "EDBFBF", "EDA080EDB080", "EDAFBFEDBFBF", "F4908080", "F5808080", "EFBBBFFF",
        ];
        foreach (string hex in bad)
        {
            byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
            yield return Fault($"invalid UTF-8 {hex}", ServerFrame.Encode(Opcodes.Text, bytes));
            yield return Fault($"invalid UTF-8 {hex} in fragments", [ServerFrame.Text("a", fin: false), .. bytes.Select(b => ServerFrame.Continuation([b], fin: false)), ServerFrame.Continuation([], fin: true)]);
        }

        byte[] valid = Convert.FromHexString("CEBAE1BDB9CF83CEBCCEB5");
        yield return Fault("invalid UTF-8 in a second fragment that is not the last, and no more comes", ServerFrame.Encode(Opcodes.Text, valid, fin: false), ServerFrame.Continuation([0xF4, 0x90, 0x80, 0x80], fin: false));
        yield return Fault("invalid UTF-8 after good, in a frame that is not whole yet", ServerFrame.Encode(Opcodes.Text, [.. valid, 0xF4, 0x90], declaredLength: 100));
        yield return Fault("invalid UTF-8 in a fragment that is not whole yet", ServerFrame.Encode(Opcodes.Text, valid, fin: false), ServerFrame.Encode(Opcodes.Continuation, [0xED, 0xA0], fin: false, declaredLength: 100));
        yield return Echo("bytes that are no UTF-8, in a binary", ServerFrame.Binary([0xCE, 0xBA, 0xFF, 0xED, 0xA0, 0x80]));
    }

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(0xFE - (i % 251)))];
}
