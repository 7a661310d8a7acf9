using System.Diagnostics;

namespace NetWebSockets.Telemetry;

/// <summary>The activity source, and the activities it makes. Paths and query strings stay out of them: both may carry secrets.</summary>
internal static class NetWebSocketActivities
{
    /// <summary>The name of the activity around one attempt to connect.</summary>
    public const string ConnectName = "websocket connect";

    private static readonly ActivitySource Source = new(NetWebSocketTelemetry.ActivitySourceName, NetWebSocketTelemetry.Version);

    /// <summary>Starts the activity of one attempt to connect, from the name look-up to the end of the opening handshake.</summary>
    /// <param name="address">The address; only its scheme, host and port are told.</param>
    /// <returns>The activity, to dispose when the attempt is over; null when nobody listens.</returns>
    public static Activity? StartConnect(Uri address)
    {
        if (!Source.HasListeners())
            return null;
        Activity? activity = Source.StartActivity(ConnectName, ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag(TelemetryTags.ServerAddress, address.IdnHost);
            activity.SetTag(TelemetryTags.ServerPort, address.Port);
            activity.SetTag(TelemetryTags.UrlScheme, address.Scheme);
            activity.SetTag(TelemetryTags.ProtocolName, "websocket");
        }

        return activity;
    }

    /// <summary>Marks an attempt as failed.</summary>
    /// <param name="activity">What <see cref="StartConnect"/> returned.</param>
    /// <param name="errorType">What failed, as a name from a small set (<c>net::ERR_…</c> or an exception's type).</param>
    /// <param name="description">A sentence without secrets, or null.</param>
    public static void Fail(Activity? activity, string errorType, string? description = null)
    {
        if (activity is null)
            return;
        activity.SetTag(TelemetryTags.ErrorType, errorType);
        activity.SetStatus(ActivityStatusCode.Error, description);
    }
}
