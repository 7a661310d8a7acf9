using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using NetWebSockets.Protocol;

namespace NetWebSockets.Sockets;

/// <summary>How far a send waits.</summary>
internal enum SendCompletion
{
    /// <summary>Not at all: the message is in the queue (WHATWG send()).</summary>
    Queued,

    /// <summary>Until it is in the queue and the queue is below its high-water mark.</summary>
    BelowHighWaterMark,

    /// <summary>Until the operating system has all of it.</summary>
    Written,

    /// <summary>The same, and whoever waits goes on on the thread that wrote: for what is ours, is quick and runs nobody's code.</summary>
    WrittenInline,
}

/// <summary>
/// Everything that goes out, in one order for text, bytes and streams. Small frames are gathered, and one write takes all that has
/// gathered. On an idle line the sender writes at once, without a hop; in a burst of sends a pump writes, so that they gather; past 64 KiB the
/// sender writes itself. Control frames go before data, between frames.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Every queue ends in Fail, which disposes the deflater.")]
internal sealed partial class SendQueue : IThreadPoolWorkItem
{
    /// <summary>A larger payload is not gathered but masked and written in pieces.</summary>
    public const int LargeThreshold = 128 * 1024;

    // Of a large payload: what is masked at once. Smaller ones fit the processor's cache better, but each may cost a wait for the peer.
    private const int WritePiece = 512 * 1024;

    // Writes at once within one millisecond and without anything received, after which sends are left to the pump to gather.
    private const int BurstLength = 8;

    private const int MaxPooledWaiters = 256;

    [ThreadStatic]
    private static SendQueue? Corked;

    private readonly Stream _stream;
    private readonly int _highWaterMark;
    private readonly long _maxBufferedAmount;
    private readonly Action<Exception> _onFailed;

    // Guarded by _gate: a spin lock, for what it guards is shorter than a Lock is to take.
    private int _gate;
    private SendBuffer _tail = new();
    private SendBuffer? _spare;
    private ControlQueue? _control;
    private Queue<SendItem>? _items;
    private long _itemBytes;
    private bool _writing;
    private bool _pumpScheduled;
    private bool _completed;
    private Exception? _failure;
    private long _queuedSequence;
    private long _takenSequence;
    private long _writtenSequence;
    private SendWaiter? _firstWaiter;
    private SendWaiter? _lastWaiter;
    private SendWaiter? _pool;
    private int _pooledWaiters;

    private PendingWrite? _pendingWrite;
    private SendItem? _spareItem;

    private long _bufferedAmount;       // written inside the gate
    private long _burstTick;
    private int _burst;

    public SendQueue(Stream stream, DeflateParameters? deflate, NetWebSocketOptions options, Action<Exception> onFailed)
    {
        _stream = stream;
        _highWaterMark = options.SendHighWaterMark;
        _maxBufferedAmount = options.MaxBufferedAmount;
        _onFailed = onFailed;
        if (deflate is not null)
        {
            _deflate = deflate;
            _deflateLock = new Lock();
            _deflateLevel = options.PerMessageDeflate!.Level;
            _deflateThreshold = options.PerMessageDeflate.Threshold;
            _deflater = new MessageDeflater(deflate, _deflateLevel);
        }
    }

    /// <summary>Application data that has been queued and not been handed to the operating system.</summary>
    public long BufferedAmount => Volatile.Read(ref _bufferedAmount);

    /// <summary>Something was received: a send that answers it is no burst.</summary>
    public void OnReceived() => _burst = 0;

    /// <summary>Several messages were received at once: sends that answer them, wherever they are made, are a burst.</summary>
    public void OnReceivedSeveral()
    {
        _burstTick = Environment.TickCount64;
        _burst = BurstLength;
    }

    /// <summary>Sends made on this thread from here on are gathered until <see cref="Uncork"/>.</summary>
    public void Cork() => Corked = this;

    /// <summary>Writes what has gathered since <see cref="Cork"/>.</summary>
    public void Uncork()
    {
        Corked = null;
        bool write;
        Enter();
        write = !_writing && _failure is null && HasWork;
        if (write)
            _writing = true;
        Exit();
        if (write)
            Write();
    }

    /// <summary>Whether nothing can be queued any more: the close frame has been, or the queue has failed.</summary>
    public bool TakesNoMore => Volatile.Read(ref _completed) || Volatile.Read(ref _failure) is not null;

