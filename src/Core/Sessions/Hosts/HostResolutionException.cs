namespace NetWebSockets;

/// <summary>A host could not be looked up; see <see cref="NetSession.ResolveHostAsync"/>.</summary>
public sealed class HostResolutionException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The network error.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">What caused it; null for nothing else.</param>
    public HostResolutionException(NetError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>The network error: <see cref="NetError.NameNotResolved"/>, or <see cref="NetError.NameResolutionFailed"/> when nobody could be asked.</summary>
    public NetError Error { get; }
}
