namespace NetWebSockets;

/// <summary>What a session's resolver callback is asked; see <see cref="NetSession.SetHostResolver"/>.</summary>
/// <param name="Host">The host name, in lower case and in its ASCII form, after the host-resolver rules. Never an address, nor localhost.</param>
/// <param name="QueryType">Which addresses are wanted; others are left out of the answer.</param>
public sealed record HostResolveRequest(string Host, HostQueryType QueryType);
