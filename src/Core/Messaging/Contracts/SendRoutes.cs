using System.ComponentModel;

namespace NetWebSockets.Messaging;

/// <summary>One kind of message that is sent.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract record SendRoute
{
    private protected SendRoute()
    {
    }

    /// <summary>The type of the record.</summary>
    internal abstract Type RecordType { get; }
}

/// <summary>One kind of message that is sent.</summary>
/// <typeparam name="T">The record, or what holds the parameters of a method.</typeparam>
/// <param name="Name">The discriminator's value, for logs and errors.</param>
/// <param name="Envelope">The JSON around the record.</param>
/// <param name="Format">How to write the record.</param>
/// <param name="Idempotent">Whether it may be sent again when the outcome was unknown.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record SendRoute<T>(string Name, Envelope Envelope, PayloadFormat<T> Format, bool Idempotent) : SendRoute
{
    internal override Type RecordType => typeof(T);
}

/// <summary>One call.</summary>
/// <typeparam name="T">The request's record, or what holds the parameters of a method.</typeparam>
/// <typeparam name="TReply">The type of the result, or of one of several that are streamed.</typeparam>
/// <param name="Method">The method, for errors and logs.</param>
/// <param name="Envelope">The JSON around the record, with a place for the id.</param>
/// <param name="Format">How to write the request.</param>
/// <param name="ReplyFormat">How to read the result; null when it is of no interest.</param>
/// <param name="Idempotent">Whether the request may be sent again when its outcome was unknown.</param>
/// <param name="Timeout">How long to wait for the reply; null takes the client's default.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record CallRoute<T, TReply>(
    string Method, Envelope Envelope, PayloadFormat<T> Format, PayloadFormat<TReply>? ReplyFormat, bool Idempotent, TimeSpan? Timeout)
{
    /// <summary>How streams of replies buffer that are opened without options of their own; null for the defaults. Only for calls whose replies are streamed.</summary>
    public MessageStreamOptions? Stream { get; init; }
}

/// <summary>The result of a call that is of no interest.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct NoResult;
