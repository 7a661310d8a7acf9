using System.Buffers;
using System.IO.Compression;
using System.Text;
using NetWebSockets.Protocol;

namespace NetWebSockets.Sockets;

/// <content>
/// Compression (RFC 7692). Messages are compressed on their senders' threads, one at a time, for each may refer to the one before it: the lock is held from
/// compressing a message until it has its place in the queue, and not while it is written.
/// </content>
internal sealed partial class SendQueue
{
    private readonly Lock? _deflateLock;
    private readonly DeflateParameters? _deflate;
    private readonly MessageDeflater? _deflater;
    private readonly CompressionLevel _deflateLevel;
    private readonly int _deflateThreshold;

    private bool IsCompressed(long length, SendFlags flags) =>
        _deflater is not null && length >= _deflateThreshold && length > 0 && (flags & SendFlags.DisableCompression) == 0;

    private ValueTask SendCompressedText(string text, int byteCount, SendCompletion completion)
    {
        byte[] utf8 = ArrayPool<byte>.Shared.Rent(byteCount);
        try
        {
            Encoding.UTF8.GetBytes(text, utf8);
            return SendCompressed(Opcode.Text, utf8.AsSpan(0, byteCount), completion);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    private ValueTask SendCompressed(Opcode opcode, ReadOnlySpan<byte> payload, SendCompletion completion)
    {
        _deflateLock!.Enter();
        try
        {
            // Before compressing: what the compressor has seen must be sent.
            Enter();
            Admit(payload.Length);
            Exit();

            ReadOnlySpan<byte> sent = _deflater!.Compress(payload);
            bool compressed = !(_deflater.MayTakeBack && sent.Length >= payload.Length);
            if (!compressed)
                sent = payload;
            if (sent.Length > LargeThreshold)
            {
                byte[] rented = ArrayPool<byte>.Shared.Rent(sent.Length);
                sent.CopyTo(rented);
                var draft = new SendDraft
                {
                    Opcode = opcode,
                    Large = rented.AsMemory(0, sent.Length),
                    Rented = rented,
                    Length = payload.Length,
                    Compressed = compressed,
                    HoldsDeflateLock = true,
                };
                _deflater.ReleaseBuffer();
                return Enqueue(draft, completion);
            }

            Enter();
            Admit(payload.Length, bounded: false);
            TailFor(FrameWriter.HeaderLength(sent.Length) + sent.Length).Append(opcode, sent, isData: true, ++_queuedSequence, compressed, payload.Length);
            _bufferedAmount += payload.Length;
            _deflater.ReleaseBuffer();
            _deflateLock.Exit();
        }
        catch
        {
            if (_deflateLock.IsHeldByCurrentThread)
                _deflateLock.Exit();
            throw;
        }

        return Queued(completion);
    }

    // A stream is compressed when it is written, with a compressor of its own. What is queued after it starts over, and so refers neither to it nor past it.
    private ValueTask SendCompressedStream(SendDraft draft, SendCompletion completion)
    {
        draft.Compressed = true;
        draft.HoldsDeflateLock = true;
        _deflateLock!.Enter();
        try
        {
            _deflater!.StartOver();
            return Enqueue(draft, completion);
        }
        catch
        {
            if (_deflateLock.IsHeldByCurrentThread)
                _deflateLock.Exit();
            throw;
        }
    }

    private void ReleaseDeflater()
    {
        if (_deflater is null)
            return;
        lock (_deflateLock!)
            _deflater.Dispose();
    }
}
