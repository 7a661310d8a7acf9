namespace NetWebSockets.Fuzz;

/// <summary>The product did what it must never do, whatever comes.</summary>
public sealed class FuzzFailureException(string message, Exception? innerException = null) : Exception(message, innerException);
