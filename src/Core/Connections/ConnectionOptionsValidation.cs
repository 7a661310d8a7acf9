using NetWebSockets.Handshake;
using NetWebSockets.Sockets;

namespace NetWebSockets.Connections;

/// <summary>Finds everything that is wrong in the options, so that all of it is told at once.</summary>
internal static class ConnectionOptionsValidation
{
    // What a timer can wait (uint.MaxValue - 1 milliseconds).
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <returns>A sentence for each problem; empty when there is none.</returns>
    public static IReadOnlyList<string> Problems(WebSocketConnectionOptions options)
    {
        List<string> problems = [];
        if (options.Uri is { } uri)
            Address(problems, "Uri", uri);
        else if (options.Endpoint is null)
            problems.Add("Neither Uri nor Endpoint is set: set Uri to the address to connect to, such as wss://example.com/ws.");
        if (options.Session is not null && options.Partition is not null)
            problems.Add("Session and Partition are both set: set only one of them.");
        if (options.ConnectPipeline is not null && options.ConfigureConnectPipeline is not null)
            problems.Add("ConnectPipeline and ConfigureConnectPipeline are both set: set only one of them.");

        Rule(problems, nameof(options.Protocols), () => Subprotocols.Validate(options.Protocols, nameof(options.Protocols)));
        foreach ((string header, string value) in options.Headers)
        {
            Rule(problems, nameof(options.Headers), () =>
            {
                HeaderRules.ValidateName(header);
                HeaderRules.ValidateValue(header, value);
            });
        }

        if (options.Origin is { Length: > 0 } origin)
            Rule(problems, nameof(options.Origin), () => HeaderRules.ValidateValue("Origin", origin));
        Rule(problems, nameof(options.HttpVersion), () => HttpVersionRules.ValidateVersion(options.HttpVersion, nameof(options.HttpVersion)));
        Rule(problems, nameof(options.HttpVersionPolicy), () => HttpVersionRules.ValidatePolicy(options.HttpVersionPolicy, nameof(options.HttpVersionPolicy)));
        Positive(problems, nameof(options.ConnectTimeout), options.ConnectTimeout, infiniteToo: true);
        Positive(problems, nameof(options.KeepAliveInterval), options.KeepAliveInterval, infiniteToo: true);
        Positive(problems, nameof(options.KeepAliveTimeout), options.KeepAliveTimeout, infiniteToo: false);
        NotNegative(problems, nameof(options.StableAfter), options.StableAfter);
        NotNegative(problems, nameof(options.ReconnectSpread), options.ReconnectSpread);
        NotNegative(problems, nameof(options.CloseTimeout), options.CloseTimeout);
        AtLeastOne(problems, nameof(options.SendQueueCapacity), options.SendQueueCapacity);
        AtLeastOne(problems, nameof(options.SendQueueBytes), options.SendQueueBytes);
        AtLeastOne(problems, nameof(options.ReceiveCapacity), options.ReceiveCapacity);
        AtLeastOne(problems, nameof(options.ReceiveBytes), options.ReceiveBytes);
        if (options.MaxMessageSize < 1 || options.MaxMessageSize > Array.MaxLength)
            problems.Add($"MaxMessageSize is {options.MaxMessageSize}: it must be from 1 to {Array.MaxLength}.");
        if (options.MaxFrameSize < 1)
            problems.Add($"MaxFrameSize is {options.MaxFrameSize}: it must be at least 1.");
        if (options.PerMessageDeflate is { } deflate)
            problems.AddRange(deflate.Problems());
        if (options.MaxWaitingSends < 0)
            problems.Add($"MaxWaitingSends is {options.MaxWaitingSends}: it must not be negative.");
        if (!Enum.IsDefined(options.SendQueueFullMode))
            problems.Add($"SendQueueFullMode is {(int)options.SendQueueFullMode}: it must be Wait or Fail.");
        if (options.TimeProvider is null)
            problems.Add("TimeProvider is null: leave it at TimeProvider.System.");
        if (options.LoggerFactory is null)
            problems.Add("LoggerFactory is null: leave it at NullLoggerFactory.Instance.");
        if (options.Reconnect is { } reconnect)
            Reconnect(problems, reconnect);
        else
            problems.Add("Reconnect is null: leave it at its default.");
        return problems;
    }

    /// <summary>Checks an address, wherever it came from.</summary>
    public static void Address(List<string> problems, string name, Uri uri)
    {
        if (!uri.IsAbsoluteUri)
            problems.Add($"{name} is relative: give an absolute address, such as wss://example.com/ws.");
        else if (uri.Scheme is not ("ws" or "wss" or "http" or "https"))
            problems.Add($"{name} has the scheme '{uri.Scheme}': it must be ws, wss, http or https.");
        else
            Rule(problems, name, () => SocketAddress.Normalize(uri, name));
    }

    // The rules of the layers below, told now and not at the first attempt.
    private static void Rule(List<string> problems, string name, Action check)
    {
        try
        {
            check();
        }
        catch (ArgumentException e)
        {
            problems.Add($"{name}: {Sentence(e)}");
        }
    }

    // Without the parameter's name that .NET appends.
    private static string Sentence(ArgumentException e)
    {
        int end = e.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return end < 0 ? e.Message : e.Message[..end];
    }

    internal static void Reconnect(List<string> problems, ReconnectOptions options)
    {
        Positive(problems, "Reconnect.InitialDelay", options.InitialDelay, infiniteToo: false);
        NotNegative(problems, "Reconnect.MaxRetryAfter", options.MaxRetryAfter);
        // Polly's own limit.
        if (options.InitialDelay > TimeSpan.FromDays(1))
            problems.Add($"Reconnect.InitialDelay is {options.InitialDelay}: it must be at most one day.");
        if (options.MaxDelay < options.InitialDelay || options.MaxDelay > TimeSpan.FromDays(1))
            problems.Add($"Reconnect.MaxDelay is {options.MaxDelay}: it must be at least InitialDelay ({options.InitialDelay}) and at most one day.");
        if (options.MaxAttempts is < 1)
            problems.Add($"Reconnect.MaxAttempts is {options.MaxAttempts}: it must be at least 1, or null to never give up.");
    }

    private static void Positive(List<string> problems, string name, TimeSpan value, bool infiniteToo)
    {
        if ((value > TimeSpan.Zero && value <= Longest) || (infiniteToo && value == Timeout.InfiniteTimeSpan))
            return;
        problems.Add($"{name} is {value}: it must be more than zero and at most {Longest.Days} days{(infiniteToo ? ", or Timeout.InfiniteTimeSpan" : "")}.");
    }

    private static void NotNegative(List<string> problems, string name, TimeSpan value)
    {
        if (value < TimeSpan.Zero || value > Longest)
            problems.Add($"{name} is {value}: it must be between zero and {Longest.Days} days.");
    }

    private static void AtLeastOne(List<string> problems, string name, long value)
    {
        if (value < 1)
            problems.Add($"{name} is {value}: it must be at least 1.");
    }
}
