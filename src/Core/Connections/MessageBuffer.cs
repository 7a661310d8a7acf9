using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Connections;

/// <summary>
/// The hooks of a connection without a contract: keeps messages, bounded in number and bytes, for whoever reads them. When it is full the pump
/// waits, and the peer feels it.
/// </summary>
internal sealed class MessageBuffer(int capacity, long capacityBytes, ILogger logger) : ConnectionHooks
{
    private readonly Lock _lock = new();
    private readonly Queue<WebSocketMessage> _messages = new();
    private long _bytes;
    private bool _ended;
    private bool _letGo;
    private bool _wasRead;
    private bool _warned;
    private Exception? _endCause;

    // One pump waits for room; any number of readers wait for a message or the end.
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _arrived;

    public override ValueTask OnMessageAsync(MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        WebSocketMessage message = new(kind, payload.ToArray());
        lock (_lock)
        {
            if (HasRoom(payload.Length))
            {
                Add(message);
                return default;
            }
        }

        return new ValueTask(AddLaterAsync(message));
    }

    // The connection closes: what waits for room is kept over the limit, for it is the last.
    public override void OnEnding()
    {
        lock (_lock)
        {
            _letGo = true;
            _room?.TrySetResult();
        }
    }

    public override void OnEnded(Exception? cause)
    {
        lock (_lock)
        {
            _ended = true;
            _endCause = cause;
            _arrived?.TrySetResult();
        }
    }

    public async IAsyncEnumerable<WebSocketMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrived;
            WebSocketMessage? message = null;
            lock (_lock)
            {
                _wasRead = true;
                if (_messages.TryDequeue(out WebSocketMessage first))
                {
                    message = first;
                    _bytes -= first.Data.Length;
                    _room?.TrySetResult();
                    arrived = Task.CompletedTask;
                }
                else if (_ended)
                {
                    if (_endCause is not null)
                        throw new ConnectionException($"The connection has failed for good: {_endCause.Message}", (_endCause as ConnectionException)?.Failure, _endCause);
                    yield break;
                }
                else
                {
                    _arrived ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    arrived = _arrived.Task;
                }
            }

            if (message is { } ready)
                yield return ready;
            else
                await arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task AddLaterAsync(WebSocketMessage message)
    {
        while (true)
        {
            Task room;
            bool warn;
            lock (_lock)
            {
                if (HasRoom(message.Data.Length))
                {
                    Add(message);
                    return;
                }

                warn = !_wasRead && !_warned;
                _warned |= warn;
                _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            if (warn)
                Log.NobodyReads(logger);
            await room.ConfigureAwait(false);
        }
    }

    private bool HasRoom(int bytes) =>
        _letGo || _messages.Count == 0 || (_messages.Count < capacity && _bytes + bytes <= capacityBytes);

    private void Add(WebSocketMessage message)
    {
        if (_ended)
            return;
        _messages.Enqueue(message);
        _bytes += message.Data.Length;
        _arrived?.TrySetResult();
        _arrived = null;
    }
}
