using System.Collections.Frozen;
using System.Net;

namespace NetWebSockets.Pac;

/// <summary>What a script wants to know of the network.</summary>
/// <param name="Host">The host whose addresses it wants; null for those of this machine.</param>
internal sealed record PacLookup(string? Host);

/// <summary>Thrown through a script that cannot go on without a look-up. Scripts cannot catch it.</summary>
/// <param name="lookup">The look-up.</param>
internal sealed class PendingLookupException(PacLookup lookup) : Exception("A look-up must come first.")
{
    /// <summary>The look-up.</summary>
    public PacLookup Lookup { get; } = lookup;
}

/// <summary>What a run knows so far. It does not change, so that an attempt that nobody waits for any more can keep it.</summary>
/// <param name="clock">The time, which stands still within a run.</param>
/// <param name="known">The addresses that were looked up.</param>
internal sealed class PacAnswers(PacClock clock, FrozenDictionary<PacLookup, IReadOnlyList<IPAddress>> known)
{
    /// <summary>The time, which stands still within a run.</summary>
    public PacClock Clock => clock;

    /// <summary>The addresses of a look-up.</summary>
    /// <param name="lookup">The look-up.</param>
    /// <returns>Them.</returns>
    /// <exception cref="PendingLookupException">It has not been made yet.</exception>
    public IReadOnlyList<IPAddress> Get(PacLookup lookup) =>
        known.TryGetValue(lookup, out IReadOnlyList<IPAddress>? addresses) ? addresses : throw new PendingLookupException(lookup);
}

/// <summary>One question to a script, through as many attempts as it takes: each host is looked up once.</summary>
/// <param name="context">What may be asked.</param>
internal sealed class PacRun(ProxyScriptContext context)
{
    private readonly PacClock _clock = new(context.TimeProvider);
    private readonly Dictionary<PacLookup, IReadOnlyList<IPAddress>> _known = [];

    /// <summary>How many look-ups were made.</summary>
    public int Count => _known.Count;

    /// <summary>What is known now.</summary>
    public PacAnswers Answers => new(_clock, _known.ToFrozenDictionary());

    /// <summary>Makes a look-up.</summary>
    /// <param name="lookup">It.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Done when its answer is known.</returns>
    public async ValueTask LookUpAsync(PacLookup lookup, CancellationToken cancellationToken) =>
        _known[lookup] = lookup.Host is { } host
            ? await context.ResolveHost(host, cancellationToken).ConfigureAwait(false)
            : await context.GetLocalAddresses(cancellationToken).ConfigureAwait(false);
}
