namespace NetWebSockets.Generators.Models;

/// <summary>What keeps a connection. Records are named from <c>global::</c> on and are found among the client's messages when the contract is composed.</summary>
/// <param name="Heartbeat">The heartbeat; null when there is none.</param>
/// <param name="Resume">How a session is resumed; null when it is not.</param>
/// <param name="CloseCodes">What close codes mean; null when the contract does not say.</param>
/// <param name="OutboundLimits">How much the peer takes.</param>
/// <param name="Acknowledgements">What is acknowledged.</param>
/// <param name="OnConnecting">The user's method; null when there is none.</param>
/// <param name="OnConnected">The user's method; null when there is none.</param>
/// <param name="OnClosing">The user's method; null when there is none.</param>
internal sealed record SessionModel(
    HeartbeatModel? Heartbeat,
    ResumeModel? Resume,
    CloseCodesModel? CloseCodes,
    EquatableArray<OutboundLimitModel> OutboundLimits,
    EquatableArray<AcknowledgeModel> Acknowledgements,
    ScriptModel? OnConnecting,
    ScriptModel? OnConnected,
    ScriptModel? OnClosing);

/// <summary>A method of the user that the runtime calls.</summary>
/// <param name="Method">Its name.</param>
/// <param name="IsTask">Whether it returns a <c>Task</c> rather than a <c>ValueTask</c>.</param>
/// <param name="IsStatic">Whether it is static.</param>
internal sealed record ScriptModel(string Method, bool IsTask, bool IsStatic);

/// <summary>A heartbeat.</summary>
/// <param name="Text">The text; null for a record or a protocol ping.</param>
/// <param name="Record">The record; null for a text or a protocol ping.</param>
/// <param name="Create">Makes the record as C#, with <c>sequence</c> for the last sequence as an object.</param>
/// <param name="Seconds">The interval; 0 when it is only told.</param>
/// <param name="IntervalFrom">The record that tells the interval.</param>
/// <param name="IntervalAt">Where it tells it.</param>
/// <param name="IntervalUnit">The unit, in seconds.</param>
/// <param name="Jitter">Whether the first is random.</param>
/// <param name="Reply">The record that answers.</param>
/// <param name="ReplyText">The text that answers.</param>
/// <param name="ReplySeconds">How long to wait for it; 0 until the next.</param>
/// <param name="RequestedBy">The record that asks for one.</param>
/// <param name="SilenceSeconds">How long nothing may come; 0 for no limit.</param>
/// <param name="OnlyWhenIdle">Whether it is only sent when nothing else was.</param>
internal sealed record HeartbeatModel(
    string? Text,
    string? Record,
    string? Create,
    double Seconds,
    string? IntervalFrom,
    string? IntervalAt,
    double IntervalUnit,
    bool Jitter,
    string? Reply,
    string? ReplyText,
    double ReplySeconds,
    string? RequestedBy,
    double SilenceSeconds,
    bool OnlyWhenIdle);

/// <summary>How a session is resumed.</summary>
/// <param name="Sequence">Where messages carry their sequence number.</param>
/// <param name="From">The record that tells state and address.</param>
/// <param name="State">Where it tells the state.</param>
/// <param name="Address">Where it tells the address.</param>
/// <param name="Query">What is added to the query.</param>
/// <param name="WithinSeconds">How long after a drop it can be resumed; 0 for no limit.</param>
/// <param name="ReplaceBy">The record that asks to move.</param>
/// <param name="ReplaceAddress">Where it tells the new address.</param>
/// <param name="EndedBy">The record that says that the session is over.</param>
/// <param name="Resumable">Where it says that it can be resumed all the same.</param>
internal sealed record ResumeModel(
    string? Sequence, string? From, string? State, string? Address, string? Query, double WithinSeconds, string? ReplaceBy, string? ReplaceAddress,
    string? EndedBy, string? Resumable);

/// <summary>What close codes mean.</summary>
internal sealed record CloseCodesModel(
    EquatableArray<int> Fatal, EquatableArray<int> NewSession, EquatableArray<int> Resume, EquatableArray<int> Retry, int Abort);

/// <summary>How much the peer takes.</summary>
internal sealed record OutboundLimitModel(int Messages, double PerSeconds, int MaxBytes, bool Fail, bool AcrossConnections);

/// <summary>What is acknowledged.</summary>
/// <param name="At">Where the value stands.</param>
/// <param name="Text">What is sent.</param>
/// <param name="EverySeconds">How long a cumulative one is held back; null when each message is acknowledged by itself.</param>
internal sealed record AcknowledgeModel(string At, string Text, double? EverySeconds);
