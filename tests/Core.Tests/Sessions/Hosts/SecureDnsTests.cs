using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using KestrelServer = NetWebSockets.TestServers.KestrelServer;

namespace NetWebSockets.Tests.Sessions.Hosts;

/// <summary>DNS over HTTPS, with a Kestrel that speaks it.</summary>
public sealed class SecureDnsTests
{
    private static readonly ResolveHostOptions Anew = new() { CacheUsage = HostCacheUsage.Disallowed };

    private static async Task<string> ResolveAsync(NetSession session, string host, ResolveHostOptions? options = null) =>
        string.Join(' ', await session.ResolveHostAsync(host, options, Token).WaitAsync(Guard, Token));

    private static Task<HostResolutionException> FailAsync(NetSession session, string host, ResolveHostOptions? options = null) =>
        Assert.ThrowsAsync<HostResolutionException>(() => ResolveAsync(session, host, options));

    [Theory]
    [InlineData(HttpProtocols.Http1, false, "HTTP/1.1")]
    [InlineData(HttpProtocols.Http1, true, "HTTP/1.1")]
    [InlineData(HttpProtocols.Http1AndHttp2, false, "HTTP/2")]
    [InlineData(HttpProtocols.Http1AndHttp2, true, "HTTP/2")]
    public async Task A_host_is_asked_for_by_get_or_post_over_http_1_or_2(HttpProtocols protocols, bool post, string protocol)
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync(protocols);
        dns.Add("feed.example", "127.0.0.5");
        using NetSession session = DnsEndpoint.NewSession([post ? dns.PostTemplate : dns.Template]);

