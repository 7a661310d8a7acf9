using System.Diagnostics.Metrics;
using NetWebSockets.Telemetry;
using Xunit;

namespace NetWebSockets.Tests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed class MetricsTests
{
    private readonly string _client = $"client-{Guid.NewGuid():N}";
    private readonly string _host = $"{Guid.NewGuid():N}.example";

    [Fact]
    public void A_message_is_counted_with_its_bytes_kind_and_client()
    {
        using Measurements measured = new("netwebsockets.client", _client);

        NetWebSocketMetrics.MessageSent(_client, isText: true, 12);
        NetWebSocketMetrics.MessageReceived(_client, isText: false, 100, count: 3);

        Assert.Equal((1, "text"), Seen(measured, "netwebsockets.messages.sent"));
        Assert.Equal((12, "text"), Seen(measured, "netwebsockets.bytes.sent"));
        Assert.Equal((3, "binary"), Seen(measured, "netwebsockets.messages.received"));
        Assert.Equal((100, "binary"), Seen(measured, "netwebsockets.bytes.received"));
        Assert.Equal("By", Assert.Single(measured.Of("netwebsockets.bytes.received")).Unit);

        static (double Value, object? Kind) Seen(Measurements measured, string instrument)
        {
            Measurements.Measurement one = Assert.Single(measured.Of(instrument));
            return (one.Value, one.Tags["netwebsockets.message.kind"]);
        }
    }

    [Theory]
    [InlineData(SendOutcome.Sent, "sent")]
    [InlineData(SendOutcome.NotSent, "not_sent")]
    [InlineData(SendOutcome.Unknown, "unknown")]
    public void A_send_is_counted_by_its_outcome(SendOutcome outcome, string name)
    {
        using Measurements measured = new("netwebsockets.client", _client);

        NetWebSocketMetrics.SendEnded(_client, outcome);

        Assert.Equal(name, Assert.Single(measured.Of("netwebsockets.sends")).Tags["netwebsockets.send.outcome"]);
    }

    [Fact]
    public void An_attempt_is_counted_when_it_starts_and_timed_in_seconds_when_it_ends()
    {
        using Measurements measured = new("server.address", _host);

        NetWebSocketMetrics.ConnectStarted(_host, 443);
        NetWebSocketMetrics.ConnectEnded(_host, 443, TimeSpan.FromMilliseconds(250), null);
        NetWebSocketMetrics.ConnectEnded(_host, 443, TimeSpan.FromSeconds(2), "net::ERR_CONNECTION_REFUSED");

        Assert.Equal(443, Assert.Single(measured.Of("netwebsockets.connect.attempts")).Tags["server.port"]);
        IReadOnlyList<Measurements.Measurement> durations = measured.Of("netwebsockets.connect.duration");
        Assert.Equal([0.25, 2], durations.Select(d => d.Value));
        Assert.All(durations, d => Assert.Equal("s", d.Unit));
        Assert.False(durations[0].Tags.ContainsKey("error.type"));
        Assert.Equal("net::ERR_CONNECTION_REFUSED", durations[1].Tags["error.type"]);
    }

    [Fact]
    public void Open_connections_go_up_and_down()
    {
        using Measurements measured = new("server.address", _host);

        NetWebSocketMetrics.ConnectionOpened(_host, 80);
        NetWebSocketMetrics.ConnectionOpened(_host, 80);
        NetWebSocketMetrics.ConnectionClosed(_host, 80);

        Assert.Equal(1, measured.Of("netwebsockets.connections.open").Sum(m => m.Value));
    }

    [Fact]
    public void Calls_and_what_streams_lose_are_counted()
    {
        using Measurements measured = new("netwebsockets.client", _client);

        NetWebSocketMetrics.CallEnded(_client, "history", TimeSpan.FromMilliseconds(20), CallOutcomes.Timeout);
        NetWebSocketMetrics.MessageUnknown(_client, unreadable: true);
        NetWebSocketMetrics.MessageUnknown(_client, unreadable: false);
        NetWebSocketMetrics.MessageUnread(_client);
        NetWebSocketMetrics.MessageDropped(_client);
        NetWebSocketMetrics.LateReply(_client);
        NetWebSocketMetrics.Reconnected(_client);

        Measurements.Measurement call = Assert.Single(measured.Of("netwebsockets.call.duration"));
        Assert.Equal((0.02, "history", "timeout"), (call.Value, call.Tags["netwebsockets.call.method"], call.Tags["netwebsockets.call.outcome"]));
        Assert.Equal(["unreadable", "not_in_contract"], measured.Of("netwebsockets.messages.unknown").Select(m => m.Tags["netwebsockets.reason"]));
        Assert.Single(measured.Of("netwebsockets.messages.unread"));
        Assert.Single(measured.Of("netwebsockets.messages.dropped"));
        Assert.Single(measured.Of("netwebsockets.replies.late"));
        Assert.Single(measured.Of("netwebsockets.reconnects"));
    }

    [Fact]
    public void Counting_a_message_allocates_nothing_even_while_somebody_listens()
    {
        long counted = 0;
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == NetWebSocketTelemetry.MeterName && instrument.Name.EndsWith(".received", StringComparison.Ordinal))
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (tags[0].Value is string name && name == _client)
                counted += value;
        });
        listener.Start();
        NetWebSocketMetrics.MessageReceived(_client, isText: true, 10);

        long messages = 1;
        long allocated = Allocations.OfThousand(() =>
        {
            messages++;
            NetWebSocketMetrics.MessageReceived(_client, isText: true, 10);
        });

        Assert.Equal(messages * 11, counted);
        Assert.Equal(0, allocated);
    }
}
