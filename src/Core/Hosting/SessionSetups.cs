using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace NetWebSockets.Hosting;

/// <summary>Runs what registration says about sessions before the first attempt that goes through them.</summary>
internal sealed class SessionSetups(IServiceProvider services) : IDisposable
{
    private readonly ConcurrentDictionary<NetSession, SessionSetup> _setups = new();
    private readonly ConcurrentBag<NetSession> _owned = [];

    /// <summary>Makes a session that logs and tells the time as the provider says.</summary>
    public NetSession CreateSession(Action<NetSessionOptions>? configure, Func<NetSession, Task>? step)
    {
        NetSessionOptions options = new()
        {
            LoggerFactory = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            TimeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System,
        };
        configure?.Invoke(options);
        NetSession session = new(options);
        if (step is not null)
            Of(session).Add(step);
        return session;
    }

    /// <summary>Lets a client's attempts wait until its session is set up.</summary>
    public void Prepare(WebSocketClientOptions options, ClientRegistration registration)
    {
        if (registration.SessionSteps.Count > 0 && options.Session is null)
        {
            if (options.Partition is { } partition)
            {
                options.Session = NetSession.FromPartition(partition);
                options.Partition = null;
            }
            else
            {
                _owned.Add(options.Session = CreateSession(null, null));
            }
        }

        if (options.Session is not { } session)
            return;
        foreach (Func<NetSession, Task> step in registration.SessionSteps)
            Of(session).Add(step);
        if (!_setups.TryGetValue(session, out SessionSetup? setup))
            return;

        Func<ConnectAttempt, CancellationToken, ValueTask<WebSocketEndpoint>>? endpoint = options.Endpoint;
        options.Endpoint = async (attempt, cancellationToken) =>
        {
            await setup.RunAsync(cancellationToken).ConfigureAwait(false);
            return endpoint is null ? attempt.Endpoint : await endpoint(attempt, cancellationToken).ConfigureAwait(false);
        };
    }

    public void Dispose()
    {
        foreach (NetSession session in _owned)
            session.Dispose();
        foreach (SessionSetup setup in _setups.Values)
            setup.Dispose();
    }

    private SessionSetup Of(NetSession session) => _setups.GetOrAdd(session, static s => new SessionSetup(s));
}
