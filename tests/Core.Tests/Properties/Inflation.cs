using System.IO.Compression;

namespace NetWebSockets.Tests.Properties;

/// <summary>Inflates the messages of one direction, one after the other (RFC 7692, section 7.2.2), with nothing but the platform's inflater.</summary>
internal sealed class Inflation : IDisposable
{
    private readonly MemoryStream _compressed = new();
    private readonly DeflateStream _inflater;

    public Inflation() => _inflater = new DeflateStream(new Unseekable(_compressed), CompressionMode.Decompress);

    public byte[] Inflate(byte[] payload)
    {
        _compressed.SetLength(0);
        _compressed.Write([.. payload, 0, 0, 0xFF, 0xFF]);
        _compressed.Position = 0;
        MemoryStream message = new();
        byte[] room = new byte[8192];
        while (_inflater.Read(room) is var count and > 0)
            message.Write(room, 0, count);
        return message.ToArray();
    }

    public void Dispose() => _inflater.Dispose();

    // An inflater would go back in a stream that can seek.
    private sealed class Unseekable(MemoryStream source) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => source.Read(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
