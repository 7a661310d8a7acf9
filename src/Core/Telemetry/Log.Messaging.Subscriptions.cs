using Microsoft.Extensions.Logging;

namespace NetWebSockets.Telemetry;

internal static partial class Log
{
    [LoggerMessage(430, LogLevel.Debug, "{Client} has made {Count} subscriptions on a new socket.")]
    public static partial void Restored(ILogger logger, string client, int count);

    [LoggerMessage(431, LogLevel.Debug, "{Client} got an item of '{Subscription}', which has no reader any more.")]
    public static partial void LateItem(ILogger logger, string client, string subscription);

    [LoggerMessage(432, LogLevel.Warning, "{Client} could not subscribe to '{Subscription}'; its streams have ended with the error. {Problem}")]
    public static partial void SubscribeFailed(ILogger logger, string client, string subscription, string problem);

    [LoggerMessage(433, LogLevel.Information, "{Client} could not subscribe to '{Subscription}' in one message; it tries fewer at a time. {Problem}")]
    public static partial void SubscribeSplit(ILogger logger, string client, string subscription, string problem);

    [LoggerMessage(434, LogLevel.Debug, "{Client} could not send '{Method}' for '{Subscription}' yet; it tries again. {Problem}")]
    public static partial void SubscriptionNotSent(ILogger logger, string client, string method, string subscription, string problem);

    [LoggerMessage(435, LogLevel.Warning, "{Client} could not unsubscribe from '{Subscription}'. {Problem}")]
    public static partial void UnsubscribeFailed(ILogger logger, string client, string subscription, string problem);

    [LoggerMessage(436, LogLevel.Debug, "The peer of {Client} has ended the subscription '{Subscription}'. {Reason}")]
    public static partial void SubscriptionEndedByPeer(ILogger logger, string client, string subscription, string reason);
}
