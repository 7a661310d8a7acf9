using System.Net;

namespace NetWebSockets.Sessions;

/// <summary>What a look-up came to.</summary>
/// <param name="Addresses">The addresses, best first; none when the host does not exist or has none.</param>
/// <param name="TimeToLive">How long that may be kept.</param>
internal sealed record HostAnswer(IReadOnlyList<IPAddress> Addresses, TimeSpan TimeToLive);

/// <summary>What tells look-ups apart.</summary>
/// <param name="Host">The name in lower case.</param>
/// <param name="Type">Which addresses.</param>
/// <param name="Mode">Who is asked.</param>
internal readonly record struct HostKey(string Host, HostQueryType Type, SecureDnsMode Mode);
