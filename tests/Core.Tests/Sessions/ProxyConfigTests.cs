using System.Net;
using NetWebSockets.Sessions;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Proxy configurations: read, refused, chosen by.</summary>
public sealed class ProxyConfigTests
{
    private static NetSession NewSessionThrough(string rules = "before:1") => NewSession(options => options.Proxy = new ProxyConfig { ProxyRules = rules });

    private static Task<string> ResolveAsync(NetSession session, string address = "wss://server.test/") => session.ResolveProxyAsync(new Uri(address), Token);

    public static TheoryData<string, ProxyConfig> Wrong => new()
    {
        { "'x' at position 2 of ProxyRules", new ProxyConfig { ProxyRules = "a:x" } },
        { "'ws' at position 7 of ProxyRules", new ProxyConfig { ProxyRules = "http=a;ws=b" } },
        { "'<x>' at position 2 of ProxyBypassRules", new ProxyConfig { ProxyRules = "a", ProxyBypassRules = "b;<x>" } },
        { "ProxyRules is set", new ProxyConfig { Mode = ProxyMode.Direct, ProxyRules = "p" } },
        { "ProxyBypassRules is set", new ProxyConfig { Mode = ProxyMode.System, ProxyBypassRules = "*" } },
        { "ProxyBypassRules is set", new ProxyConfig { Mode = ProxyMode.PacScript, PacScript = new Uri("http://p/x.pac"), ProxyBypassRules = "*" } },
        { "PacScript is set", new ProxyConfig { Mode = ProxyMode.Direct, PacScript = new Uri("http://p/x.pac") } },
        { "PacScript is set", new ProxyConfig { Mode = ProxyMode.AutoDetect, PacScript = new Uri("http://p/x.pac") } },
        { "ProxyRules is empty", new ProxyConfig { Mode = ProxyMode.FixedServers } },
        { "ConnectTimeout", new ProxyConfig { ProxyRules = "p", ConnectTimeout = TimeSpan.Zero } },
        { "ConnectTimeout", new ProxyConfig { ProxyRules = "p", ConnectTimeout = TimeSpan.FromDays(30) } },
        { "77", new ProxyConfig { Mode = (ProxyMode)77 } },
        { "configuration is empty", new ProxyConfig() },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_refused_by_its_part_and_the_settings_stay(string part, ProxyConfig wrong)
    {
        using NetSession session = NewSessionThrough();

        Assert.Contains(part, (await Assert.ThrowsAsync<ArgumentException>("config", () => session.SetProxyAsync(wrong, Token))).Message, StringComparison.Ordinal);
        Assert.Equal("PROXY before:1", await ResolveAsync(session));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void No_session_starts_with_what_is_wrong(string part, ProxyConfig wrong) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>("config", () => NewSession(options => options.Proxy = wrong)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(ProxyMode.AutoDetect)]
    [InlineData(ProxyMode.PacScript)]
    public async Task Without_an_engine_scripts_are_refused_and_the_settings_stay(ProxyMode mode)
    {
        using NetSession session = NewSessionThrough();
        var config = new ProxyConfig { Mode = mode, PacScript = mode == ProxyMode.PacScript ? new Uri("http://p.test/x.pac") : null };

        await Assert.ThrowsAsync<NotSupportedException>(() => session.SetProxyAsync(config, Token));
        Assert.Equal("PROXY before:1", await ResolveAsync(session));
        Assert.Throws<NotSupportedException>(() => NewSession(options => options.Proxy = config));
    }

    [Fact]
    public async Task The_mode_follows_from_what_is_set()
    {
        using NetSession session = NewSession();
        await session.SetProxyAsync(new ProxyConfig { ProxyRules = "p" }, Token);

        Assert.Equal("PROXY p:80", await ResolveAsync(session));
        await Assert.ThrowsAsync<NotSupportedException>(() => session.SetProxyAsync(new ProxyConfig { PacScript = new Uri("http://p/x.pac") }, Token));
    }

    [Fact]
    public async Task A_cancelled_token_changes_nothing()
    {
        using NetSession session = NewSessionThrough();
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.SetProxyAsync(new ProxyConfig { ProxyRules = "after" }, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.ForceReloadProxyConfigAsync(cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.ResolveProxyAsync(new Uri("ws://a/"), cancelled));
        Assert.Equal("PROXY before:1", await ResolveAsync(session));
    }

    [Fact]
    public async Task A_disposed_session_has_no_proxies()
    {
        NetSession session = NewSessionThrough();
        session.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => ResolveAsync(session));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.ForceReloadProxyConfigAsync(Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.SetProxyAsync(new ProxyConfig { ProxyRules = "p" }, Token));
    }

    [Theory]
    [InlineData("ws://server.test/", "SOCKS5 s:1080;DIRECT")]
    [InlineData("wss://server.test/", "SOCKS5 s:1080;DIRECT")]
    [InlineData("http://server.test/", "PROXY a:80;HTTPS b:443")]
    [InlineData("https://server.test/", "PROXY c:8080")]
    [InlineData("wss://around.test/", "DIRECT")]
    [InlineData("ws://localhost/", "DIRECT")]
    public async Task The_proxies_of_an_address_are_told_in_the_form_of_scripts(string address, string proxies)
    {
        using NetSession session = NewSession(options => options.Proxy = new ProxyConfig
        {
            ProxyRules = "socks=socks5://s,direct://;http=a,https://b;https=c:8080",
            ProxyBypassRules = "around.test",
        });

        Assert.Equal(proxies, await ResolveAsync(session, address));
    }

    [Theory]
    [InlineData("ftp://server.test/")]
    [InlineData("/relative")]
    public async Task Proxies_are_told_for_addresses_of_the_web_only(string address)
    {
        using NetSession session = NewSession();

        await Assert.ThrowsAsync<ArgumentException>("uri", () => session.ResolveProxyAsync(new Uri(address, UriKind.RelativeOrAbsolute), Token));
    }

    [Fact]
    public async Task Without_a_proxy_it_is_direct()
    {
        using NetSession session = NewSession();

        Assert.Equal("DIRECT", await ResolveAsync(session));
    }

    [Fact]
    public async Task Later_changes_of_a_configuration_do_nothing()
    {
        var config = new ProxyConfig { ProxyRules = "p:1" };
        using NetSession session = NewSession(options => options.Proxy = config);
        config.ProxyRules = "q:2";

        Assert.Equal("PROXY p:1", await ResolveAsync(session));
    }

    [Fact]
    public async Task The_machines_settings_give_the_proxy_its_credentials_and_the_addresses_around_it()
    {
        ProxySettings settings = ProxySettings.CreateSystem(TimeProvider.System, new MachineProxy("http", "https"));
        ProxyServer first = Assert.Single((await settings.ResolveAsync(new Uri("ws://server.test/"), Token)).Servers);
        ProxyServer second = Assert.Single((await settings.ResolveAsync(new Uri("wss://server.test/x"), Token)).Servers);

        Assert.Equal("http://https.proxy.test:3128/", settings.ChoiceFor(first).Address!.AbsoluteUri);
        Assert.Equal("p@ss", settings.ChoiceFor(first).Credentials!.GetCredential(first.Address!, "Basic")!.Password);
        Assert.Equal(settings.ChoiceFor(first), settings.ChoiceFor(second));
        Assert.Equal(ProxyList.Direct, await settings.ResolveAsync(new Uri("ws://around.test/"), Token));
        Assert.Equal(ProxyList.Direct, await settings.ResolveAsync(new Uri("ws://localhost/"), Token));
    }

    [Theory]
    [InlineData("ws", "https http", "PROXY https.proxy.test:3128")]
    [InlineData("wss", "https http", "PROXY https.proxy.test:3128")]
    [InlineData("ws", "http", "PROXY http.proxy.test:3128")]
    [InlineData("wss", "http", "PROXY http.proxy.test:3128")]
    [InlineData("http", "https http", "PROXY http.proxy.test:3128")]
    [InlineData("https", "http", "DIRECT")]
    [InlineData("wss", "", "DIRECT")]
    public async Task Of_the_machines_proxies_ws_takes_that_of_https_first(string scheme, string has, string proxies)
    {
        ProxySettings settings = ProxySettings.CreateSystem(TimeProvider.System, new MachineProxy(has.Split(' ')));

        Assert.Equal(proxies, (await settings.ResolveAsync(new Uri($"{scheme}://server.test:8080/"), Token)).ToPac());
    }

    [Fact]
    public async Task A_reload_takes_the_proxy_that_the_process_has_by_then()
    {
        IWebProxy before = HttpClient.DefaultProxy;
        try
        {
            using NetSession session = NewSession(options => options.Proxy = new ProxyConfig { Mode = ProxyMode.System });
            HttpClient.DefaultProxy = new OneHostProxy(before);

            Assert.Equal("DIRECT", await ResolveAsync(session, "wss://reload.test/"));
            await session.ForceReloadProxyConfigAsync(Token);
            Assert.Equal("HTTPS proxy.test:444", await ResolveAsync(session, "wss://reload.test/"));
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Fact]
    public async Task Settings_that_are_replaced_end_their_script_after_the_last_question()
    {
        var script = new WaitingScript();
        var settings = new ProxySettings(ProxyMode.PacScript, new ProxyConfig(), TimeProvider.System, script);
        Assert.True(settings.TryEnter());
        ValueTask<ProxyList> resolving = settings.ResolveAsync(new Uri("wss://server.test/"), Token);
        settings.Retire();

        Assert.False(settings.TryEnter());
        Assert.False(script.IsDisposed);
        script.Answer.SetResult("PROXY a:1; QUIC x; DIRECT");
        Assert.Equal("PROXY a:1;DIRECT", (await resolving).ToPac());
        settings.Leave();
        Assert.True(script.IsDisposed);
    }

    [Fact]
    public async Task A_script_is_not_asked_about_this_machine_and_none_that_works_means_direct()
    {
        using var script = new WaitingScript();
        var settings = new ProxySettings(ProxyMode.AutoDetect, new ProxyConfig(), TimeProvider.System, script);

        Assert.Equal(ProxyList.Direct, await settings.ResolveAsync(new Uri("ws://localhost/"), Token));
        Assert.Equal(ProxyList.Direct, await settings.ResolveAsync(new Uri("ws://169.254.0.1/"), Token));
        Assert.Equal(0, script.Questions);
        script.Answer.SetResult(null);
        Assert.Equal(ProxyList.Direct, await settings.ResolveAsync(new Uri("ws://server.test/"), Token));
        Assert.Equal(1, script.Questions);
    }

    private sealed class WaitingScript : ProxyScriptSource
    {
        public TaskCompletionSource<string?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsDisposed { get; private set; }

        public int Questions { get; private set; }

        public override async ValueTask<string?> FindProxyAsync(Uri uri, CancellationToken cancellationToken)
        {
            Questions++;
            return await Answer.Task.WaitAsync(cancellationToken);
        }

        public override Task ReloadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Dispose() => IsDisposed = true;
    }

    // Of the whole process, so it minds one made-up host only.
    private sealed class OneHostProxy(IWebProxy others) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => destination.Host == "reload.test" ? new("https://proxy.test:444/") : others.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.Host != "reload.test" && others.IsBypassed(host);
    }

    private sealed class MachineProxy(params string[] schemes) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => schemes.Contains(destination.Scheme) ? new($"http://me:p%40ss@{destination.Scheme}.proxy.test:3128/") : null;

        public bool IsBypassed(Uri host) => host.Host == "around.test";
    }
}
