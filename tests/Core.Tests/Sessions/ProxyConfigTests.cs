using System.Net;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Proxy configurations: read, refused, chosen by.</summary>
public sealed class ProxyConfigTests
{
    [Theory]
    [InlineData("proxy.example", "http://proxy.example/")]
    [InlineData("proxy.example:3128", "http://proxy.example:3128/")]
    [InlineData(" http://proxy.example:3128 ", "http://proxy.example:3128/")]
    [InlineData("HTTPS://proxy.example", "https://proxy.example/")]
    [InlineData("socks://proxy.example", "socks5://proxy.example:1080/")]
    [InlineData("socks4://10.0.0.1", "socks4://10.0.0.1:1080/")]
    [InlineData("socks4a://p:1", "socks4a://p:1/")]
    [InlineData("socks5://[::1]:1081", "socks5://[::1]:1081/")]
    [InlineData("http://[::1]", "http://[::1]/")]
    [InlineData("direct://", null)]
    public void A_single_server_is_read(string rules, string? address)
    {
        ProxyChoice choice = ProxySettings.Create(new ProxyConfig { ProxyRules = rules }).Resolve(new Uri("wss://server.test/"));

        Assert.Equal(address, choice.Address?.AbsoluteUri);
    }

    [Theory]
    [InlineData("ftp://proxy.example", "'ftp'")]
    [InlineData("quic://proxy.example", "'quic'")]
    [InlineData("http://proxy.example:0", "'0'")]
    [InlineData("http://proxy.example:70000", "'70000'")]
    [InlineData("http://proxy.example:x", "'x'")]
    [InlineData("http://proxy.example:", "''")]
    [InlineData("http://", "''")]
    [InlineData("http://pro xy", "'pro xy'")]
    [InlineData("http://proxy.example/path", "'proxy.example/path'")]
    [InlineData("http://[::1", "'[:'")]
    [InlineData("direct://host", "'host'")]
    [InlineData("a:80;b:80", "';' at position 4")]
    [InlineData("a:80,direct://", "',' at position 4")]
    [InlineData("http=a:80", "'=' at position 4")]
    public async Task What_is_no_server_is_refused_by_its_wrong_part_and_the_settings_stay(string rules, string part)
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(
            "config", () => session.SetProxyAsync(new ProxyConfig { ProxyRules = rules, ProxyBypassRules = "<-loopback>" }));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);

        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        await (await ConnectAsync(session, server.Uri)).Stream.DisposeAsync();
        await accepting;
    }

    [Fact]
    public void Credentials_in_the_rules_are_refused_without_showing_them()
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => ProxySettings.Create(new ProxyConfig { ProxyRules = "http://me:s3cret@proxy.example" }));

        Assert.Contains("Credentials", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProxyMode.AutoDetect)]
    [InlineData(ProxyMode.PacScript)]
    public async Task Modes_that_are_not_built_yet_say_so(ProxyMode mode)
    {
        using NetSession session = NewSession();
        NotSupportedException failure = await Assert.ThrowsAsync<NotSupportedException>(() => session.SetProxyAsync(new ProxyConfig { Mode = mode }));

        Assert.Contains(mode.ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mode_follows_from_what_is_set()
    {
        Assert.Equal(ProxyMode.FixedServers, ProxySettings.Create(new ProxyConfig { ProxyRules = "p" }).Mode);
        Assert.Throws<NotSupportedException>(() => ProxySettings.Create(new ProxyConfig { PacScript = new Uri("http://p/x.pac") }));
        Assert.Throws<ArgumentException>(() => ProxySettings.Create(new ProxyConfig()));
    }

    [Fact]
    public void What_does_not_belong_to_the_mode_is_refused()
    {
        Assert.Contains("ProxyRules", Refusal(new ProxyConfig { Mode = ProxyMode.Direct, ProxyRules = "p" }), StringComparison.Ordinal);
        Assert.Contains("ProxyBypassRules", Refusal(new ProxyConfig { Mode = ProxyMode.System, ProxyBypassRules = "*" }), StringComparison.Ordinal);
        Assert.Contains("PacScript", Refusal(new ProxyConfig { Mode = ProxyMode.Direct, PacScript = new Uri("http://p/x.pac") }), StringComparison.Ordinal);
        Assert.Contains("ProxyRules is empty", Refusal(new ProxyConfig { Mode = ProxyMode.FixedServers }), StringComparison.Ordinal);
        Assert.Contains("77", Refusal(new ProxyConfig { Mode = (ProxyMode)77 }), StringComparison.Ordinal);

        static string Refusal(ProxyConfig wrong) => Assert.Throws<ArgumentException>("config", () => ProxySettings.Create(wrong)).Message;
    }

    [Fact]
    public void Later_changes_of_a_configuration_do_nothing()
    {
        var config = new ProxyConfig { ProxyRules = "p:1", Credentials = new NetworkCredential("a", "b") };
        ProxySettings settings = ProxySettings.Create(config);
        config.ProxyRules = "q:2";
        config.Credentials.Password = "c";
        ProxyChoice choice = settings.Resolve(new Uri("ws://server.test/"));

        Assert.Equal("p", choice.Address!.Host);
        Assert.Equal("b", choice.Credentials!.GetCredential(choice.Address, "Basic")!.Password);
    }

    [Fact]
    public void The_machines_settings_give_the_proxy_its_credentials_and_the_addresses_around_it()
    {
        ProxySettings settings = ProxySettings.CreateSystem(new MachineProxy());
        ProxyChoice first = settings.Resolve(new Uri("ws://server.test/"));
        ProxyChoice second = settings.Resolve(new Uri("wss://server.test/x"));

        Assert.Equal("http://proxy.test:3128/", first.Address!.AbsoluteUri);
        Assert.Equal("p@ss", first.Credentials!.GetCredential(first.Address, "Basic")!.Password);
        Assert.Same(first, second);
        Assert.Null(settings.Resolve(new Uri("ws://around.test/")).Address);
        Assert.Null(settings.Resolve(new Uri("ws://localhost/")).Address);
    }

    [Theory]
    [InlineData("", "ws://server.test/", false)]
    [InlineData("", "ws://localhost/", true)]
    [InlineData("", "ws://a.localhost:8080/", true)]
    [InlineData("", "ws://127.3.2.1/", true)]
    [InlineData("", "ws://[::1]/", true)]
    [InlineData("", "ws://169.254.1.1/", true)]
    [InlineData("", "ws://[fe80::1]/", true)]
    [InlineData("", "ws://10.0.0.1/", false)]
    [InlineData("", "ws://intranet/", false)]
    [InlineData("<-loopback>", "ws://localhost/", false)]
    [InlineData("<-loopback>", "ws://169.254.1.1/", false)]
    [InlineData("<-loopback>;localhost", "ws://localhost/", true)]
    [InlineData("localhost;<-loopback>", "ws://localhost/", false)]
    [InlineData("<local>", "ws://intranet/", true)]
    [InlineData("<local>", "ws://intranet.example/", false)]
    [InlineData("<local>", "ws://[2001:db8::1]/", false)]
    [InlineData("server.test", "ws://server.test/", true)]
    [InlineData("SERVER.test", "ws://server.test/", true)]
    [InlineData("server.test", "ws://a.server.test/", false)]
    [InlineData("*server.test", "ws://myserver.test/", true)]
    [InlineData(".server.test", "ws://a.server.test/", true)]
    [InlineData(".server.test", "ws://server.test/", false)]
    [InlineData("*.server.test", "ws://a.b.server.test/", true)]
    [InlineData("a?c.test", "ws://abc.test/", true)]
    [InlineData("a?c.test", "ws://ac.test/", true)]
    [InlineData("a?c.test", "ws://abbc.test/", false)]
    [InlineData("server.test:8080", "ws://server.test:8080/", true)]
    [InlineData("server.test:8080", "ws://server.test/", false)]
    [InlineData("server.test:80", "ws://server.test/", true)]
    [InlineData("server.test:443", "wss://server.test/", true)]
    [InlineData("wss://server.test", "wss://server.test/", true)]
    [InlineData("wss://server.test", "ws://server.test/", false)]
    [InlineData("https://server.test", "wss://server.test/", false)]
    [InlineData("10.1.2.3", "ws://10.1.2.3/", true)]
    [InlineData("10.1.2.3:81", "ws://10.1.2.3/", false)]
    [InlineData("[2001:db8::1]", "ws://[2001:DB8:0::1]/", true)]
    [InlineData("[2001:db8::1]:80", "ws://[2001:db8::1]/", true)]
    [InlineData("10.0.0.0/8", "ws://10.255.0.1/", true)]
    [InlineData("10.0.0.0/8", "ws://11.0.0.1/", false)]
    [InlineData("10.0.0.0/8", "ws://10.example/", false)]
    [InlineData("172.16.0.0/12", "ws://172.31.0.1/", true)]
    [InlineData("172.16.0.0/12", "ws://172.32.0.1/", false)]
    [InlineData("2001:db8::/32", "ws://[2001:db8:1::1]/", true)]
    [InlineData("2001:db8::/32", "ws://[2001:db9::1]/", false)]
    [InlineData("0.0.0.0/0", "ws://8.8.8.8/", true)]
    [InlineData("*", "ws://anything.test/", true)]
    [InlineData(" a.test , ; b.test ", "ws://b.test/", true)]
    public void Bypass_rules_are_Chromiums(string rules, string address, bool bypasses) =>
        Assert.Equal(bypasses, ProxyBypassRules.Parse(rules, nameof(rules)).Bypasses(new Uri(address)));

    [Theory]
    [InlineData("a.test;://b.test", "'://b.test' at position 7")]
    [InlineData("ws://", "'ws://' at position 0")]
    [InlineData("10.0.0.0/33", "'10.0.0.0/33'")]
    [InlineData("10.0.0.0/x", "'10.0.0.0/x'")]
    [InlineData("a.test/8", "'a.test/8'")]
    [InlineData("a.test:99999", "'a.test:99999'")]
    [InlineData("a.test:x", "'a.test:x'")]
    [InlineData(":80", "':80'")]
    [InlineData("<other>", "'<other>'")]
    public void A_wrong_bypass_rule_is_told_with_its_place(string rules, string part) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>(nameof(rules), () => ProxyBypassRules.Parse(rules, nameof(rules))).Message, StringComparison.Ordinal);

    private sealed class MachineProxy : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => new("http://me:p%40ss@proxy.test:3128/");

        public bool IsBypassed(Uri host) => host.Host == "around.test";
    }
}
