using System.Net;

namespace NetWebSockets;

/// <summary>What a proxy script may ask of the session that it works for. All of it may be called from any thread.</summary>
public sealed class ProxyScriptContext
{
    /// <summary>What messages call the script: its address, without secrets.</summary>
    public required string Name { get; init; }

    /// <summary>Looks up a host name as the session does. Empty when it has no address or the look-up fails or takes too long; throws only when the token is cancelled.</summary>
    public required Func<string, CancellationToken, ValueTask<IReadOnlyList<IPAddress>>> ResolveHost { get; init; }

    /// <summary>The addresses of this machine, best first; empty when there is none but loopback.</summary>
    public required Func<CancellationToken, ValueTask<IReadOnlyList<IPAddress>>> GetLocalAddresses { get; init; }

    /// <summary>Takes what the script says with <c>alert</c>.</summary>
    public required Action<string> Alert { get; init; }

    /// <summary>The clock and the time zone of <c>weekdayRange</c>, <c>dateRange</c> and <c>timeRange</c>. Default <see cref="System.TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
