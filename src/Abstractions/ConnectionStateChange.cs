namespace NetWebSockets;

/// <summary>One step of a connection from one state to another.</summary>
/// <param name="Previous">The state that was left.</param>
/// <param name="Current">The state that was entered.</param>
/// <param name="Cause">Why, when a failure caused the step; otherwise <see langword="null"/>.</param>
/// <param name="Attempt">The number of the attempt since the connection was last stable, from 1; 0 before the first.</param>
public sealed record ConnectionStateChange(ConnectionState Previous, ConnectionState Current, Exception? Cause, int Attempt);
