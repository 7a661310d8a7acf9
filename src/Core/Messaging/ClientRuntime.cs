using System.ComponentModel;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace NetWebSockets.Messaging;

/// <summary>What a generated client stands on: one connection, the router, the calls and the streams. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ClientRuntime : IAsyncDisposable
{
    /// <summary>Creates the runtime; nothing connects yet.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="options">The options; validated here.</param>
    public ClientRuntime(ClientContract contract, WebSocketClientOptions options) => throw new NotImplementedException($"{contract}{options}");

    /// <summary>The connection underneath.</summary>
    public WebSocketConnection Connection => throw new NotImplementedException();

    /// <summary>Finds how a type is written and read in the user's context, or says what to add to it.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="context">The context.</param>
    /// <returns>The type's metadata.</returns>
    public static JsonTypeInfo<T> TypeInfo<T>(JsonSerializerContext context) => throw new NotImplementedException($"{context}");

    /// <summary>Sends a record. Same outcomes as <see cref="WebSocketConnection.SendAsync"/>.</summary>
    public ValueTask SendAsync<T>(SendRoute<T> route, T message, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes a call.</summary>
    public Task<TReply> CallAsync<T, TReply>(CallRoute<T, TReply> route, T request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Opens a stream, registered from here on.</summary>
    public MessageStream<T> Open<T>(ReceiveRoute<T> route, MessageStreamOptions? options) => throw new NotImplementedException();

    /// <summary>Opens a stream of unknown messages.</summary>
    public MessageStream<UnknownMessage> OpenUnknown(MessageStreamOptions? options) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
