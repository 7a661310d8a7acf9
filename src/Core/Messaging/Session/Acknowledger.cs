using System.Buffers;
using System.Globalization;
using NetWebSockets.Connections;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>
/// Acknowledges what the peer sent, once it has been delivered. What is acknowledged by itself goes out at once on the socket that the message came on; of what is acknowledged together, the last is held back
/// and survives a drop, for as long as the session does.
/// </summary>
internal sealed class Acknowledger
{
    // Acknowledgements on their way beyond which the pump waits for them: a peer that sends and does not read cannot grow memory.
    private const int MostWriting = 256;

    private readonly Lock _lock = new();
    private readonly ContractPlan _plan;
    private readonly ClientSession _session;
    private readonly SessionText[] _texts;
    private readonly Cumulative?[] _cumulative;
    private readonly TimeProvider _time;
    private readonly Queue<(ScriptSender Sender, int Index, byte[] Value)> _early = new();
    private ScriptSender? _live;
    private int _writing;

    /// <summary>Creates it.</summary>
    /// <param name="plan">The contract.</param>
    /// <param name="session">Frames what is sent.</param>
    /// <param name="time">The clock.</param>
    public Acknowledger(ContractPlan plan, ClientSession session, TimeProvider time)
    {
        _plan = plan;
        _session = session;
        _time = time;
        IReadOnlyList<AcknowledgeContract> contracts = plan.Contract.Acknowledgements;
        _texts = [.. contracts.Select(c => new SessionText(c.Text))];
        _cumulative = [.. contracts.Select((c, i) => c.Every is { } every ? new Cumulative(i, every) : null)];
    }

    /// <summary>Whether anything of a message has to be acknowledged.</summary>
    public bool Takes(in ScannedMessage found)
    {
        foreach (int slot in _plan.Acknowledgements)
        {
            if (found.HasValue(slot))
                return true;
        }

        return false;
    }

    /// <summary>A message has been delivered.</summary>
    /// <param name="message">The message.</param>
    /// <param name="found">What was found in it.</param>
    /// <param name="sender">The socket it came on.</param>
    /// <returns>Done when the pump may go on.</returns>
    public ValueTask OnDelivered(ReadOnlySpan<byte> message, in ScannedMessage found, ScriptSender sender)
    {
        ValueTask wait = default;
        for (int i = 0; i < _texts.Length; i++)
        {
            int slot = _plan.Acknowledgements[i];
            if (!found.HasValue(slot))
                continue;
            if (_cumulative[i] is { } cumulative)
                Hold(cumulative, found.Value(slot, message));
            else
                wait = Send(i, found.Value(slot, message).ToArray(), sender);
        }

        return wait;
    }

    /// <summary>The connection is ready: what waited for its script, and what was held back when the socket before dropped, goes out on this one.</summary>
    public void OnReady(ScriptSender sender)
    {
        (ScriptSender Sender, int Index, byte[] Value)[] early;
        lock (_lock)
        {
            Volatile.Write(ref _live, sender);
            early = [.. _early];
            _early.Clear();
        }

        // In their order: each is handed to the socket before the next.
        foreach ((ScriptSender from, int index, byte[] value) in early)
        {
            if (from == sender)
                _ = TrySendAsync(index, value, sender);
        }

        _ = FlushAsync();
    }

    /// <summary>A socket is gone.</summary>
    public void OnGone(ScriptSender sender)
    {
        lock (_lock)
        {
            if (_live == sender)
                _live = null;

            // Of a socket that was never ready: the peer sends again what was not acknowledged.
            for (int i = _early.Count; i > 0; i--)
            {
                if (_early.Dequeue() is var early && early.Sender != sender)
                    _early.Enqueue(early);
            }
        }
    }

    /// <summary>Sends what is held back.</summary>
    public async Task FlushAsync()
    {
        foreach (Cumulative? cumulative in _cumulative)
        {
            if (cumulative is not null)
                await FlushAsync(cumulative).ConfigureAwait(false);
        }
    }