    /// <summary>Queues one message.</summary>
    /// <exception cref="SendException">Nothing of it was, or will be, sent.</exception>
    public ValueTask Send(Opcode opcode, ReadOnlySpan<byte> payload, SendCompletion completion, SendFlags flags = SendFlags.None)
    {
        if (IsCompressed(payload.Length, flags))
            return SendCompressed(opcode, payload, completion);
        if (payload.Length > LargeThreshold)
        {
            byte[] rented = ArrayPool<byte>.Shared.Rent(payload.Length);
            payload.CopyTo(rented);
            return Enqueue(new SendDraft { Opcode = opcode, Large = rented.AsMemory(0, payload.Length), Rented = rented, Length = payload.Length }, completion);
        }

        Enter();
        Admit(payload.Length);
        TailFor(FrameWriter.HeaderLength(payload.Length) + payload.Length).Append(opcode, payload, isData: true, ++_queuedSequence);
        _bufferedAmount += payload.Length;
        return Queued(completion);
    }

    /// <summary>Queues one text message.</summary>
    /// <exception cref="SendException">Nothing of it was, or will be, sent.</exception>
    public ValueTask SendText(string text, SendCompletion completion, SendFlags flags = SendFlags.None)
    {
        int byteCount = Encoding.UTF8.GetByteCount(text);
        if (IsCompressed(byteCount, flags))
            return SendCompressedText(text, byteCount, completion);
        if (byteCount > LargeThreshold)
        {
            byte[] rented = ArrayPool<byte>.Shared.Rent(byteCount);
            Encoding.UTF8.GetBytes(text, rented);
            return Enqueue(new SendDraft { Opcode = Opcode.Text, Large = rented.AsMemory(0, byteCount), Rented = rented, Length = byteCount }, completion);
        }

        Enter();
        Admit(byteCount);
        TailFor(FrameWriter.HeaderLength(byteCount) + byteCount).AppendText(text, byteCount, ++_queuedSequence);
        _bufferedAmount += byteCount;
        return Queued(completion);
    }

    /// <summary>Sends a message that the caller leaves alone until the task is done; a large one is not copied.</summary>
    public ValueTask SendBorrowed(Opcode opcode, ReadOnlyMemory<byte> payload, SendCompletion completion, SendFlags flags = SendFlags.None) =>
        payload.Length > LargeThreshold && !IsCompressed(payload.Length, flags)
            ? Enqueue(new SendDraft { Opcode = opcode, Large = payload, Length = payload.Length }, SendCompletion.Written)
            : Send(opcode, payload.Span, completion, flags);

    /// <summary>Sends the rest of a stream as one binary message, in fragments.</summary>
    public ValueTask SendStream(Stream source, SendCompletion completion, SendFlags flags = SendFlags.None)
    {
        var draft = new SendDraft { Opcode = Opcode.Binary, Source = source, Length = source.CanSeek ? Math.Max(0, source.Length - source.Position) : 0 };
        return IsCompressed(long.MaxValue, flags) ? SendCompressedStream(draft, completion) : Enqueue(draft, completion);
    }

    /// <summary>Sends a ping or pong, before data that waits. Does nothing when the queue has failed.</summary>
    public void SendControl(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        Enter();
        if (_failure is not null || _completed)
        {
            Exit();
            return;
        }

        (_control ??= new ControlQueue()).Add(opcode, payload);
        bool write = !_writing && Corked != this;
        if (write)
            _writing = true;
        Exit();
        if (write)
            Write();
    }

    /// <summary>Queues the close frame behind everything; nothing can be queued after it.</summary>
    /// <returns>Done when it is written; faulted when it could not be.</returns>
    public ValueTask SendClose(ReadOnlySpan<byte> body)
    {
        Enter();
        if (_completed)
        {
            Exit();
            return ValueTask.CompletedTask;
        }

        if (_failure is { } failure)
        {
            Exit();
            return ValueTask.FromException(NotSent(failure));
        }

        TailFor(FrameWriter.HeaderLength(body.Length) + body.Length).Append(Opcode.Close, body, isData: false, ++_queuedSequence);
        _completed = true;
        return Queued(SendCompletion.Written);
    }

