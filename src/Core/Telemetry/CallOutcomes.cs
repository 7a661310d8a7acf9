namespace NetWebSockets.Telemetry;

/// <summary>How a call can end, as the value of a tag.</summary>
internal static class CallOutcomes
{
    /// <summary>The result came and could be read.</summary>
    public const string Result = "result";

    /// <summary>The peer answered with an error.</summary>
    public const string Error = "error";

    /// <summary>The time-out ran out.</summary>
    public const string Timeout = "timeout";

    /// <summary>The caller's token was cancelled.</summary>
    public const string Canceled = "canceled";

    /// <summary>The connection dropped or closed.</summary>
    public const string Dropped = "dropped";

    /// <summary>The reply could not be read, or anything else failed.</summary>
    public const string Failed = "failed";
}
