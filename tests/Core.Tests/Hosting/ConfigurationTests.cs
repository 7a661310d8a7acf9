using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace NetWebSockets.Tests.Hosting;

public sealed class ConfigurationTests
{
    private const string Section = "NetWebSocket:Clients:HostedClient:";

    [Fact]
    public void Every_option_that_can_be_written_down_is_read()
    {
        WebSocketClientOptions options = Read(
            ("Uri", "wss://feed.example/ws"),
            ("Protocols:0", "v2.feed"), ("Protocols:1", "v1.feed"),
            ("Headers:X-Api-Key", "k"), ("Headers:X-Region", "eu"),
            ("Origin", "https://app.example"),
            ("UseSessionCookies", "true"),
            ("Session", "work"),
            ("HttpVersion", "2.0"), ("HttpVersionPolicy", "requestVersionExact"),
            ("MaxMessageSize", "2000000000"),
            ("ConnectTimeout", "00:00:11"),
            ("StableAfter", "00:00:12"),
            ("ReconnectSpread", "00:00:13"),
            ("SendQueueCapacity", "14"), ("SendQueueBytes", "15"), ("SendQueueFullMode", "fail"), ("MaxWaitingSends", "16"),
            ("KeepAliveInterval", "Infinite"), ("KeepAliveTimeout", "00:00:17"),
            ("CloseTimeout", "00:00:18"),
            ("CallTimeout", "00:00:19"), ("MaxPendingCalls", "20"),
            ("Reconnect:InitialDelay", "00:00:01.5"), ("Reconnect:MaxDelay", "00:01:00"), ("Reconnect:UseJitter", "false"),
            ("Reconnect:MaxAttempts", "21"), ("Reconnect:MaxRetryAfter", "00:02:00"));

        Assert.Equal(new Uri("wss://feed.example/ws"), options.Uri);
        Assert.Equal(["v2.feed", "v1.feed"], options.Protocols);
        Assert.Equal("k", options.Headers["x-api-key"]);
        Assert.Equal("eu", options.Headers["X-Region"]);
        Assert.Equal("https://app.example", options.Origin);
        Assert.True(options.UseSessionCookies);
        Assert.NotNull(options.Session);
        Assert.Equal((HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact), (options.HttpVersion, options.HttpVersionPolicy));
        Assert.Equal(2_000_000_000, options.MaxMessageSize);
        Assert.Equal(
            (11, 12, 13, 17, 18, 19),
            (options.ConnectTimeout.Seconds, options.StableAfter.Seconds, options.ReconnectSpread.Seconds, options.KeepAliveTimeout.Seconds,
                options.CloseTimeout.Seconds, options.CallTimeout.Seconds));
        Assert.Equal(
            (14, 15, SendQueueFullMode.Fail, 16, 20),
            (options.SendQueueCapacity, options.SendQueueBytes, options.SendQueueFullMode, options.MaxWaitingSends, options.MaxPendingCalls));
        Assert.Equal(Timeout.InfiniteTimeSpan, options.KeepAliveInterval);
        Assert.Equal(
            (TimeSpan.FromSeconds(1.5), TimeSpan.FromMinutes(1), false, 21, TimeSpan.FromMinutes(2)),
            (options.Reconnect.InitialDelay, options.Reconnect.MaxDelay, options.Reconnect.UseJitter, options.Reconnect.MaxAttempts,
                options.Reconnect.MaxRetryAfter));
    }

    [Fact]
    public void A_list_of_protocols_may_be_written_in_one_value() =>
        Assert.Equal(["v2.feed", "v1.feed"], Read(("Uri", "wss://feed.example/ws"), ("Protocols", "v2.feed, v1.feed")).Protocols);

