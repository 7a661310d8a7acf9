namespace NetWebSockets.Handshake;

/// <summary>A new connection ended before its first byte. The handler's own exception type, so that it treats it as its own failure.</summary>
internal sealed class EmptyResponseException() : HttpIOException(HttpRequestError.ResponseEnded, "The connection was closed before a response came.");
