namespace NetWebSockets.Connections;

/// <summary>Is told the outcome of a send, once, on the thread that found it out: it must be quick and run nobody's code.</summary>
internal interface ISendObserver
{
    /// <summary>The message was written.</summary>
    /// <param name="socket">
    /// How many times <see cref="ConnectionHooks.OnDropped"/> had been called when the socket that it went on became live. Whoever waits for an answer knows by it
    /// that the socket is gone when it has counted more drops than that; the order of two threads cannot hide it.
    /// </param>
    void OnSent(long socket);

    /// <summary>It was not, or nobody knows.</summary>
    /// <param name="failure">A <see cref="SendException"/> or a <see cref="SendCanceledException"/>.</param>
    void OnSendFailed(Exception failure);
}
