using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace NetWebSockets.Hosting;

/// <summary>Runs what registration says about sessions before the first attempt that goes through them.</summary>
internal sealed class SessionSetups(IServiceProvider services) : IDisposable
{
    private readonly ConcurrentDictionary<NetSession, SessionSetup> _setups = new();
    private readonly ConcurrentBag<NetSession> _owned = [];

    /// <summary>Makes a registered session. One whose name starts with <c>persist:</c> is the partition of that name, kept on disk.</summary>
    /// <exception cref="OptionsValidationException">Its options are wrong; the message names the place where they are set.</exception>
    public NetSession CreateSession(SessionRegistration registration)
    {
        NetSessionOptions options = services.GetRequiredService<IOptionsMonitor<NetSessionOptions>>().Get(registration.Name);
        NetSession session;
        try
        {
            session = registration.Name.StartsWith(NetSession.PersistPrefix, StringComparison.Ordinal)
                ? NetSession.FromPartition(registration.Name, options)
                : new NetSession(options);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException or IOException)
        {
            throw new OptionsValidationException(registration.Name, typeof(NetSessionOptions), [$"{registration.Describe()}: {failure.Message}"]);
        }

        foreach (Func<NetSession, Task> step in registration.Steps)
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
                _owned.Add(options.Session = CreateOwn());
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

    private NetSession CreateOwn() => new(new NetSessionOptions
    {
        LoggerFactory = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
        TimeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System,
    });

    private SessionSetup Of(NetSession session) => _setups.GetOrAdd(session, static s => new SessionSetup(s));
}
