using System.Buffers.Binary;
using System.Buffers.Text;

namespace NetWebSockets.Benchmarks.Server;

/// <summary>
/// Answers every call with the same result, by putting the request's id into a reply made ahead: a server that reads no JSON is not what is measured. All
/// that one read brought is answered in one write. Returns when the client closes or leaves.
/// </summary>
internal static class CallServer
{
    public static void Serve(Stream stream, bool jsonRpc)
    {
        ReadOnlySpan<byte> before = jsonRpc ? "{\"jsonrpc\":\"2.0\",\"id\":"u8 : "{\"id\":"u8;
        ReadOnlySpan<byte> after = ",\"result\":{\"value\":3}}"u8;
        byte[] incoming = new byte[256 * 1024];
        byte[] outgoing = new byte[256 * 1024];
        int held = 0;
        while (true)
        {
            int count = stream.Read(incoming.AsSpan(held));
            if (count == 0)
                return;
            held += count;
            int at = 0;
            int written = 0;
            while (Frames.TryReadHeader(incoming.AsSpan(at, held - at), out int headerLength, out int size) && held - at >= headerLength + size)
            {
                if ((incoming[at] & 0x0F) is not (1 or 2))
                    return;     // the client closes
                Span<byte> payload = incoming.AsSpan(at + headerLength, size);
                Frames.Mask(payload, payload, BinaryPrimitives.ReadUInt32LittleEndian(incoming.AsSpan(at + headerLength - 4)));
                ReadOnlySpan<byte> id = Id(payload);
                written += Frames.WriteHeader(outgoing.AsSpan(written), Frames.Text, before.Length + id.Length + after.Length, masked: false);
                before.CopyTo(outgoing.AsSpan(written));
                id.CopyTo(outgoing.AsSpan(written += before.Length));
                after.CopyTo(outgoing.AsSpan(written += id.Length));
                written += after.Length;
                at += headerLength + size;
            }

            if (written > 0)
                stream.Write(outgoing.AsSpan(0, written));
            incoming.AsSpan(at, held - at).CopyTo(incoming);
            held -= at;
        }
    }

    private static ReadOnlySpan<byte> Id(ReadOnlySpan<byte> json)
    {
        int at = json.IndexOf("\"id\":"u8);
        if (at < 0 || !Utf8Parser.TryParse(json[(at + 5)..], out long _, out int length))
            throw new IOException("A request without an id that is a number.");
        return json.Slice(at + 5, length);
    }
}
