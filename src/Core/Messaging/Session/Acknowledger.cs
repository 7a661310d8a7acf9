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
    private readonly byte[]?[] _held;
    private readonly byte[]?[] _sent;
    private readonly ITimer?[] _timers;
    private readonly TimeProvider _time;
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
        _held = new byte[contracts.Count][];
        _sent = new byte[contracts.Count][];
        _timers = new ITimer[contracts.Count];
    }

    /// <summary>What of a message has to be acknowledged, copied; null when nothing has to be.</summary>
    public byte[]?[]? Take(ReadOnlySpan<byte> message, in ScannedMessage found)
    {
        byte[]?[]? values = null;
        for (int i = 0; i < _texts.Length; i++)
        {
            if (found.HasValue(_plan.Acknowledgements[i]))
                (values ??= new byte[_texts.Length][])[i] = found.Value(_plan.Acknowledgements[i], message).ToArray();
        }

        return values;
    }

    /// <summary>A message has been delivered.</summary>
    /// <param name="values">What <see cref="Take"/> took out of it.</param>
    /// <param name="sender">The socket it came on.</param>
    /// <returns>Done when the pump may go on.</returns>
    public ValueTask OnDelivered(byte[]?[] values, ScriptSender sender)
    {
        ValueTask wait = default;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value)
                continue;
            if (_plan.Contract.Acknowledgements[i].Every is { } every)
                Hold(i, value, every);
            else
                wait = Send(i, value, sender);
        }

        return wait;
    }

    /// <summary>The connection is ready: what was held back when the socket before dropped goes out on this one.</summary>
    public void OnReady(ScriptSender sender)
    {
        lock (_lock)
            _live = sender;
        _ = FlushAsync();
    }

    /// <summary>A socket is gone.</summary>
    public void OnGone(ScriptSender sender)
    {
        lock (_lock)
        {
            if (_live == sender)
                _live = null;
        }
    }

    /// <summary>Sends what is held back.</summary>
    public async Task FlushAsync()
    {
        for (int i = 0; i < _texts.Length; i++)
            await FlushAsync(i).ConfigureAwait(false);
    }

    /// <summary>The session is over: what belongs to it means nothing to the next one.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            Array.Clear(_held);
            Array.Clear(_sent);
        }
    }

    /// <summary>The client has ended.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _live = null;
            foreach (ITimer? timer in _timers)
                timer?.Dispose();
        }
    }

    private void Hold(int index, byte[] value, TimeSpan every)
    {
        lock (_lock)
        {
            if (_held[index] is { } last && IsBelow(value, last))
                return;
            bool timed = _held[index] is not null && !ReferenceEquals(_held[index], _sent[index]);
            if (_sent[index] is { } sent && (IsBelow(value, sent) || value.AsSpan().SequenceEqual(sent)))
                return;
            _held[index] = value;
            if (timed)
                return;
            _timers[index] ??= QuietTimer.Create(_time, state => _ = ((Acknowledger)state!).FlushAsync(index), this, Timeout.InfiniteTimeSpan);
            _timers[index]!.Change(every, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task FlushAsync(int index)
    {
        ScriptSender? live;
        byte[]? value;
        byte[]? before;
        lock (_lock)
        {
            (live, value, before) = (_live, _held[index], _sent[index]);
            if (live is null || value is null || ReferenceEquals(value, before))
                return;
            _sent[index] = value;
        }

        if (await TrySendAsync(index, value, live).ConfigureAwait(false))
            return;
        lock (_lock)
        {
            // For the next socket.
            if (ReferenceEquals(_sent[index], value))
                _sent[index] = before;
        }
    }

    private ValueTask Send(int index, byte[] value, ScriptSender sender)
    {
        Task<bool> sent = TrySendAsync(index, value, sender);
        return sent.IsCompleted || Volatile.Read(ref _writing) < MostWriting ? default : new ValueTask(sent);
    }

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
}
