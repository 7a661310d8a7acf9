namespace NetWebSockets;

/// <summary>How a socket closed (WHATWG WebSockets, section 5: CloseEvent).</summary>
/// <param name="Code">The close code; 1005 when the peer gave none, 1006 when there was no closing handshake.</param>
/// <param name="Reason">The peer's reason, or the name of the network error (<c>net::ERR_…</c>) when the connection failed.</param>
/// <param name="WasClean">Whether the closing handshake was completed.</param>
/// <param name="Error">The network error of a failed connection; otherwise <see cref="NetError.None"/>.</param>
public sealed record CloseEvent(int Code, string Reason, bool WasClean, NetError Error = NetError.None);
