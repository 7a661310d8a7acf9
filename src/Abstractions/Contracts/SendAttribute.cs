namespace NetWebSockets;

/// <summary>The record is a message that <typeparamref name="TClient"/> sends.</summary>
/// <typeparam name="TClient">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class SendAttribute<TClient> : Attribute
    where TClient : class
{
    /// <summary>The record is sent with these values at the client's discriminators.</summary>
    /// <param name="discriminators">Strings or integers, one for each discriminator in order; what is left out is not sent, nor is <see cref="Discriminator.Absent"/>.</param>
    public SendAttribute(params object[] discriminators) => Discriminators = discriminators;

    /// <summary>The values at the client's discriminators.</summary>
    public IReadOnlyList<object> Discriminators { get; }

    /// <summary>Where the record stands in the message, when it is elsewhere than <see cref="WebSocketClientAttribute.Payload"/> says. Empty: it is the message.</summary>
    public string? Payload { get; set; }
}

/// <summary>
/// The partial method sends a message. Its parameters are the message's fields, named as the JSON context names properties; a single parameter that is a class or record is the message itself.
/// It returns <c>ValueTask</c>, done when the message is sent.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class SendAttribute : Attribute
{
    /// <summary>The message is sent with these values at the client's discriminators.</summary>
    /// <param name="discriminators">Strings or integers, one for each discriminator in order; what is left out is not sent, nor is <see cref="Discriminator.Absent"/>.</param>
    public SendAttribute(params object[] discriminators) => Discriminators = discriminators;

    /// <summary>The values at the client's discriminators.</summary>
    public IReadOnlyList<object> Discriminators { get; }

    /// <summary>Where the fields stand in the message, when it is elsewhere than <see cref="WebSocketClientAttribute.Payload"/> says. Empty: at its root.</summary>
    public string? Payload { get; set; }
}
