using System.Buffers.Binary;

namespace NetWebSockets.Benchmarks.Server;

/// <summary>Sends back what comes: masked frames in, unmasked out, all that one read brought in one write.</summary>
internal static class Echo
{
    public static void Serve(Stream stream, int size)
    {
        int inLength = Frames.ClientLength(size);
        byte[] outHeader = Frames.OfServer(size).AsSpan(0, Frames.ServerLength(size) - size).ToArray();
        byte[] incoming = new byte[Math.Max(256 * 1024, inLength)];
        byte[] outgoing = new byte[incoming.Length];
        int held = 0;
        while (true)
        {
            int count = stream.Read(incoming.AsSpan(held));
            if (count == 0)
                return;
            held += count;
            int at = 0;
            int written = 0;
            for (; held - at >= inLength; at += inLength)
            {
                ReadOnlySpan<byte> frame = incoming.AsSpan(at, inLength);
                if (frame[0] != Frames.Binary)
                    return;     // a close or a ping at the end: nothing more to measure
                outHeader.CopyTo(outgoing, written);
                written += outHeader.Length;
                int payloadAt = inLength - size;
                Frames.Mask(frame[payloadAt..], outgoing.AsSpan(written, size), BinaryPrimitives.ReadUInt32LittleEndian(frame[(payloadAt - 4)..]));
                written += size;
            }

            if (written > 0)
                stream.Write(outgoing.AsSpan(0, written));
            incoming.AsSpan(at, held - at).CopyTo(incoming);
            held -= at;
        }
    }
}
