using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>
/// Tells of changes in their order, one at a time, on a thread that made one and outside of the store's lock, so that a listener may use the store. One that throws is
/// logged, and the others are told.
/// </summary>
/// <param name="sender">The store.</param>
/// <param name="logger">Where a listener that throws is told.</param>
internal sealed class CookieChangeQueue(CookieStore sender, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Queue<CookieChangedEventArgs> _queue = new();
    private bool _isRaising;

    /// <summary>The listeners.</summary>
    public event EventHandler<CookieChangedEventArgs>? Listeners;

    /// <summary>Takes a change down, when anyone listens.</summary>
    /// <param name="cookie">The cookie.</param>
    /// <param name="cause">Why.</param>
    /// <param name="isRemoved">Whether it was removed.</param>
    public void Add(SessionCookie cookie, CookieChangeCause cause, bool isRemoved)
    {
        if (Listeners is null)
            return;
        lock (_lock)
            _queue.Enqueue(new CookieChangedEventArgs(cookie, cause, isRemoved));
    }

    /// <summary>Tells of all that was taken down, unless another thread, or a listener further up on this one, is doing so: that one tells of these too.</summary>
    public void Raise()
    {
        while (true)
        {
            CookieChangedEventArgs? change;
            lock (_lock)
            {
                if (_isRaising || !_queue.TryDequeue(out change))
                    return;
                _isRaising = true;
            }

            Tell(change);
            lock (_lock)
                _isRaising = false;
        }
    }

    private void Tell(CookieChangedEventArgs change)
    {
        foreach (EventHandler<CookieChangedEventArgs> listener in Delegate.EnumerateInvocationList(Listeners))
        {
            try
            {
                listener(sender, change);
            }
            catch (Exception failure)
            {
                Log.CookieListenerFailed(logger, failure);
            }
        }
    }
}
