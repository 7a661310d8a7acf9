namespace NetWebSockets;

/// <summary>What a connection does about a failure; see <see cref="WebSocketConnectionOptions.ClassifyFailure"/>.</summary>
public enum FailureAction
{
    /// <summary>What the built-in table says (docs/reliability.md, "Fatal or not").</summary>
    Default = 0,

    /// <summary>Try again when the connect pipeline says.</summary>
    Retry = 1,

    /// <summary>
    /// Try again without waiting. A second one in a row, with no stable connection in between, counts as <see cref="Retry"/>, so that
    /// it can never become a hot loop.
    /// </summary>
    RetryNow = 2,

    /// <summary>Give up: the connection becomes <see cref="ConnectionState.Faulted"/> with the failure as its cause.</summary>
    Fatal = 3,

    /// <summary>
    /// The peer's session is over: what there was to resume it with is forgotten, and a new one begins at the next attempt, made when the connect pipeline says. For a connection without a contract that resumes,
    /// this is <see cref="Retry"/>.
    /// </summary>
    NewSession = 4,

    /// <summary>The peer's session can be resumed at once: try again as for <see cref="RetryNow"/>, with what there is to resume it with.</summary>
    Resume = 5,
}