    [Theory]
    [InlineData("KeepAlivInterval", "00:00:30", "KeepAlivInterval is no option of a client. There are: CallTimeout, CloseTimeout,")]
    [InlineData("Reconnect:Delay", "00:00:30", "Reconnect:Delay is no option of a client. There are: InitialDelay, MaxAttempts,")]
    [InlineData("ConnectTimeout", "soon", "ConnectTimeout is 'soon', which is not a time as hours:minutes:seconds, such as 00:00:30, or Infinite.")]
    [InlineData("ConnectTimeout", "30", "ConnectTimeout is '30', which is not a time as hours:minutes:seconds")]
    [InlineData("UseSessionCookies", "yes", "UseSessionCookies is 'yes', which is not true or false.")]
    [InlineData("SendQueueCapacity", "many", "SendQueueCapacity is 'many', which is not a whole number.")]
    [InlineData("SendQueueFullMode", "Drop", "SendQueueFullMode is 'Drop', which is not Wait or Fail.")]
    [InlineData("HttpVersion", "two", "HttpVersion is 'two', which is not 1.1 or 2.0.")]
    [InlineData("HttpVersionPolicy", "Any", "HttpVersionPolicy is 'Any', which is not RequestVersionOrLower, RequestVersionOrHigher or RequestVersionExact.")]
    [InlineData("Session", "nowhere", "Session is 'nowhere', which is not the name of a session: register it with AddSession(\"nowhere\").")]
    public void A_wrong_key_or_value_is_told_with_its_whole_path(string key, string value, string sentence)
    {
        OptionsValidationException e = Assert.Throws<OptionsValidationException>(() => Read(("Uri", "wss://feed.example/ws"), (key, value)));

        Assert.StartsWith(Section + sentence, Assert.Single(e.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_address_is_told_without_showing_it()
    {
        OptionsValidationException e = Assert.Throws<OptionsValidationException>(() => Read(("Uri", "feed.example?token=secret")));

        string failure = Assert.Single(e.Failures);
        Assert.Equal($"{Section}Uri is not an absolute address, such as wss://example.com/ws.", failure);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        OptionsValidationException e = Assert.Throws<OptionsValidationException>(() => Read(("Uri", "x"), ("MaxMessageSize", "y"), ("Zzz", "z")));

        Assert.Equal(3, e.Failures.Count());
    }

    [Theory]
    [InlineData("Uri", "ftp://feed.example/", "Uri has the scheme 'ftp'")]
    [InlineData("SendQueueCapacity", "0", "SendQueueCapacity is 0: it must be at least 1.")]
    [InlineData("CallTimeout", "00:00:00", "CallTimeout is 00:00:00")]
    [InlineData(null, null, "Neither Uri nor Endpoint is set")]
    public async Task The_start_of_a_host_fails_when_options_are_wrong(string? key, string? value, string sentence)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        if (key is not null)
            builder.Configuration[Section + key] = value;
        if (key is not null and not "Uri")
            builder.Configuration[Section + "Uri"] = "wss://feed.example/ws";
        builder.Services.AddNetWebSocket().AddClient<HostedClient>();
        using IHost host = builder.Build();

        OptionsValidationException e =
            await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
        Assert.Contains("HostedClient (configuration section NetWebSocket:Clients:HostedClient)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_session_fails_the_start_of_a_host()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddNetWebSocket().AddClient<HostedClient>(o => o.Uri = new Uri("ws://a.example/")).UseSession("nowhere");
        using IHost host = builder.Build();

        OptionsValidationException e =
            await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("uses the session 'nowhere', which is not registered: add it with AddSession(\"nowhere\").", e.Message, StringComparison.Ordinal);
    }

    private static WebSocketClientOptions Read(params (string Key, string Value)[] settings)
    {
        ServiceCollection services = new();
        RegistrationTests.Configuration([.. settings.Select(s => (Section + s.Key, (string?)s.Value))])(services);
        WebSocketClientBuilder client = services.AddNetWebSocket().AddSession("work").AddClient<HostedClient>();
        return services.BuildServiceProvider().GetRequiredService<IOptionsMonitor<WebSocketClientOptions>>().Get(client.OptionsName);
    }
}
