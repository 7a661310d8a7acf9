namespace NetWebSockets.Messaging;

/// <summary>What generated code makes calls with.</summary>
public sealed partial class ClientRuntime
{
    /// <summary>Makes a call.</summary>
    /// <typeparam name="T">The request's record.</typeparam>
    /// <typeparam name="TReply">The type of the result.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="request">The request; written before the method returns.</param>
    /// <param name="scope">The scope; null for none.</param>
    /// <param name="cancellationToken">Abandons the call, never the connection.</param>
    /// <returns>The result.</returns>
    public Task<TReply> CallAsync<T, TReply>(CallRoute<T, TReply> route, T request, string? scope, CancellationToken cancellationToken) =>
        scope is null ? CallAsync(route, request, cancellationToken) : throw new NotSupportedException();

    /// <summary>Makes a call whose replies are streamed.</summary>
    /// <typeparam name="T">The request's record.</typeparam>
    /// <typeparam name="TReply">The type of a reply.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="request">The request; written before the method returns.</param>
    /// <param name="scope">The scope; null for none.</param>
    /// <param name="options">How the stream buffers; null for what the contract says, otherwise the defaults.</param>
    /// <returns>The stream.</returns>
    public MessageStream<TReply> CallStream<T, TReply>(CallRoute<T, TReply> route, T request, string? scope, MessageStreamOptions? options) =>
        throw new NotSupportedException();
}
