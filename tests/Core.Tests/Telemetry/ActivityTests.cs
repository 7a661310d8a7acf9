using System.Diagnostics;
using NetWebSockets.Telemetry;
using Xunit;

namespace NetWebSockets.Tests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed class ActivityTests
{
    [Fact]
    public void A_connect_activity_tells_the_server_and_never_the_path_query_or_user()
    {
        using ActivityListener listener = Listen();

        using Activity? activity = NetWebSocketActivities.StartConnect(new Uri("wss://me:secret1@feed.example:8443/secret2?token=secret3"));

        Assert.NotNull(activity);
        Assert.Equal(ActivityKind.Client, activity.Kind);
        Assert.Equal("feed.example", activity.GetTagItem("server.address"));
        Assert.Equal(8443, activity.GetTagItem("server.port"));
        Assert.Equal("websocket", activity.GetTagItem("network.protocol.name"));
        Assert.All(activity.TagObjects, t => Assert.DoesNotContain("secret", $"{t.Value}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_failed_attempt_carries_the_type_of_its_error()
    {
        using ActivityListener listener = Listen();
        using Activity? activity = NetWebSocketActivities.StartConnect(new Uri("ws://feed.example/"));

        NetWebSocketActivities.Fail(activity, "net::ERR_CONNECTION_REFUSED", "Nobody listens there.");

        Assert.Equal(ActivityStatusCode.Error, activity!.Status);
        Assert.Equal("Nobody listens there.", activity.StatusDescription);
        Assert.Equal("net::ERR_CONNECTION_REFUSED", activity.GetTagItem("error.type"));
    }

    [Fact]
    public void A_failure_of_an_attempt_nobody_listens_to_is_ignored() => NetWebSocketActivities.Fail(null, "net::ERR_FAILED");

    [Theory]
    [InlineData("wss://me:secret@feed.example:8443/a%20b/c?token=secret#secret", "wss://feed.example:8443/a%20b/c")]
    [InlineData("ws://feed.example", "ws://feed.example/")]
    public void An_address_is_logged_without_query_fragment_and_user(string address, string logged) =>
        Assert.Equal(logged, Log.Redact(new Uri(address)));

    private static ActivityListener Listen()
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == NetWebSocketTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
