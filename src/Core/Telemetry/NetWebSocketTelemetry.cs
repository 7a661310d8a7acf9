namespace NetWebSockets;

/// <summary>
/// The names under which NetWebSockets reports to OpenTelemetry and every other listener of <c>System.Diagnostics</c>. What each
/// instrument and tag means is in docs/telemetry.md.
/// </summary>
/// <example>
/// <code>
/// services.AddOpenTelemetry()
///     .WithMetrics(m => m.AddMeter(NetWebSocketTelemetry.MeterName))
///     .WithTracing(t => t.AddSource(NetWebSocketTelemetry.ActivitySourceName));
/// </code>
/// </example>
public static class NetWebSocketTelemetry
{
    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "NetWebSockets";

    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySourceName = "NetWebSockets";

    internal static string? Version { get; } = typeof(NetWebSocketTelemetry).Assembly.GetName().Version?.ToString(3);
}
