namespace NetWebSockets.Fuzz;

/// <summary>The product did what it must never do, whatever comes.</summary>
public sealed class FuzzFailure(string message, Exception? innerException = null) : Exception(message, innerException);
