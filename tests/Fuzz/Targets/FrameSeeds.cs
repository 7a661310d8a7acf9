using System.Text;
using NetWebSockets.TestServers;

namespace NetWebSockets.Fuzz.Targets;

/// <summary>Sequences of frames that are all right, or wrong in one place: what mutation begins with.</summary>
internal static class FrameSeeds
{
    public static IEnumerable<(string Name, byte[] Wire)> All()
    {
        byte[] text = Encoding.UTF8.GetBytes("a\u00E9\u20AC\U0001F600z");
        yield return ("text", ServerFrame.Text("hello"));
        yield return ("utf8", [.. ServerFrame.Encode(Opcodes.Text, text[..4], fin: false), .. ServerFrame.Continuation(text[4..], fin: true)]);
        yield return ("binary-126", ServerFrame.Binary(new byte[126]));
        yield return ("text-200", ServerFrame.Text(new string('x', 200)));
        yield return ("empty", [.. ServerFrame.Text(""), .. ServerFrame.Binary([])]);
        yield return ("fragments", [.. ServerFrame.Text("a", fin: false), .. ServerFrame.Continuation([], fin: false), .. ServerFrame.Encode(Opcodes.Ping, "p"u8), .. ServerFrame.Continuation("b"u8, fin: true)]);
        yield return ("control", [.. ServerFrame.Encode(Opcodes.Ping, new byte[125]), .. ServerFrame.Encode(Opcodes.Pong, []), .. ServerFrame.Encode(Opcodes.Ping, [])]);
        yield return ("close", [.. ServerFrame.Text("last"), .. ServerFrame.Close(1000, "bye")]);
        yield return ("close-empty", ServerFrame.Close());
        yield return ("long-form", ServerFrame.Encode(Opcodes.Binary, new byte[10], form: LengthForm.Bits64));
        yield return ("huge", ServerFrame.Encode(Opcodes.Binary, new byte[10], form: LengthForm.Bits64, declaredLength: 1 << 17));
        yield return ("conversation",
        [
            .. ServerFrame.Text("one"), .. ServerFrame.Binary([1], fin: false), .. ServerFrame.Encode(Opcodes.Pong, "x"u8), .. ServerFrame.Continuation([2], fin: true),
            .. ServerFrame.Encode(Opcodes.Ping, "p"u8), .. ServerFrame.Text("two"), .. ServerFrame.Close(4000, "slowly"),
        ]);
    }
}
