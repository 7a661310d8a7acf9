using NetWebSockets.Connections;
using Polly;
using Polly.Retry;

namespace NetWebSockets;

/// <summary>The default reconnect strategy, for pipelines of your own.</summary>
public static class ReconnectPipelineExtensions
{
    /// <summary>
    /// Adds the retry strategy of the default connect pipeline: exponential backoff with jitter and a cap, without end unless
    /// <see cref="ReconnectOptions.MaxAttempts"/> says so, and honouring Retry-After. It handles every exception that is no cancellation.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="options">When to try again; the defaults when left out.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The options are wrong; the message says how.</exception>
    public static ResiliencePipelineBuilder AddReconnect(this ResiliencePipelineBuilder builder, ReconnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        options ??= new ReconnectOptions();
        List<string> problems = [];
        ConnectionOptionsValidation.Reconnect(problems, options);
        if (problems.Count > 0)
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        if (options.MaxAttempts == 1)
            return builder;

        TimeSpan shortest = options.InitialDelay;
        TimeSpan longest = options.MaxRetryAfter > shortest ? options.MaxRetryAfter : shortest;
        RetryStrategyOptions retry = new()
        {
            Name = "Reconnect",
            MaxRetryAttempts = options.MaxAttempts - 1 ?? int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = options.InitialDelay,
            MaxDelay = options.MaxDelay,
            UseJitter = options.UseJitter,
            // Null leaves the delay to the backoff above.
            DelayGenerator = arguments => new ValueTask<TimeSpan?>(
                RetryAfter(arguments.Outcome.Exception) is { } wait ? TimeSpan.FromTicks(Math.Clamp(wait.Ticks, shortest.Ticks, longest.Ticks)) : null),
        };
        return builder.AddRetry(retry);
    }

    private static TimeSpan? RetryAfter(Exception? exception) => exception switch
    {
        HandshakeException { RetryAfter: { } wait } when wait > TimeSpan.Zero => wait,
        _ => null,
    };
}
