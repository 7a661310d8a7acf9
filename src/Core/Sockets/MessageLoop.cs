using System.Runtime.CompilerServices;

namespace NetWebSockets.Sockets;

/// <summary>The messages of a socket for <c>await foreach</c>. By hand, for a message that is already there costs a few nanoseconds this way, and an iterator of the compiler's several times that.</summary>
internal sealed class MessageLoop : IAsyncEnumerable<WebSocketMessage>
{
    private readonly NetWebSocket _socket;
    private readonly CancellationToken _cancellationToken;

    public MessageLoop(NetWebSocket socket, CancellationToken cancellationToken)
    {
        _socket = socket;
        _cancellationToken = cancellationToken;
    }

    public IAsyncEnumerator<WebSocketMessage> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (!cancellationToken.CanBeCanceled || cancellationToken == _cancellationToken)
            return new Enumerator(_socket, linked: null, _cancellationToken);
        if (!_cancellationToken.CanBeCanceled)
            return new Enumerator(_socket, linked: null, cancellationToken);
        var linked = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken, cancellationToken);
        return new Enumerator(_socket, linked, linked.Token);
    }

    private sealed class Enumerator(NetWebSocket socket, CancellationTokenSource? linked, CancellationToken cancellationToken) : IAsyncEnumerator<WebSocketMessage>
    {
        private readonly NetWebSocket _socket = socket;
        private WebSocketMessage _current;
        private bool _started;

        public WebSocketMessage Current => _current;

        public ValueTask<bool> MoveNextAsync() => _started && _socket.TryReceive(out _current) ? new ValueTask<bool>(true) : WaitAsync();

        public ValueTask DisposeAsync()
        {
            linked?.Dispose();
            return default;
        }

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private async ValueTask<bool> WaitAsync()
        {
            _started = true;
            while (await _socket.WaitToReceiveAsync(cancellationToken).ConfigureAwait(false))
            {
                if (_socket.TryReceive(out _current))
                    return true;
            }

            return false;
        }
    }
}
