using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace NetWebSockets.Sockets;

/// <summary>
/// Where a socket's messages wait for whoever consumes them: message listeners, or a loop. Nothing is lost to a consumer that comes late; what waits is
/// bounded, and beyond the bound the pump stops reading. A consumer that is already waiting gets each message in place, on the pump's thread, and drains the
/// batch from there.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The stream holds no memory of its own; Complete and Discard end it.")]
internal sealed class Inbox : SocketReceiver, IValueTaskSource<bool>
{
    private readonly EventLoop _loop;
    private readonly int _highWaterMark;
    private readonly NetWebSocket _socket;

    private readonly Queue<WebSocketMessage> _waiting = new();
    private long _waitingBytes;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _full;
    private bool _wasFull;
    private bool _drainPosted;
    private bool _discarding;
    private bool _completed;
    private Exception? _failure;
    private IncomingStream? _incoming;          // being filled by the pump

    // The loop's side.
    private bool _pulled;                       // a loop has begun to read
    private bool _pullWaiting;
    private bool _granted;                      // the pump waits while the loop drains the batch
    private bool _hasCurrent;
    private WebSocketMessage _current;          // delivered by the pump and not taken yet
    private bool _currentInPlace;
    private bool _inPlace;                      // the loop looks at a message in the pump's memory
    private ReceivePump.Lease _lease;           // the same, after the pump has gone on
    private IncomingStream? _pulledStream;
    private ManualResetValueTaskSourceCore<bool> _arrival;
    private CancellationTokenRegistration _cancellation;
    private int _gate;

    // The inbox whose loop runs on this thread because its pump is delivering to it. Nobody else touches the loop's side then.
    [ThreadStatic]
    private static Inbox? Delivering;

    // In such a delivery, whether the next message may be taken without a closer look. Whoever changes how messages are delivered takes it back.
    private bool _mayTakeWhole;
    private BinaryType _binaryType;

    public Inbox(NetWebSocket socket, EventLoop loop, int highWaterMark)
    {
        _socket = socket;
        _loop = loop;
        _highWaterMark = highWaterMark;
    }

    /// <summary>Set before the pump starts.</summary>
    public ReceivePump? Pump { get; set; }

    public BinaryType BinaryType
    {
        get => _binaryType;
        set
        {
            // Inside the gate: a loop that has just looked at the former value must not go on to take messages by it.
            Enter();
            _binaryType = value;
            Volatile.Write(ref _mayTakeWhole, false);
            Exit();
        }
    }

    /// <summary>Bytes of messages that wait.</summary>
    public long WaitingBytes => Interlocked.Read(ref _waitingBytes);

