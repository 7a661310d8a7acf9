using System.Buffers;
using System.IO.Compression;

namespace NetWebSockets.Protocol;

/// <summary>
/// Compresses messages for permessage-deflate (RFC 7692, section 7.2.1). Not safe from several threads; messages must go out in the order in which they
/// were compressed, unless <see cref="StartOver"/> came between.
/// </summary>
/// <remarks>
/// The platform's compressor always has a window of 32 KiB. A smaller one is kept by starting over whenever a window's length has gone in: nothing can then refer back
/// farther than the window reaches.
/// </remarks>
internal sealed class MessageDeflater : IDisposable
{
    // What a sync flush ends with, and a message leaves out.
    private const int TailLength = 4;

    private readonly Output _output = new();
    private readonly CompressionLevel _level;
    private readonly bool _contextTakeover;
    private readonly int _window;       // 0 for the compressor's own
    private DeflateStream? _deflater;
    private int _given;                 // bytes given to the present compressor, when the window is smaller than its own

    /// <param name="parameters">What was agreed on.</param>
    /// <param name="level">How hard to compress.</param>
    public MessageDeflater(DeflateParameters parameters, CompressionLevel level)
    {
        _level = level;
        _contextTakeover = parameters.ClientContextTakeover;
        _window = parameters.ClientWindowBits < DeflateParameters.MaxWindowBits ? 1 << parameters.ClientWindowBits : 0;
    }

    /// <summary>Whether a message may be left uncompressed after it was compressed: nothing later refers to it.</summary>
    public bool MayTakeBack => !_contextTakeover;

    /// <summary>Compresses one message.</summary>
    /// <param name="message">The message; not empty.</param>
    /// <returns>The payload, valid until the next call.</returns>
    public ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> message)
    {
        _output.Clear();
        Add(message);
        if (!_contextTakeover)
            StartOver();
        return _output.Written[..^TailLength];
    }

    /// <summary>Compresses a part of a message, for a fragment of its own. The last fragment is <see cref="LastFragment"/>.</summary>
    /// <param name="part">The part; not empty.</param>
    /// <returns>The payload, valid until the next call.</returns>
    public ReadOnlySpan<byte> CompressPart(ReadOnlySpan<byte> part)
    {
        _output.Clear();
        Add(part);
        return _output.Written;
    }

    /// <summary>
    /// What ends a message of fragments: the first byte of an empty stored block, whose other four the receiver adds (RFC 7692, section 7.2.3.6).
    /// </summary>
    public static ReadOnlySpan<byte> LastFragment => [0x00];

    /// <summary>Forgets the messages before: what is compressed from here on does not refer to them.</summary>
    public void StartOver()
    {
        if (_deflater is { } deflater)
        {
            _deflater = null;
            _given = 0;
            // What it writes at its end belongs to no message.
            int length = _output.WrittenLength;
            deflater.Dispose();
            _output.WrittenLength = length;
        }
    }

    /// <summary>Gives the buffer back while nothing is sent; the history stays.</summary>
    public void ReleaseBuffer() => _output.Release();

    public void Dispose()
    {
        StartOver();
        _output.Release();
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_window > 0 && _given == _window)
                StartOver();
            int count = _window > 0 ? Math.Min(bytes.Length, _window - _given) : bytes.Length;
            _deflater ??= new DeflateStream(_output, _level, leaveOpen: true);
            _deflater.Write(bytes[..count]);
            // A sync flush (RFC 1951's empty stored block): all that went in comes out, up to a whole byte.
            _deflater.Flush();
            if (_window > 0)
                _given += count;
            bytes = bytes[count..];
        }
    }

    private sealed class Output : Stream
    {
        private const int InitialSize = 4096;

        private byte[] _bytes = [];
        private int _length;

        public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public int WrittenLength
        {
            get => _length;
            set => _length = value;
        }

        public void Clear() => _length = 0;

        public void Release()
        {
            if (_bytes.Length > 0)
                ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
            _length = 0;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            int needed = checked(_length + buffer.Length);
            if (needed > _bytes.Length)
            {
                byte[] grown = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(InitialSize, (int)Math.Min(Array.MaxLength, 2L * _bytes.Length))));
                _bytes.AsSpan(0, _length).CopyTo(grown);
                if (_bytes.Length > 0)
                    ArrayPool<byte>.Shared.Return(_bytes);
                _bytes = grown;
            }

            buffer.CopyTo(_bytes.AsSpan(_length));
            _length = needed;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