    /// <summary>Fails everything that has not been written, and all that comes.</summary>
    public void Fail(Exception cause)
    {
        Enter();
        if (_failure is not null)
        {
            Exit();
            return;
        }

        _failure = cause;
        SendWaiter? waiter = _firstWaiter;
        _firstWaiter = _lastWaiter = null;
        long taken = _takenSequence;
        if (!_writing)
            ReleaseAll();
        Exit();
        ReleaseDeflater();
        CompleteFailed(waiter, taken, cause);
    }

    /// <summary>The pump: writes what has gathered.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        Enter();
        _pumpScheduled = false;
        bool write = !_writing && _failure is null && HasWork;
        if (write)
            _writing = true;
        Exit();
        if (write)
            Write();
    }

    private bool HasWork => _control is { IsEmpty: false } || !_tail.IsEmpty || _items is { Count: > 0 };

    private struct SendDraft
    {
        public Opcode Opcode;
        public ReadOnlyMemory<byte> Large;
        public byte[]? Rented;
        public Stream? Source;
        public long Length;             // of the message as far as it is known, before compression
        public bool Compressed;
        public bool HoldsDeflateLock;   // to be released once the message has its place
    }

    private ValueTask Enqueue(SendDraft draft, SendCompletion completion)
    {
        Enter();
        try
        {
            // What has been compressed has been admitted before that.
            Admit(draft.Length, bounded: !draft.HoldsDeflateLock || draft.Source is not null);
        }
        catch
        {
            if (draft.Rented is not null)
                ArrayPool<byte>.Shared.Return(draft.Rented);
            throw;
        }

        SealTail();
        _items ??= new Queue<SendItem>();
        _items.Enqueue(new SendItem
        {
            Large = draft.Large,
            Rented = draft.Rented,
            Source = draft.Source,
            Opcode = draft.Opcode,
            IsCompressed = draft.Compressed,
            Sequence = ++_queuedSequence,
            Unwritten = draft.Length,
        });
        _itemBytes += draft.Length;
        _bufferedAmount += draft.Length;
        if (draft.HoldsDeflateLock)
            _deflateLock!.Exit();
        return Queued(completion);
    }

    // Called inside the gate; leaves it when it throws.
    private void Admit(long payloadLength, bool bounded = true)
    {
        if (_failure is { } failure)
        {
            Exit();
            throw NotSent(failure);
        }

        if (_completed)
        {
            Exit();
            throw new SendException(SendOutcome.NotSent, "The socket is closing: nothing can be sent after the close frame.");
        }

        if (bounded && _bufferedAmount + payloadLength > _maxBufferedAmount && _bufferedAmount > 0)
        {
            Exit();
            throw new SendException(
                SendOutcome.NotSent,
                $"{_bufferedAmount} bytes are already buffered and MaxBufferedAmount is {_maxBufferedAmount}. Await SendAsync, which waits for the peer, instead of calling Send.");
        }
    }

    // The buffer for the next frame; inside the gate.
    private SendBuffer TailFor(int frameLength)
    {
        if (!_tail.HasRoomFor(frameLength))
            SealTail();
        return _tail;
    }

    private void SealTail()
    {
        if (_tail.IsEmpty)
            return;
        _items ??= new Queue<SendItem>();
        SendItem item = _spareItem ?? new SendItem();
        _spareItem = null;
        item.Buffer = _tail;
        item.Sequence = _tail.LastSequence;
        item.Unwritten = _tail.PayloadBytes;
        _items.Enqueue(item);
        _itemBytes += _tail.Length;
        _tail = _spare ?? new SendBuffer();
        _spare = null;
    }

    // Inside the gate, after a message has been queued; leaves the gate.
    private ValueTask Queued(SendCompletion completion)
    {
        long pending = _itemBytes + _tail.Length;
        bool write = false;
        if (!_writing)
        {
            if (completion == SendCompletion.Written || pending >= SendBuffer.Size)
            {
                write = true;
            }
            else if (Corked != this && !_pumpScheduled)
            {
                // Whoever awaits every write makes no burst by itself: only answers to several messages at once do.
                if (completion == SendCompletion.WrittenInline ? _burst >= BurstLength && IsBurst() : IsBurst())
                {
                    _pumpScheduled = true;
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                }
                else
                {
                    write = true;
                }
            }
        }

        long sequence = _queuedSequence;
        if (write)
        {
            _writing = true;
            Exit();
            Write();
            if (completion == SendCompletion.Queued)
                return ValueTask.CompletedTask;
            Enter();
            pending = _itemBytes + _tail.Length;
        }

        bool wait = completion switch
        {
            SendCompletion.Written or SendCompletion.WrittenInline => true,
            SendCompletion.BelowHighWaterMark => pending > _highWaterMark,
            _ => false,
        };
        if (!wait || _writtenSequence >= sequence)
        {
            Exit();
            return ValueTask.CompletedTask;
        }

        if (_failure is { } failure)
        {
            long taken = _takenSequence;
            Exit();
            return ValueTask.FromException(Failed(sequence, taken, failure));
        }

        SendWaiter waiter = RentWaiter();
        waiter.Start(sequence, inline: completion == SendCompletion.WrittenInline);
        ValueTask task = waiter.Task;
        AddWaiter(waiter);
        Exit();
        return task;
    }

    /// <summary>A waiter has told its outcome, and may be used again.</summary>
    public void Return(SendWaiter waiter)
    {
        waiter.Next = null;
        Enter();
        if (_pooledWaiters < MaxPooledWaiters)
        {
            waiter.Next = _pool;
            _pool = waiter;
            _pooledWaiters++;
        }

        Exit();
    }

    // Inside the gate.
    private SendWaiter RentWaiter()
    {
        if (_pool is not { } waiter)
            return new SendWaiter(this);
        _pool = waiter.Next;
        waiter.Next = null;
        _pooledWaiters--;
        return waiter;
    }

    // In the order of their messages; one that wrote itself may come after others that queued behind it.
    private void AddWaiter(SendWaiter waiter)
    {
        if (_lastWaiter is null)
        {
            _firstWaiter = _lastWaiter = waiter;
        }
        else if (_lastWaiter.Sequence <= waiter.Sequence)
        {
            _lastWaiter.Next = waiter;
            _lastWaiter = waiter;
        }
        else if (_firstWaiter!.Sequence > waiter.Sequence)
        {
            waiter.Next = _firstWaiter;
            _firstWaiter = waiter;
        }
        else
        {
            SendWaiter before = _firstWaiter;
            while (before.Next!.Sequence <= waiter.Sequence)
                before = before.Next;
            waiter.Next = before.Next;
            before.Next = waiter;
        }
    }

    // Many sends in a row with nothing received between them: gather them. The clock is only read where a system call follows anyway.
    private bool IsBurst()
    {
        if (_burst >= BurstLength && Environment.TickCount64 - _burstTick <= 1)
        {
            _burstTick = Environment.TickCount64;
            return true;
        }

        long now = Environment.TickCount64;
        if (now != _burstTick)
        {
            _burstTick = now;
            _burst = 0;
        }

        _burst++;
        return false;
    }

    // By whoever set _writing: writes until nothing is left, on this thread as long as the writes complete at once.
    private void Write()
    {
        SendBuffer? buffer = null;
        try
        {
            while (TryTake(out buffer, out SendItem? item))
            {
                if (buffer is null)
                {
                    _ = WriteItemsAsync(item!);
                    return;
                }

                ValueTask write = _stream.WriteAsync(buffer.Written);
                if (!write.IsCompletedSuccessfully)
                {
                    GoOnAfter(write, buffer, item);
                    return;
                }

                write.GetAwaiter().GetResult();
                OnWritten(buffer, item);
            }
        }
        catch (Exception exception)
        {
            buffer?.Release();
            OnWriteFailed(exception);
        }
    }

    // There is one write at a time, so that what it needs to go on has its place, and nothing is allocated for it.
    private void GoOnAfter(ValueTask write, SendBuffer buffer, SendItem? item) => (_pendingWrite ??= new PendingWrite(this)).Await(write, buffer, item);

    private void OnPendingWritten(SendBuffer buffer, SendItem? item, Exception? failure)
    {
        if (failure is not null)
        {
            buffer.Release();
            OnWriteFailed(failure);
            return;
        }

        OnWritten(buffer, item);
        Write();
    }

    // A large message or a stream, and those right behind it.
    private async Task WriteItemsAsync(SendItem item)
    {
        try
        {
            await WriteItemAsync(item).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            OnWriteFailed(exception);
            return;
        }

        Write();
    }

    // What to write next; gives up _writing when there is nothing. Either a buffer of frames (with its item when it stood in the queue) or a large item.
    private bool TryTake(out SendBuffer? buffer, out SendItem? item)
    {
        buffer = null;
        item = null;
        Enter();
        if (_failure is not null)
        {
            _writing = false;
            ReleaseAll();
            Exit();
            return false;
        }

        if (_control is { IsEmpty: false })
        {
            buffer = _control.Take();
        }
        else if (_items is { Count: > 0 })
        {
            item = _items.Dequeue();
            buffer = item.Buffer;
            _takenSequence = item.Sequence;
            _itemBytes -= buffer?.Length ?? item.Unwritten;
        }
        else if (!_tail.IsEmpty)
        {
            buffer = _tail;
            _takenSequence = buffer.LastSequence;
            _tail = _spare ?? new SendBuffer();
            _spare = null;
        }
        else
        {
            _writing = false;
            Exit();
            return false;
        }

        Exit();
        return true;
    }

    private void OnWritten(SendBuffer buffer, SendItem? item)
    {
        long sequence = item?.Sequence ?? buffer.LastSequence;
        if (item is not null)
            item.Buffer = null;
        long payloadBytes = buffer.PayloadBytes;
        buffer.Release();
        Enter();
        _bufferedAmount -= payloadBytes;
        _spare ??= buffer;
        _spareItem ??= item;
        SendWaiter? done = sequence > 0 ? TakeWritten(sequence) : null;
        Exit();
        Complete(done);
    }

    // Inside the gate: the waiters up to this message, as a list of their own.
    private SendWaiter? TakeWritten(long sequence)
    {
        _writtenSequence = Math.Max(_writtenSequence, sequence);
        SendWaiter? first = _firstWaiter;
        if (first is null || first.Sequence > sequence)
            return null;
        SendWaiter last = first;
        while (last.Next is { } next && next.Sequence <= sequence)
            last = next;
        _firstWaiter = last.Next;
        if (_firstWaiter is null)
            _lastWaiter = null;
        last.Next = null;
        return first;
    }

    private static void Complete(SendWaiter? waiter)
    {
        while (waiter is not null)
        {
            SendWaiter? next = waiter.Next;
            waiter.SetWritten();
            waiter = next;
        }
    }

    private static void CompleteFailed(SendWaiter? waiter, long taken, Exception cause)
    {
        while (waiter is not null)
        {
            SendWaiter? next = waiter.Next;
            waiter.SetFailed(Failed(waiter.Sequence, taken, cause));
            waiter = next;
        }
    }

    private async Task WriteItemAsync(SendItem item)
    {
        try
        {
            if (item.Source is null)
                await WriteLargeAsync(item).ConfigureAwait(false);
            else
                await WriteStreamAsync(item).ConfigureAwait(false);
        }
        finally
        {
            item.Release();
        }

        Enter();
        SendWaiter? done = TakeWritten(item.Sequence);
        Exit();
        Complete(done);
    }

    private async Task WriteLargeAsync(SendItem item)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(Math.Min(WritePiece, item.Large.Length + FrameWriter.MaxHeaderLength));
        try
        {
            ReadOnlyMemory<byte> payload = item.Large;
            uint key = Mask.NextKey();
            int start = FrameWriter.WriteHeader(piece, item.Opcode, fin: true, item.IsCompressed, payload.Length, key);
            int offset = 0;
            while (offset < payload.Length)
            {
                int length = Math.Min(piece.Length - start, payload.Length - offset);
                // Pieces end at a multiple of the key's length, so that the key need not be turned.
                if (offset + length < payload.Length)
                    length &= ~3;
                Mask.Apply(payload.Span.Slice(offset, length), piece.AsSpan(start), Mask.Rotate(key, offset));
                await _stream.WriteAsync(piece.AsMemory(0, start + length)).ConfigureAwait(false);
                CountWritten(item, length);
                offset += length;
                start = 0;
            }

            CountWritten(item, item.Unwritten);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private async Task WriteStreamAsync(SendItem item)
    {
        byte[] payload = ArrayPool<byte>.Shared.Rent(SendBuffer.Size);
        byte[] frame = ArrayPool<byte>.Shared.Rent(SendBuffer.Size + FrameWriter.MaxHeaderLength);
        using MessageDeflater? deflater = item.IsCompressed ? new MessageDeflater(_deflate!, _deflateLevel) : null;
        try
        {
            Opcode opcode = item.Opcode;
            bool fin;
            do
            {
                int length;
                try
                {
                    length = await item.Source!.ReadAsync(payload.AsMemory(0, SendBuffer.Size)).ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    // A message that has begun cannot be taken back (RFC 6455 has no frame for it): the connection must go.
                    throw new NetWebSocketException("The stream that was being sent failed to read, so that its message cannot be ended.", exception);
                }

                fin = length == 0;
                int total = WriteFragment(opcode, fin, payload.AsSpan(0, length), deflater, ref frame);
                await _stream.WriteAsync(frame.AsMemory(0, total)).ConfigureAwait(false);
                opcode = Opcode.Continuation;
                CountWritten(item, length);
                if (!fin)
                    await WriteControlBetweenFragmentsAsync().ConfigureAwait(false);
            }
            while (!fin);
            CountWritten(item, item.Unwritten);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(payload);
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private static int WriteFragment(Opcode opcode, bool fin, ReadOnlySpan<byte> part, MessageDeflater? deflater, ref byte[] frame)
    {
        if (deflater is not null)
        {
            part = fin ? MessageDeflater.LastFragment : deflater.CompressPart(part);
            // What cannot be compressed becomes a little longer.
            if (part.Length + FrameWriter.MaxHeaderLength > frame.Length)
            {
                byte[] longer = ArrayPool<byte>.Shared.Rent(part.Length + FrameWriter.MaxHeaderLength);
                ArrayPool<byte>.Shared.Return(frame);
                frame = longer;
            }
        }

        return FrameWriter.WriteFrame(frame, opcode, fin, compressed: deflater is not null && opcode != Opcode.Continuation, part);
    }

    // Of a large message or a stream, this much is out of our hands.
    private void CountWritten(SendItem item, long length)
    {
        long counted = Math.Min(length, item.Unwritten);
        item.Unwritten -= counted;
        Enter();
        _bufferedAmount -= counted;
        Exit();
    }

    private async ValueTask WriteControlBetweenFragmentsAsync()
    {
        SendBuffer? control = null;
        Enter();
        if (_control is { IsEmpty: false })
            control = _control.Take();
        Exit();
        if (control is null)
            return;
        try
        {
            await _stream.WriteAsync(control.Written).ConfigureAwait(false);
        }
        finally
        {
            control.Release();
        }
    }

    private void OnWriteFailed(Exception exception)
    {
        Fail(exception);
        Enter();
        _writing = false;
        ReleaseAll();
        Exit();
        _onFailed(exception);
    }

    // Inside the gate, with no write running: gives all memory back.
    private void ReleaseAll()
    {
        _tail.Release();
        _control?.Release();
        while (_items is { Count: > 0 })
            _items.Dequeue().Release();
    }

    private static SendException Failed(long sequence, long taken, Exception cause) =>
        sequence > taken
            ? NotSent(cause)
            : new SendException(SendOutcome.Unknown, "The connection failed while the message was being written; the peer may have seen it.", cause);

    private static SendException NotSent(Exception cause) =>
        new(SendOutcome.NotSent, "The connection has failed; nothing of the message was sent.", cause);

    private void Enter()
    {
        if (Interlocked.CompareExchange(ref _gate, 1, 0) == 0)
            return;
        var spinner = default(SpinWait);
        do
            spinner.SpinOnce();
        while (Interlocked.CompareExchange(ref _gate, 1, 0) != 0);
    }

    private void Exit() => Volatile.Write(ref _gate, 0);

    /// <summary>A write that did not complete at once.</summary>
    private sealed class PendingWrite
    {
        private readonly SendQueue _queue;
        private readonly Action _onCompleted;
        private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _write;
        private SendBuffer? _buffer;
        private SendItem? _item;

        public PendingWrite(SendQueue queue)
        {
            _queue = queue;
            _onCompleted = OnCompleted;
        }

        public void Await(ValueTask write, SendBuffer buffer, SendItem? item)
        {
            _buffer = buffer;
            _item = item;
            _write = write.ConfigureAwait(false).GetAwaiter();
            _write.UnsafeOnCompleted(_onCompleted);
        }

        private void OnCompleted()
        {
            SendBuffer buffer = _buffer!;
            SendItem? item = _item;
            ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter write = _write;
            _buffer = null;
            _item = null;
            _write = default;
            Exception? failure = null;
            try
            {
                write.GetResult();
            }
            catch (Exception exception)
            {
                failure = exception;    // becomes the end of the queue
            }

            _queue.OnPendingWritten(buffer, item, failure);
        }
    }
}