    /// <summary>Done once the pump has had to stop reading.</summary>
    public Task Full
    {
        get
        {
            Enter();
            _full ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_wasFull)
                _full.TrySetResult();
            Exit();
            return _full.Task;
        }
    }

    public override bool StreamBinary => BinaryType == BinaryType.Stream;

    /// <summary>Whether a loop has begun to read.</summary>
    public bool IsPulled => Volatile.Read(ref _pulled);

    public override ValueTask OnMessageAsync(MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        if (Volatile.Read(ref _discarding))
            return default;
        if (_socket.HasMessageListeners)
            return RaiseOrQueue(kind, payload);

        Enter();
        if (_pullWaiting)
        {
            _pullWaiting = false;
            _granted = true;
            _hasCurrent = true;
            _currentInPlace = BinaryType == BinaryType.Memory;
            _current = Create(kind, payload, _currentInPlace);
            _cancellation.Unregister();
            Exit();
            Inbox? outer = Delivering;
            Delivering = this;
            _arrival.SetResult(true);       // the loop runs here, until it has drained the batch or awaits something else
            Delivering = outer;
            TakeBack();
            return default;
        }

        Exit();
        return Queue(Create(kind, payload, inPlace: false), payload.Length);
    }

    public override ValueTask OnBinaryPieceAsync(ReadOnlyMemory<byte> piece, bool isFirst, bool isLast)
    {
        if (Volatile.Read(ref _discarding))
            return default;
        if (isFirst)
        {
            _incoming = new IncomingStream();
            DeliverStream(_incoming);
        }

        return _incoming!.PushAsync(piece, isLast);
    }

    /// <summary>Messages that come are dropped from here on: the user has called close (WHATWG: messages are delivered while open only).</summary>
    public void Discard()
    {
        Enter();
        _discarding = true;
        Volatile.Write(ref _mayTakeWhole, false);
        _waiting.Clear();
        _waitingBytes = 0;
        TaskCompletionSource? room = TakeRoom();
        Exit();
        _incoming?.Dispose();
        room?.SetResult();
    }

    /// <summary>No more messages come.</summary>
    /// <param name="failure">What a loop is told after the last message; null when the close was clean.</param>
    public void Complete(Exception? failure)
    {
        _incoming?.Fail(failure ?? new IOException("The connection was closed."));
        Enter();
        _completed = true;
        _failure = failure;
        bool wake = _pullWaiting;
        _pullWaiting = false;
        _cancellation.Unregister();
        Exit();
        if (wake)
            SetEnd();
    }

    /// <summary>A listener for messages has been added: it gets what waits.</summary>
    public void OnListenerAdded()
    {
        Enter();
        Volatile.Write(ref _mayTakeWhole, false);
        PostDrain();
        Exit();
    }

    /// <summary>Takes the next message, and ends the validity of the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReceive(out WebSocketMessage message) =>
        (Delivering == this && _mayTakeWhole && Pump!.TryTakeWhole(out message)) || TryReceiveCarefully(out message);

    private bool TryReceiveCarefully(out WebSocketMessage message)
    {
        TaskCompletionSource? room = null;
        Enter();
        MoveOn();
        bool found = TryTake(out message);
        _mayTakeWhole = _granted && _inPlace && Pump!.MayTakeWhole;
        if (found && _waitingBytes <= _highWaterMark / 2)
            room = TakeRoom();
        Exit();
        room?.SetResult();
        return found;
    }

    /// <summary>Waits for a message; ends the validity of the one before.</summary>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        Enter();
        _mayTakeWhole = false;
        MoveOn();
        if (_pullWaiting)
        {
            Exit();
            throw new InvalidOperationException("Another loop is already waiting for messages of this socket; a socket has one reader at a time.");
        }

        if (_hasCurrent || _waiting.Count > 0)
        {
            Exit();
            return new ValueTask<bool>(true);
        }

        if (_granted && TryParse(out WebSocketMessage next))
        {
            _hasCurrent = true;
            _current = next;
            _currentInPlace = _inPlace;
            _inPlace = false;
            Exit();
            return new ValueTask<bool>(true);
        }

        _granted = false;
        if (_completed)
        {
            Exit();
            return _failure is null ? new ValueTask<bool>(false) : ValueTask.FromException<bool>(_failure);
        }

        _arrival.Reset();
        short version = _arrival.Version;
        _pullWaiting = true;
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(static (state, token) => ((Inbox)state!).CancelWait(token), this);
        Exit();
        return new ValueTask<bool>(this, version);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _arrival.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);

    private void SetEnd()
    {
        if (_failure is null)
            _arrival.SetResult(false);
        else
            _arrival.SetException(_failure);
    }

    private void CancelWait(CancellationToken token)
    {
        // UnsafeRegister may call this inside the gate, when the token was cancelled a moment ago.
        ThreadPool.UnsafeQueueUserWorkItem(
            static state =>
            {
                Inbox inbox = state.Inbox;
                inbox.Enter();
                bool waiting = inbox._pullWaiting && inbox._arrival.Version == state.Version;
                if (waiting)
                    inbox._pullWaiting = false;
                inbox.Exit();
                if (waiting)
                    inbox._arrival.SetException(new OperationCanceledException(state.Token));
            },
            (Inbox: this, _arrival.Version, Token: token),
            preferLocal: false);
    }

    // Inside the gate: the message that the loop had is no longer looked at.
    private void MoveOn()
    {
        _pulled = true;
        _inPlace = false;
        _lease.Return();
        _lease = default;
        IncomingStream? stream = _pulledStream;
        _pulledStream = null;
        stream?.Dispose();
    }

    private bool TryTake(out WebSocketMessage message)
    {
        if (_hasCurrent)
        {
            _hasCurrent = false;
            message = _current;
            _current = default;
            _inPlace = _currentInPlace;
        }
        else if (_waiting.TryDequeue(out message))
        {
            _waitingBytes -= message.Data.Length;
        }
        else if (!_granted || !TryParse(out message))
        {
            message = default;
            return false;
        }

        _pulledStream = message.Stream as IncomingStream;
        return true;
    }

    // The loop runs inside the pump's delivery: it reads on in the batch by itself.
    private bool TryParse(out WebSocketMessage message)
    {
        message = default;
        if (_discarding || _socket.HasMessageListeners || !Pump!.TryReadMessage(out MessageKind kind, out ReadOnlyMemory<byte> payload))
            return false;
        _inPlace = BinaryType == BinaryType.Memory;
        message = Create(kind, payload, _inPlace);
        return true;
    }

    // The loop has come to an await of its own, or waits for the next message: the pump goes on.
    private void TakeBack()
    {
        Enter();
        _mayTakeWhole = false;
        if (_granted)
        {
            _granted = false;
            if (_hasCurrent && _currentInPlace)
            {
                _current = Create(_current.Kind, _current.Data, inPlace: false);
                _currentInPlace = false;
            }
            else if (_inPlace)
            {
                _lease = Pump!.Detach();
                _inPlace = false;
            }
        }

        Exit();
    }

    private ValueTask RaiseOrQueue(MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        Enter();
        bool inline = _waiting.Count == 0 && _loop.TryEnter();
        Exit();
        if (!inline)
            return Queue(Create(kind, payload, inPlace: false), payload.Length);
        _socket.RaiseMessage(Create(kind, payload, BinaryType == BinaryType.Memory));
        _loop.Exit();
        return default;
    }

    private void DeliverStream(IncomingStream stream)
    {
        var message = new WebSocketMessage(stream);
        Enter();
        if (_pullWaiting)
        {
            // The loop reads the stream while the pump brings its pieces: it must run beside the pump, not inside it.
            _pullWaiting = false;
            _hasCurrent = true;
            _currentInPlace = false;
            _current = message;
            _cancellation.Unregister();
            Exit();
            ThreadPool.UnsafeQueueUserWorkItem(static inbox => inbox._arrival.SetResult(true), this, preferLocal: false);
            return;
        }

        _waiting.Enqueue(message);
        PostDrain();
        Exit();
    }

    private ValueTask Queue(WebSocketMessage message, int length)
    {
        Enter();
        if (_discarding)
        {
            Exit();
            return default;
        }

        _waiting.Enqueue(message);
        _waitingBytes += length;
        Task? room = null;
        if (_waitingBytes > _highWaterMark)
        {
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = _room.Task;
            _wasFull = true;
            _full?.TrySetResult();
        }

        bool wake = _pullWaiting;
        _pullWaiting = false;
        if (wake)
            _cancellation.Unregister();
        PostDrain();
        Exit();
        if (wake)
            ThreadPool.UnsafeQueueUserWorkItem(static inbox => inbox._arrival.SetResult(true), this, preferLocal: false);
        return room is null ? default : new ValueTask(room);
    }

    // Inside the gate.
    private void PostDrain()
    {
        if (_drainPosted || _waiting.Count == 0 || !_socket.HasMessageListeners)
            return;
        _drainPosted = true;
        _loop.Post(Drain);
    }

    private void Drain()
    {
        while (true)
        {
            TaskCompletionSource? room = null;
            Enter();
            if (!_socket.HasMessageListeners || !_waiting.TryDequeue(out WebSocketMessage message))
            {
                _drainPosted = false;
                Exit();
                return;
            }

            _waitingBytes -= message.Data.Length;
            if (_waitingBytes <= _highWaterMark / 2)
                room = TakeRoom();
            Exit();
            room?.SetResult();
            _socket.RaiseMessage(message);
        }
    }

    private static WebSocketMessage Create(MessageKind kind, ReadOnlyMemory<byte> payload, bool inPlace) =>
        inPlace ? new WebSocketMessage(kind, payload) : new WebSocketMessage(kind, payload.ToArray());

    private TaskCompletionSource? TakeRoom()
    {
        TaskCompletionSource? room = _room;
        _room = null;
        return room;
    }

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
}
