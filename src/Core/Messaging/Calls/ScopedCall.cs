namespace NetWebSockets.Messaging;

/// <summary>A call within a scope. A class of its own, because most calls have none and need not carry it.</summary>
/// <inheritdoc/>
internal sealed class ScopedCall<TReply>(string method, TimeSpan timeout, PayloadFormat<TReply>? replyFormat, string scope)
    : PendingCall<TReply>(method, timeout, replyFormat)
{
    /// <inheritdoc/>
    public override string? Scope => scope;
}
