using Polly;
using Xunit;

namespace NetWebSockets.Tests.Connections;

public sealed class OptionsTests
{
    private static readonly Uri Address = new("ws://127.0.0.1:1/");

    [Fact]
    public void The_defaults_with_an_address_are_valid() => _ = new WebSocketConnection(new WebSocketConnectionOptions { Uri = Address });

    public static TheoryData<string, Action<WebSocketConnectionOptions>> Wrong => new()
    {
        { "Neither Uri nor Endpoint is set", o => o.Uri = null },
        { "Uri is relative", o => o.Uri = new Uri("/ws", UriKind.Relative) },
        { "Uri has the scheme 'ftp'", o => o.Uri = new Uri("ftp://example.com") },
        { "fragment", o => o.Uri = new Uri("ws://example.com/#x") },
        { "Protocols: The subprotocol 'a b' is invalid", o => o.Protocols.Add("a b") },
        { "Headers: 'X Y' is not a header name", o => o.Headers["X Y"] = "1" },
        { "Headers: The value of the header 'X-Y' contains CR, LF or NUL", o => o.Headers["X-Y"] = "1\r\n2" },
        { "Origin: The value", o => o.Origin = "a\nb" },
        { "HttpVersion: WebSockets over HTTP/3", o => o.HttpVersion = new Version(3, 0) },
        { "HttpVersion: The HTTP version is 2.1", o => o.HttpVersion = new Version(2, 1) },
        { "HttpVersionPolicy: The HTTP version policy is 7", o => o.HttpVersionPolicy = (HttpVersionPolicy)7 },
        { "ConnectTimeout", o => o.ConnectTimeout = TimeSpan.Zero },
        { "KeepAliveInterval", o => o.KeepAliveInterval = TimeSpan.FromSeconds(-2) },
        { "KeepAliveTimeout", o => o.KeepAliveTimeout = Timeout.InfiniteTimeSpan },
        { "StableAfter", o => o.StableAfter = TimeSpan.FromSeconds(-1) },
        { "ReconnectSpread", o => o.ReconnectSpread = TimeSpan.FromSeconds(-1) },
        { "CloseTimeout", o => o.CloseTimeout = TimeSpan.FromSeconds(-1) },
        { "SendQueueCapacity is 0", o => o.SendQueueCapacity = 0 },
        { "SendQueueBytes is 0", o => o.SendQueueBytes = 0 },
        { "MaxWaitingSends is -1", o => o.MaxWaitingSends = -1 },
        { "ReceiveCapacity is 0", o => o.ReceiveCapacity = 0 },
        { "ReceiveBytes is 0", o => o.ReceiveBytes = 0 },
        { "MaxMessageSize is 0", o => o.MaxMessageSize = 0 },
        { "SendQueueFullMode is 7", o => o.SendQueueFullMode = (SendQueueFullMode)7 },
        { "Reconnect.InitialDelay", o => o.Reconnect.InitialDelay = TimeSpan.Zero },
        { "Reconnect.MaxDelay", o => o.Reconnect.MaxDelay = TimeSpan.FromMilliseconds(1) },
        { "Reconnect.MaxAttempts is 0", o => o.Reconnect.MaxAttempts = 0 },
        { "Reconnect.MaxRetryAfter", o => o.Reconnect.MaxRetryAfter = TimeSpan.FromSeconds(-1) },
        { "Session and Partition are both set", o => (o.Session, o.Partition) = (NetSession.Default, "x") },
        {
            "ConnectPipeline and ConfigureConnectPipeline are both set",
            o => (o.ConnectPipeline, o.ConfigureConnectPipeline) = (ResiliencePipeline.Empty, _ => { })
        },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_wrong_option_is_told_when_the_connection_is_made(string sentence, Action<WebSocketConnectionOptions> change)
    {
        WebSocketConnectionOptions options = new() { Uri = Address };
        change(options);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new WebSocketConnection(options));
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
        Assert.Equal("options", error.ParamName);
    }

    [Fact]
    public void All_wrong_options_are_told_at_once()
    {
        WebSocketConnectionOptions options = new() { SendQueueCapacity = 0, ConnectTimeout = TimeSpan.Zero };
        string message = Assert.Throws<ArgumentException>(() => new WebSocketConnection(options)).Message;
        Assert.Contains("Neither Uri nor Endpoint", message, StringComparison.Ordinal);
        Assert.Contains("SendQueueCapacity", message, StringComparison.Ordinal);
        Assert.Contains("ConnectTimeout", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_are_read_once_so_later_changes_have_no_effect()
    {
        WebSocketConnectionOptions options = new() { Uri = Address, SendQueueCapacity = 1, SendQueueFullMode = SendQueueFullMode.Fail };
        await using WebSocketConnection connection = new(options);
        options.SendQueueCapacity = 100;
        _ = connection.SendTextAsync("1");
        SendException full = await connection.SendTextAsync("2").SendFailsAsync();
        Assert.Equal(SendOutcome.NotSent, full.Outcome);
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1001)]
    [InlineData(1006)]
    [InlineData(2999)]
    [InlineData(5000)]
    public void A_close_code_that_no_application_may_use_is_refused(int code)
    {
        WebSocketConnection connection = new(new WebSocketConnectionOptions { Uri = Address });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = connection.CloseAsync(code); });
        Assert.Equal(ConnectionState.Disconnected, connection.State);
    }

    [Fact]
    public void A_close_reason_that_does_not_fit_its_frame_is_refused()
    {
        WebSocketConnection connection = new(new WebSocketConnectionOptions { Uri = Address });
        Assert.Throws<ArgumentException>(() => { _ = connection.CloseAsync(1000, new string('é', 62)); });
    }

    [Fact]
    public void An_endpoint_never_shows_its_query_or_headers()
    {
        WebSocketEndpoint endpoint = new(new Uri("wss://example.com/ws?token=secret")) { Headers = { ["Authorization"] = "secret" } };
        Assert.Equal("wss://example.com/ws", endpoint.ToString());
    }
}
