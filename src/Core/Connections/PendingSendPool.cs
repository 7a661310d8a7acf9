namespace NetWebSockets.Connections;

/// <summary>Keeps a few sends for their next use.</summary>
internal sealed class PendingSendPool(SendQueue queue)
{
    private const int Most = 256;

    private readonly Lock _lock = new();
    private PendingSend? _first;
    private int _count;

    public PendingSend Rent()
    {
        lock (_lock)
        {
            if (_first is { } send)
            {
                _first = send.Next;
                send.Next = null;
                _count--;
                return send;
            }
        }

        return new PendingSend(queue);
    }

    public void Return(PendingSend send)
    {
        lock (_lock)
        {
            if (_count >= Most)
                return;
            send.Next = _first;
            _first = send;
            _count++;
        }
    }
}