        Assert.Equal("127.0.0.5", await ResolveAsync(session, "feed.example"));
        Assert.Equal([1, 28], dns.Asked.Select(asked => (int)asked.Type).Order());
        Assert.All(dns.Asked, asked =>
        {
            Assert.Equal((post ? "POST" : "GET", protocol, $"dns.test:{dns.Port}"), (asked.Method, asked.Protocol, asked.Host));
            // The id that lets caches in between know the question again.
            Assert.Equal([0, 0], asked.Message[..2]);
        });
    }

    [Fact]
    public async Task A_socket_connects_to_what_DNS_over_HTTPS_says()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Records["feed.example"] = [DnsRecord.Alias("feed.example", "edge.example"), DnsRecord.Address("edge.example", "127.0.0.1")];
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        using NetSession session = dns.NewSession();
        await using var socket = new NetWebSocket(server.Uri("/echo", "feed.example").ToString(), new NetWebSocketOptions { Session = session });
        await socket.Opened.WaitAsync(Guard, Token);

        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task Both_kinds_of_addresses_are_asked_for_at_once()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("feed.example", "127.0.0.5", "::1");
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int asked = 0;
        dns.Instead = async (_, context) =>
        {
            // Neither is answered before the other has come.
            if (Interlocked.Increment(ref asked) == 2)
                both.SetResult();
            await both.Task.WaitAsync(Guard, context.RequestAborted);
            return false;
        };
        using NetSession session = dns.NewSession();

        Assert.Equal(["127.0.0.5", "::1"], (await ResolveAsync(session, "feed.example")).Split(' ').Order());
    }

    [Theory]
    [InlineData(HostQueryType.A, "127.0.0.5", 1)]
    [InlineData(HostQueryType.Aaaa, "::1", 28)]
    public async Task Only_the_kind_that_is_wanted_is_asked_for(HostQueryType type, string address, int record)
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("feed.example", "127.0.0.5", "::1");
        using NetSession session = dns.NewSession();

        Assert.Equal(address, await ResolveAsync(session, "feed.example", new() { QueryType = type }));
        Assert.Equal(record, Assert.Single(dns.Asked).Type);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_a_result_and_no_other_server_is_asked()
    {
        await using DnsEndpoint first = await DnsEndpoint.StartAsync();
        await using DnsEndpoint second = await DnsEndpoint.StartAsync();
        second.Add("feed.example", "127.0.0.5");
        using NetSession session = DnsEndpoint.NewSession([first.Template, second.Template]);

        Assert.Equal(NetError.NameNotResolved, (await FailAsync(session, "feed.example")).Error);
        Assert.Equal(NetError.NameNotResolved, (await Handshake.Connecting.FailAsync(session, new Uri("ws://feed.example/"))).Error);
        Assert.Empty(second.Asked);
    }

    public static TheoryData<string> Faults() => ["status", "type", "garbage", "servfail", "refused", "too long", "empty", "drops", "cut"];

    private static async Task<bool> BreakAsync(string fault, DnsAsked asked, HttpContext context)
    {
        switch (fault)
        {
            case "status":
                context.Response.StatusCode = 503;
                break;
            case "type":
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync("<html>", context.RequestAborted);
                break;
            case "garbage":
                await DnsEndpoint.AnswerAsync(context, [.. Enumerable.Repeat((byte)0xC0, 400)]);
                break;
            case "servfail":
                await DnsEndpoint.AnswerAsync(context, DnsWriter.Answer(asked.Name, asked.Type, 2, []));
                break;
            case "refused":
                await DnsEndpoint.AnswerAsync(context, DnsWriter.Answer(asked.Name, asked.Type, 5, []));
                break;
            case "too long":
                await DnsEndpoint.AnswerAsync(context, [.. DnsWriter.Answer(asked.Name, asked.Type, 0, []), .. new byte[70_000]]);
                break;
            case "empty":
                await DnsEndpoint.AnswerAsync(context, []);
                break;
            case "drops":
                context.Abort();
                break;
            default:
                context.Response.ContentType = "application/dns-message";
                await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0x81 }, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
        }

        return true;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_server_that_fails_is_passed_over_for_the_next(string fault)
    {
        await using DnsEndpoint first = await DnsEndpoint.StartAsync();
        first.Instead = (asked, context) => BreakAsync(fault, asked, context);
        await using DnsEndpoint second = await DnsEndpoint.StartAsync();
        second.Add("feed.example", "127.0.0.5");
        using NetSession session = DnsEndpoint.NewSession([first.Template, second.Template]);

        Assert.Equal("127.0.0.5", await ResolveAsync(session, "feed.example"));
        Assert.Equal(2, first.Asked.Count);
    }

    [Fact]
    public async Task A_server_that_failed_is_asked_last_for_a_minute()
    {
        var time = new FakeTimeProvider();
        await using DnsEndpoint first = await DnsEndpoint.StartAsync();
        first.Add("feed.example", "127.0.0.4");
        first.Instead = (asked, context) => BreakAsync("status", asked, context);
        await using DnsEndpoint second = await DnsEndpoint.StartAsync();
        second.Add("feed.example", "127.0.0.5");
        using NetSession session = DnsEndpoint.NewSession([first.Template, second.Template], configure: options => options.TimeProvider = time);
        await ResolveAsync(session, "feed.example", Anew);
        first.Instead = null;
        time.Advance(TimeSpan.FromSeconds(59));

        Assert.Equal("127.0.0.5", await ResolveAsync(session, "feed.example", Anew));
        Assert.Equal(2, first.Asked.Count);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("127.0.0.4", await ResolveAsync(session, "feed.example", Anew));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_after_the_timeout()
    {
        var time = new FakeTimeProvider();
        await using DnsEndpoint first = await DnsEndpoint.StartAsync();
        var asked = new SemaphoreSlim(0);
        first.Instead = async (_, context) =>
        {
            var gone = new TaskCompletionSource();
            using CancellationTokenRegistration leaving = context.RequestAborted.Register(gone.SetResult);
            asked.Release();
            await gone.Task;
            return true;
        };
        await using DnsEndpoint second = await DnsEndpoint.StartAsync();
        second.Add("feed.example", "127.0.0.5");
        using NetSession session = DnsEndpoint.NewSession([first.Template, second.Template], configure: options =>
        {
            options.TimeProvider = time;
            options.HostResolverOptions!.SecureDnsTimeout = new HostResolverOptions().SecureDnsTimeout;
        });
        Task<string> resolving = ResolveAsync(session, "feed.example");
        for (int i = 0; i < 2; i++)
            Assert.True(await asked.WaitAsync(Guard, Token));
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(resolving.IsCompleted);
        Assert.Empty(second.Asked);
        time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("127.0.0.5", await resolving);
    }

    [Fact]
    public async Task Secure_never_asks_the_operating_system_and_says_who_failed()
    {
        using NetSession session = DnsEndpoint.NewSession([$"https://dns.test:{FreePort()}/dns-query{{?dns}}"]);
        HostResolutionException failure = await FailAsync(session, "feed.example");

        Assert.Equal(NetError.NameResolutionFailed, failure.Error);
        Assert.Contains("dns.test", failure.Message, StringComparison.Ordinal);
        Assert.Equal(NetError.NameResolutionFailed, (await Handshake.Connecting.FailAsync(session, new Uri("ws://feed.example/"))).Error);
    }

    [Fact]
    public async Task A_server_whose_certificate_is_not_trusted_is_not_asked()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync(certificate: TestCertificates.Shared.SelfSigned);
        dns.Add("feed.example", "127.0.0.5");
        using NetSession session = dns.NewSession();

        Assert.Equal(NetError.NameResolutionFailed, (await FailAsync(session, "feed.example")).Error);
        Assert.Empty(dns.Asked);
    }

    [Fact]
    public async Task What_is_logged_names_the_server_without_its_path()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace));
        using NetSession session = DnsEndpoint.NewSession(["https://dns.test:" + FreePort() + "/my-s3cret-id{?dns}"], configure: options => options.LoggerFactory = factory);
        HostResolutionException failure = await FailAsync(session, "feed.example");

        Assert.Contains(logs.Collector.GetSnapshot(), record => record.Id.Id == 142 && record.Message.Contains("dns.test", StringComparison.Ordinal));
        Assert.All(logs.Collector.GetSnapshot(), record => Assert.DoesNotContain("s3cret", record.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("does not exist")]
    public async Task Automatic_falls_back_to_the_operating_system_when_a_server_fails_or_does_not_know_the_name(string fault)
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        if (fault == "status")
            dns.Instead = (asked, context) => BreakAsync(fault, asked, context);
        using NetSession session = dns.NewSession(SecureDnsMode.Automatic);
        Assert.Equal(NetError.NameNotResolved, (await FailAsync(session, "no-such-host.invalid")).Error);
        Assert.Equal(2, dns.Count("no-such-host.invalid"));

        // The machine's own name is known to the operating system. Its hosts file, which may list it, goes before DNS over HTTPS, and is left out.
        var resolver = new HostResolver(hostsFile: "/no/such/file") { SecureDns = Client(SecureDnsMode.Automatic) };
        string name = Dns.GetHostName();
        Assert.Equal(await Dns.GetHostAddressesAsync(name, Token), await resolver.ResolveAsync(name, Token));
        Assert.Equal(2, dns.Count(name.ToLowerInvariant()));
        resolver.SecureDns = Client(SecureDnsMode.Secure);
        await Assert.ThrowsAsync<SocketException>(() => resolver.ResolveAsync(name, Token).AsTask());

        SecureDnsClient Client(SecureDnsMode mode) => new(
            mode, [DnsServerTemplate.Parse(dns.Template, null)], DnsEndpoint.Patience, () => new HttpMessageInvoker(NewHandler()), TimeProvider.System, NullLogger.Instance);

        SocketsHttpHandler NewHandler() => new()
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
            ConnectCallback = async (context, token) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
    }

    [Fact]
    public async Task Automatic_does_not_ask_the_operating_system_when_a_server_knows()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("no-such-host.invalid", "127.0.0.5");
        using NetSession session = dns.NewSession(SecureDnsMode.Automatic);

        Assert.Equal("127.0.0.5", await ResolveAsync(session, "no-such-host.invalid"));
    }

    [Fact]
    public async Task One_kind_of_address_will_do_when_the_other_could_not_be_asked_for()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("feed.example", "127.0.0.5");
        dns.Instead = (asked, context) => asked.Type == 28 ? BreakAsync("servfail", asked, context) : Task.FromResult(false);
        using NetSession session = dns.NewSession();

        Assert.Equal("127.0.0.5", await ResolveAsync(session, "feed.example"));
    }

    [Fact]
    public async Task Off_is_the_operating_system_and_so_is_a_look_up_that_asks_for_it()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("no-such-host.invalid", "127.0.0.5");
        using NetSession session = dns.NewSession();

        Assert.Equal("127.0.0.5", await ResolveAsync(session, "no-such-host.invalid"));
        Assert.Equal(NetError.NameNotResolved, (await FailAsync(session, "no-such-host.invalid", new() { SecureDnsPolicy = SecureDnsPolicy.Disable })).Error);
        Assert.Equal(NetError.NameNotResolved, (await FailAsync(session, "no-such-host.invalid", new() { Source = HostResolverSource.System })).Error);
        session.ConfigureHostResolver(new HostResolverOptions { SecureDnsMode = SecureDnsMode.Off, SecureDnsServers = { dns.Template } });
        Assert.Equal(NetError.NameNotResolved, (await FailAsync(session, "no-such-host.invalid")).Error);
        HostResolutionException unconfigured = await FailAsync(session, "no-such-host.invalid", new() { Source = HostResolverSource.Dns });
        Assert.Equal(NetError.NameResolutionFailed, unconfigured.Error);
        Assert.Contains("ConfigureHostResolver", unconfigured.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_up_may_ask_the_servers_only()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        using NetSession session = dns.NewSession(SecureDnsMode.Automatic, options => options.HostResolver = (_, _) => throw new InvalidOperationException("asked"));

        Assert.Equal(NetError.NameNotResolved, (await FailAsync(session, "feed.example", new() { Source = HostResolverSource.Dns })).Error);
        Assert.Equal(2, dns.Count("feed.example"));
    }

    [Fact]
    public async Task Names_of_multicast_dns_are_not_told_to_a_server()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        using NetSession session = dns.NewSession(SecureDnsMode.Automatic);
        await FailAsync(session, "no-such-printer.local");

        Assert.Empty(dns.Asked);
    }

    [Fact]
    public async Task Closing_all_connections_closes_those_to_the_servers_and_later_questions_open_others()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("feed.example", "127.0.0.5");
        List<string> connections = [];
        dns.Instead = (_, context) =>
        {
            lock (connections)
                connections.Add(context.Connection.Id);
            return Task.FromResult(false);
        };
        using NetSession session = dns.NewSession();
        await ResolveAsync(session, "feed.example", new() { QueryType = HostQueryType.A, CacheUsage = HostCacheUsage.Disallowed });
        await ResolveAsync(session, "feed.example", new() { QueryType = HostQueryType.A, CacheUsage = HostCacheUsage.Disallowed });
        await session.CloseAllConnectionsAsync();
        await ResolveAsync(session, "feed.example", new() { QueryType = HostQueryType.A, CacheUsage = HostCacheUsage.Disallowed });

        Assert.Equal(connections[0], connections[1]);
        Assert.NotEqual(connections[0], connections[2]);
    }

    [Fact]
    public async Task The_time_that_an_answer_has_spent_in_http_caches_is_over()
    {
        var time = new FakeTimeProvider();
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("feed.example", "127.0.0.5");
        dns.Instead = (_, context) =>
        {
            context.Response.Headers.Age = "290";
            return Task.FromResult(false);
        };
        using NetSession session = dns.NewSession(configure: options => options.TimeProvider = time);
        await ResolveAsync(session, "feed.example", new() { QueryType = HostQueryType.A });
        time.Advance(TimeSpan.FromSeconds(9));
        await ResolveAsync(session, "feed.example", new() { QueryType = HostQueryType.A });
        Assert.Single(dns.Asked);
        time.Advance(TimeSpan.FromSeconds(2));
        await ResolveAsync(session, "feed.example", new() { QueryType = HostQueryType.A });
        Assert.Equal(2, dns.Asked.Count);
    }
}
