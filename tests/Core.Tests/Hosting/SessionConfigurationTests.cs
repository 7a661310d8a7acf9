using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace NetWebSockets.Tests.Hosting;

public sealed class SessionConfigurationTests
{
    private const string Section = "NetWebSocket:Sessions:office:";

    [Fact]
    public void Options_come_from_the_configuration_and_then_from_code()
    {
        NetSessionOptions options = Read(
            [
                ("UserAgent", "file/1"),
                ("Proxy:Mode", "fixedServers"), ("Proxy:ProxyRules", "proxy.example:3128"), ("Proxy:ProxyBypassRules", "*.internal.example"),
                ("Proxy:PacMandatory", "false"), ("Proxy:ConnectTimeout", "00:00:03"),
                ("HostResolverRules", "MAP a b"), ("HostResolverOptions:SecureDnsMode", "Secure"), ("HostResolverOptions:SecureDnsTimeout", "00:00:02"),
                ("HostResolverOptions:SecureDnsServers:0", "https://dns.example/dns-query{?dns}"),
                ("CertificateAuthorityFiles:0", "/a.pem"), ("CertificateAuthorityFiles:1", "/b.pem"), ("CertificatePins:*.example:0", "sha256/A"),
                ("Tls:MinVersion", "Tls13"), ("Tls:MaxVersion", "tls13"), ("Tls:RevocationMode", "Online"), ("Tls:AllowUnknownRevocationStatus", "true"),
                ("StorageDirectory", "/var/lib/x"), ("PublicSuffixListFile", "/psl.dat"),
                ("Proxy:Credentials:UserName", "me"), ("Proxy:Credentials:Password", "s3cret"), ("Proxy:Credentials:Domain", "work"),
            ],
            o => o.UserAgent = "code/2");

        Assert.Equal("code/2", options.UserAgent);
        Assert.Equal((ProxyMode.FixedServers, "proxy.example:3128", "*.internal.example"), (options.Proxy!.Mode, options.Proxy.ProxyRules, options.Proxy.ProxyBypassRules));
        Assert.Equal((false, TimeSpan.FromSeconds(3)), (options.Proxy.PacMandatory, options.Proxy.ConnectTimeout));
        Assert.Equal(
            ("MAP a b", SecureDnsMode.Secure, TimeSpan.FromSeconds(2), "https://dns.example/dns-query{?dns}"),
            (options.HostResolverRules, options.HostResolverOptions!.SecureDnsMode, options.HostResolverOptions.SecureDnsTimeout,
                Assert.Single(options.HostResolverOptions.SecureDnsServers)));
        Assert.Equal(["/a.pem", "/b.pem"], options.CertificateAuthorityFiles);
        Assert.Equal(["sha256/A"], options.CertificatePins["*.example"]);
        Assert.Equal(
            (TlsVersion.Tls13, TlsVersion.Tls13, X509RevocationMode.Online, true),
            (options.Tls!.MinVersion, options.Tls.MaxVersion, options.Tls.RevocationMode, options.Tls.AllowUnknownRevocationStatus));
        Assert.Equal(("/var/lib/x", "/psl.dat"), (options.StorageDirectory, options.PublicSuffixListFile));
        Assert.Equal(("me", "s3cret", "work"), (options.Proxy.Credentials!.UserName, options.Proxy.Credentials.Password, options.Proxy.Credentials.Domain));
    }

    [Theory]
    [InlineData("UserAgnt", "x", "UserAgnt is no option of a session. There are:")]
    [InlineData("Proxy:Rules", "x", "Proxy:Rules is no option of a session. There are:")]
    [InlineData("Proxy:Mode", "Auto", "Proxy:Mode is 'Auto', which is not Direct, AutoDetect, PacScript, FixedServers or System.")]
    [InlineData("Proxy:PacScript", "proxy.pac?token=secret", "Proxy:PacScript is not an absolute address, such as http://proxy.example/proxy.pac.")]
    public void A_wrong_key_or_value_is_told_with_its_whole_path(string key, string value, string sentence)
    {
        OptionsValidationException e = Assert.Throws<OptionsValidationException>(() => Read([(key, value)]));

        Assert.StartsWith(Section + sentence, Assert.Single(e.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Proxy:ProxyRules", "gopher://proxy.example", "ProxyRules")]
    [InlineData("UserAgent", "a\nb", "User-Agent")]
    public async Task The_start_of_a_host_fails_when_a_session_cannot_be_made(string key, string value, string names)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration[Section + key] = value;
        builder.Services.AddNetWebSocket().AddSession("office");
        using IHost host = builder.Build();

        OptionsValidationException e =
            await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith("The session 'office' (configuration section NetWebSocket:Sessions:office): ", e.Message, StringComparison.Ordinal);
        Assert.Contains(names, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_starts_with_persist_is_kept_on_disk()
    {
        string folder = Directory.CreateTempSubdirectory("nws-hosting-").FullName;
        ServiceCollection services = new();
        services.AddNetWebSocket().AddSession("persist:hosted", o => o.StorageDirectory = folder);
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            NetSession session = provider.GetRequiredKeyedService<NetSession>("persist:hosted");
            Assert.True(session.IsPersistent);
            Assert.StartsWith(folder, session.StoragePath, StringComparison.Ordinal);
            Assert.Same(session, NetSession.FromPartition("persist:hosted"));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_section_of_ones_own_has_sessions_too()
    {
        ServiceCollection services = new();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["Mine:Sessions:office:UserAgent"] = "mine/1";
        services.AddNetWebSocket(builder.Configuration.GetSection("Mine")).AddSession("office");
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Equal("mine/1", provider.GetRequiredKeyedService<NetSession>("office").UserAgent);
    }

    [Fact]
    public async Task Registering_a_session_again_sets_further_options()
    {
        ServiceCollection services = new();
        FakeTimeProvider clock = new();
        services.AddSingleton<TimeProvider>(clock);
        List<TimeProvider> clocks = [];
        services.AddNetWebSocket()
            .AddSession("office", o => o.UserAgent = "one/1")
            .AddSession("office", o => clocks.Add(o.TimeProvider));
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Equal("one/1", provider.GetRequiredKeyedService<NetSession>("office").UserAgent);
        Assert.Same(provider.GetRequiredKeyedService<NetSession>("office"), provider.GetRequiredKeyedService<NetSession>("office"));
        Assert.Same(clock, Assert.Single(clocks));
    }

    private static NetSessionOptions Read((string Key, string? Value)[] settings, Action<NetSessionOptions>? configure = null)
    {
        ServiceCollection services = new();
        RegistrationTests.Configuration([.. settings.Select(s => (Section + s.Key, s.Value))])(services);
        services.AddNetWebSocket().AddSession("office", configure);
        return services.BuildServiceProvider().GetRequiredService<IOptionsMonitor<NetSessionOptions>>().Get("office");
    }
}
