using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>What is open through a session, so that all of it can be dropped at once.</summary>
/// <param name="logger">Where an abort that throws is told.</param>
internal sealed class LiveConnections(ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Registration> _registrations = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _registrations.Count;
        }
    }

    /// <summary>Registers one.</summary>
    /// <param name="state">It.</param>
    /// <param name="abort">Drops it, for the reason that it is given; may be called from any thread, at most once.</param>
    /// <returns>Disposing it takes the registration back.</returns>
    public IDisposable Add(object state, Action<object, NetError> abort)
    {
        var registration = new Registration(this, state, abort);
        lock (_lock)
            _registrations.Add(registration);
        return registration;
    }

    /// <summary>Drops all that are registered now.</summary>
    /// <param name="reason">Why.</param>
    /// <returns>How many there were.</returns>
    public int AbortAll(NetError reason)
    {
        Registration[] all;
        lock (_lock)
        {
            all = [.. _registrations];
            _registrations.Clear();
        }

        foreach (Registration registration in all)
        {
            try
            {
                registration.Abort(reason);
            }
            catch (Exception failure)
            {
                // One that fails must not keep the others open.
                Log.AbortFailed(logger, failure);
            }
        }

        return all.Length;
    }

    private sealed class Registration(LiveConnections owner, object state, Action<object, NetError> abort) : IDisposable
    {
        public void Abort(NetError reason) => abort(state, reason);

        public void Dispose()
        {
            lock (owner._lock)
                owner._registrations.Remove(this);
        }
    }
}