    /// <summary>The session is over: what belongs to it means nothing to the next one.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            foreach (Cumulative? cumulative in _cumulative)
                cumulative?.Forget();
        }
    }

    /// <summary>The client has ended.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _live = null;
            foreach (Cumulative? cumulative in _cumulative)
                cumulative?.Timer?.Dispose();
        }
    }

    private void Hold(Cumulative cumulative, ReadOnlySpan<byte> value)
    {
        lock (_lock)
        {
            if (IsBelow(value, cumulative.Held) || IsBelow(value, cumulative.Sent) || value.SequenceEqual(cumulative.Sent))
                return;
            bool timed = cumulative.IsDue;
            cumulative.Hold(value);
            if (timed)
                return;
            cumulative.Timer ??= CreateTimer(cumulative);
            cumulative.Timer.Change(cumulative.Every, Timeout.InfiniteTimeSpan);
        }
    }

    // Apart, so that holding a value makes no closure.
    private ITimer CreateTimer(Cumulative cumulative) =>
        QuietTimer.Create(_time, state => _ = ((Acknowledger)state!).FlushAsync(cumulative), this, Timeout.InfiniteTimeSpan);

    private async Task FlushAsync(Cumulative cumulative)
    {
        ScriptSender live;
        byte[] value;
        byte[] before;
        lock (_lock)
        {
            if (_live is null || !cumulative.IsDue)
                return;
            live = _live;
            before = cumulative.Sent;
            value = cumulative.Take();
        }

        if (await TrySendAsync(cumulative.Index, value, live).ConfigureAwait(false))
            return;
        lock (_lock)
            cumulative.TakeBack(value, before); // For the next socket.
    }

    private ValueTask Send(int index, byte[] value, ScriptSender sender)
    {
        // The connect script goes before everything else. What waits for it is bounded: a peer that sends more gets its answers before.
        if (IsEarly(sender))
        {
            lock (_lock)
            {
                if (IsEarly(sender) && _early.Count < MostWriting)
                {
                    _early.Enqueue((sender, index, value));
                    return default;
                }
            }
        }

        Task<bool> sent = TrySendAsync(index, value, sender);
        return sent.IsCompleted || Volatile.Read(ref _writing) < MostWriting ? default : new ValueTask(sent);
    }

    private bool IsEarly(ScriptSender sender) => Volatile.Read(ref _live) is not { } live || sender.Number > live.Number;

    private async Task<bool> TrySendAsync(int index, byte[] value, ScriptSender sender)
    {
        Interlocked.Increment(ref _writing);
        try
        {
            var output = new ArrayBufferWriter<byte>();
            _texts[index].Write(output, name => name == "value" ? value : default(ReadOnlyMemory<byte>));
            await ClientSession.SendTextAsync(sender, output.WrittenMemory, _texts[index].IsJson, CancellationToken.None).ConfigureAwait(false);
            NetWebSocketMetrics.Acknowledged(_session.Name);
            return true;
        }
        catch (Exception e)
        {
            // The socket is gone: the peer sends again what was not acknowledged.
            Log.AcknowledgementNotSent(_session.Logger, _session.Name, e.Message);
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _writing);
        }
    }

    // Of two integers; anything else follows what came before.
    private static bool IsBelow(ReadOnlySpan<byte> value, ReadOnlySpan<byte> other) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long one)
        && long.TryParse(other, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long two) && one < two;

    // What is acknowledged up to a number. Guarded by the lock; its buffer is used again for every message.
    private sealed class Cumulative(int index, TimeSpan every)
    {
        private byte[] _buffer = [];
        private int _length;

        public int Index { get; } = index;

        public TimeSpan Every { get; } = every;

        public ITimer? Timer { get; set; }

        /// <summary>The last value of a message; empty when there is none.</summary>
        public ReadOnlySpan<byte> Held => _buffer.AsSpan(0, _length);

        /// <summary>The last value that was sent; empty when there is none.</summary>
        public byte[] Sent { get; private set; } = [];

        /// <summary>Whether a value is held back that was not sent.</summary>
        public bool IsDue => _length > 0 && !Held.SequenceEqual(Sent);

        public void Hold(ReadOnlySpan<byte> value)
        {
            if (value.Length > _buffer.Length)
                _buffer = new byte[Math.Max(value.Length, 24)];
            value.CopyTo(_buffer);
            _length = value.Length;
        }

        public byte[] Take() => Sent = Held.ToArray();

        public void TakeBack(byte[] value, byte[] before)
        {
            if (ReferenceEquals(Sent, value))
                Sent = before;
        }

        public void Forget()
        {
            _length = 0;
            Sent = [];
        }
    }
}
