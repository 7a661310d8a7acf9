namespace NetWebSockets.Connections;

/// <summary>How one call of the connect pipeline ended, unless in a failure that is to be tried again (an exception, for Polly to see).</summary>
/// <param name="Live">The socket, when it has become stable.</param>
/// <param name="Fatal">The failure, when trying again is pointless. It is a result so that no retry strategy handles it.</param>
internal sealed record AttemptResult(LiveSocket? Live, ConnectionFailure? Fatal);
