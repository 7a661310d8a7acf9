namespace NetWebSockets.Benchmarks.Server;

/// <summary>Takes what a client sends and says when all of it is there.</summary>
internal static class Sink
{
    public static void Read(Stream stream, long bytes)
    {
        byte[] buffer = new byte[256 * 1024];
        while (bytes > 0)
        {
            int count = stream.Read(buffer);
            if (count == 0)
                return;
            bytes -= count;
        }

        stream.Write(Frames.OfServer(1));
    }
}
