namespace NetWebSockets;

/// <summary>The record is a message that <typeparamref name="TClient"/> receives.</summary>
/// <typeparam name="TClient">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class ReceiveAttribute<TClient> : MessageStreamAttribute
    where TClient : class
{
    /// <summary>A message with these values at the client's discriminators is read as the record.</summary>
    /// <param name="discriminators">
    /// One for each discriminator in order; what is left out may be anything. Strings, integers, members of <see cref="Discriminator"/>, or templates such as
    /// <c>trade.{symbol}</c>, whose parameters stand for one or more characters each; <c>{{</c> and <c>}}</c> are braces. A value that is written out goes before a template, a template with
    /// more text of its own before one with less, and those before <see cref="Discriminator"/>.
    /// </param>
    public ReceiveAttribute(params object[] discriminators) => Discriminators = discriminators;

    /// <summary>The values at the client's discriminators.</summary>
    public IReadOnlyList<object> Discriminators { get; }
}

/// <summary>The partial method opens a stream of the messages with these values at the client's discriminators. It returns <see cref="MessageStream{T}"/>.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class EventAttribute : MessageStreamAttribute
{
    /// <summary>A message with these values is an item. In a JSON-RPC client it is the method of a notification.</summary>
    /// <param name="discriminators">As for <see cref="ReceiveAttribute{TClient}"/>.</param>
    public EventAttribute(params object[] discriminators) => Discriminators = discriminators;

    /// <summary>The values at the client's discriminators.</summary>
    public IReadOnlyList<object> Discriminators { get; }
}
