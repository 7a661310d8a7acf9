using NetWebSockets.Sessions;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions.Hosts;

/// <summary>URI templates of DNS over HTTPS.</summary>
public sealed class DnsServerTemplateTests
{
    private static readonly byte[] Query = [0xFB, 0xFF, 0x01];

    [Theory]
    [InlineData("https://dns.example/dns-query{?dns}", "GET https://dns.example/dns-query?dns=-_8B")]
    [InlineData("https://dns.example/q?ct=x{&dns}", "GET https://dns.example/q?ct=x&dns=-_8B")]
    [InlineData("https://dns.example/q{?a,dns}", "GET https://dns.example/q?dns=-_8B")]
    [InlineData("https://dns.example{/dns}", "GET https://dns.example/-_8B")]
    [InlineData("https://dns.example/{dns}/x", "GET https://dns.example/-_8B/x")]
    [InlineData(" https://dns.example/dns-query ", "POST https://dns.example/dns-query")]
    [InlineData("https://dns.example/dns-query{?other}", "POST https://dns.example/dns-query")]
    [InlineData("https://[::1]:8443/q", "POST https://[::1]:8443/q")]
    public void A_template_becomes_a_request(string template, string expected)
    {
        using HttpRequestMessage request = DnsServerTemplate.Parse(template, null).CreateRequest(Query);

        Assert.Equal(expected, $"{request.Method} {request.RequestUri}");
        Assert.Equal("application/dns-message", request.Headers.Accept.ToString());
        Assert.Equal(request.Method == HttpMethod.Post ? "application/dns-message" : null, request.Content?.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("http://dns.example/dns-query{?dns}", "https")]
    [InlineData("ftp://dns.example/", "ftp")]
    [InlineData("dns.example", "no address")]
    [InlineData("", "empty")]
    [InlineData("https://dns.example/{?dns", "position 20")]
    [InlineData("https://dns.example/}", "position 20")]
    [InlineData("https://dns.example/{}", "position 20")]
    [InlineData("https://me:s3cret@dns.example/", "credentials")]
    [InlineData("https://dns.example/#x", "fragment")]
    public void What_is_none_is_refused_with_what_is_wrong_and_the_former_settings_stay(string template, string reason)
    {
        using NetSession session = NewSession(options => options.HostResolverOptions = new() { SecureDnsServers = { "https://dns.example/" } });
        ArgumentException failure = Assert.Throws<ArgumentException>(
            () => session.ConfigureHostResolver(new HostResolverOptions { SecureDnsServers = { "https://good.example/", template } }));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => NewSession(options => options.HostResolverOptions = new() { SecureDnsServers = { template } }));
    }

    [Fact]
    public void Secure_without_servers_and_times_that_are_none_are_refused()
    {
        using NetSession session = NewSession();

        Assert.Contains("SecureDnsServers", Assert.Throws<ArgumentException>(() => session.ConfigureHostResolver(new() { SecureDnsMode = SecureDnsMode.Secure })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => session.ConfigureHostResolver(new() { SecureDnsMode = (SecureDnsMode)9 }));
        Assert.Throws<ArgumentException>(() => session.ConfigureHostResolver(new() { SecureDnsTimeout = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(() => session.ConfigureHostResolver(new() { SecureDnsTimeout = Timeout.InfiniteTimeSpan }));
        Assert.Throws<ArgumentNullException>(() => session.ConfigureHostResolver(null!));
    }
}
