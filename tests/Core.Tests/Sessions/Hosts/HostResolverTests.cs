using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions.Hosts;

/// <summary>Looking up hosts: local names, the callback, the cache, callers that share a look-up.</summary>
public sealed class HostResolverTests
{
    private static async Task<string> ResolveAsync(NetSession session, string host, ResolveHostOptions? options = null) =>
        string.Join(' ', await session.ResolveHostAsync(host, options, Token).WaitAsync(Guard, Token));

    private static Task<HostResolutionException> FailAsync(NetSession session, string host, ResolveHostOptions? options = null) =>
        Assert.ThrowsAsync<HostResolutionException>(() => ResolveAsync(session, host, options));

    private static ValueTask<IReadOnlyList<IPAddress>?> Answer(params string[] addresses) => new([.. addresses.Select(IPAddress.Parse)]);

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("localhost.")]
    [InlineData("app.localhost")]
    [InlineData("a.b.localhost.")]
    public async Task Localhost_is_loopback_without_asking_anybody(string host)
    {
        using NetSession session = NewSession(options => options.HostResolver = (_, _) => throw new InvalidOperationException("asked"));

        Assert.Equal(Socket.OSSupportsIPv6 ? "::1 127.0.0.1" : "127.0.0.1", await ResolveAsync(session, host));
        Assert.Equal("127.0.0.1", await ResolveAsync(session, host, new() { QueryType = HostQueryType.A }));
        Assert.Equal("127.0.0.1", await ResolveAsync(session, host, new() { QueryType = HostQueryType.A, Source = HostResolverSource.LocalOnly }));
    }

    [Fact]
    public async Task A_socket_opens_to_a_name_under_localhost()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        using NetSession session = NewSession();
        await using var socket = new NetWebSocket(server.Uri("/echo", "app.localhost").ToString(), new NetWebSocketOptions { Session = session });
        await socket.Opened.WaitAsync(Guard, Token);

        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [InlineData("127.0.0.7", "127.0.0.7")]
    [InlineData("::1", "::1")]
    [InlineData("[::1]", "::1")]
    public async Task An_address_is_its_own_answer(string host, string expected)
    {
        using NetSession session = NewSession(options => options.HostResolver = (_, _) => throw new InvalidOperationException("asked"));

        Assert.Equal(expected, await ResolveAsync(session, host));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a:80")]
    public async Task What_is_no_host_is_refused(string host)
    {
        using NetSession session = NewSession();
        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(nameof(host), () => session.ResolveHostAsync(host, null, Token));

        Assert.Contains($"'{host}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_an_address_of_the_wanted_kind_is_not_resolved()
    {
        using NetSession session = NewSession();

        Assert.Equal(NetError.NameNotResolved, (await FailAsync(session, "127.0.0.1", new() { QueryType = HostQueryType.Aaaa })).Error);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_told_with_what_to_check()
    {
        using NetSession session = NewSession();
        HostResolutionException failure = await FailAsync(session, "no-such-host.invalid");

        Assert.Equal(NetError.NameNotResolved, failure.Error);
        Assert.Contains("'no-such-host.invalid'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operating_system_knows_the_machine_and_its_answer_holds_a_minute()
    {
        var time = new FakeTimeProvider();
        var resolver = new HostResolver(time);
        string host = Dns.GetHostName();
        IReadOnlyList<IPAddress> first = await resolver.ResolveAsync(host, Token);

        Assert.Equal(await Dns.GetHostAddressesAsync(host, Token), first);
        Assert.Same(first, await resolver.ResolveAsync(host, Token));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Same(first, await resolver.ResolveAsync(host, Token));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotSame(first, await resolver.ResolveAsync(host, Token));
        Assert.Equal(1, resolver.CachedCount);
    }

    [Fact]
    public async Task The_callback_answers_with_a_list_and_is_asked_in_ascii_and_lower_case()
    {
        List<HostResolveRequest> asked = [];
        using NetSession session = NewSession(options => options.HostResolver = (request, _) =>
        {
            asked.Add(request);
            return Answer("127.0.0.9", "127.0.0.8", "::1");
        });

        Assert.Equal("127.0.0.9 127.0.0.8 ::1", await ResolveAsync(session, "BÜCHER.example"));
        Assert.Equal("::1", await ResolveAsync(session, "a.example", new() { QueryType = HostQueryType.Aaaa }));
        Assert.Equal([new("xn--bcher-kva.example", HostQueryType.Any), new("a.example", HostQueryType.Aaaa)], asked);
    }

    [Fact]
    public async Task The_callback_comes_after_the_rules_and_its_answers_are_not_remembered()
    {
        int asked = 0;
        using NetSession session = NewSession(options =>
        {
            options.HostResolverRules = "MAP a.example b.example";
            options.HostResolver = (request, _) =>
            {
                Assert.Equal("b.example", request.Host);
                return Answer($"127.0.0.{++asked}");
            };
        });

        Assert.Equal("127.0.0.1", await ResolveAsync(session, "a.example"));
        Assert.Equal("127.0.0.2", await ResolveAsync(session, "a.example"));
    }

    [Fact]
    public async Task The_callback_may_leave_a_host_to_the_session_or_say_that_it_does_not_exist()
    {
        string known = Dns.GetHostName();
        using NetSession session = NewSession(options => options.HostResolver = (request, _) => request.Host.Equals(known, StringComparison.OrdinalIgnoreCase) ? default : Answer());

        Assert.NotEmpty(await ResolveAsync(session, known));
        Assert.Equal(NetError.NameNotResolved, (await FailAsync(session, "a.example")).Error);
        Assert.Equal(NetError.NameNotResolved, (await Handshake.Connecting.FailAsync(session, new Uri("ws://a.example/"))).Error);
    }

    [Fact]
    public async Task A_callback_that_throws_fails_the_look_up_and_is_logged()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        using NetSession session = NewSession(options =>
        {
            options.LoggerFactory = factory;
            options.HostResolver = (_, _) => throw new InvalidOperationException("no directory");
        });
        HostResolutionException failure = await FailAsync(session, "a.example");

        Assert.Equal(NetError.NameResolutionFailed, failure.Error);
        Assert.Contains("no directory", failure.Message, StringComparison.Ordinal);
        Assert.Equal(NetError.NameResolutionFailed, (await Handshake.Connecting.FailAsync(session, new Uri("ws://a.example/"))).Error);
        Assert.Equal(2, logs.Collector.GetSnapshot().Count(record => record.Id.Id == 144));
    }

    [Fact]
    public async Task A_callback_may_throw_what_sockets_throw()
    {
        using NetSession session = NewSession(options => options.HostResolver = (_, _) => throw new SocketException((int)SocketError.HostNotFound));

        Assert.Equal(NetError.NameNotResolved, (await FailAsync(session, "a.example")).Error);
    }

    [Fact]
    public async Task A_callback_that_waits_is_cancelled_with_its_caller()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var session = NewSession();
        session.SetHostResolver(async (_, token) =>
        {
            asked.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(token);
            return null;
        });
        using var cancelling = new CancellationTokenSource();
        Task connecting = ConnectAsync(session, Request(new Uri("ws://a.example/")), cancelling.Token);
        await asked.Task.WaitAsync(Guard, Token);
        await cancelling.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    public async Task Answers_hold_as_long_as_they_say()
    {
        var time = new FakeTimeProvider();
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Records["a.example"] = [DnsRecord.Address("a.example", "127.0.0.5", 20)];
        using NetSession session = dns.NewSession(configure: options => options.TimeProvider = time);
        for (int i = 0; i < 3; i++)
            Assert.Equal("127.0.0.5", await ResolveAsync(session, "a.example"));
        Assert.Equal(2, dns.Asked.Count);
        time.Advance(TimeSpan.FromSeconds(19));
        await ResolveAsync(session, "A.Example");
        Assert.Equal(2, dns.Asked.Count);
        time.Advance(TimeSpan.FromSeconds(1));
        await ResolveAsync(session, "a.example");
        Assert.Equal(4, dns.Asked.Count);
    }

    [Fact]
    public async Task An_absence_holds_as_long_as_its_zone_says()
    {
        var time = new FakeTimeProvider();
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.NegativeSeconds = 5;
        using NetSession session = dns.NewSession(configure: options => options.TimeProvider = time);
        await FailAsync(session, "a.example");
        time.Advance(TimeSpan.FromSeconds(4));
        await FailAsync(session, "a.example");
        Assert.Equal(2, dns.Asked.Count);
        dns.Add("a.example", "127.0.0.5");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("127.0.0.5", await ResolveAsync(session, "a.example"));
    }

    [Fact]
    public async Task A_failure_of_the_servers_is_not_remembered()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("a.example", "127.0.0.5");
        dns.Instead = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return Task.FromResult(true);
        };
        using NetSession session = dns.NewSession();
        Assert.Equal(NetError.NameResolutionFailed, (await FailAsync(session, "a.example")).Error);
        dns.Instead = null;

        Assert.Equal("127.0.0.5", await ResolveAsync(session, "a.example"));
    }

    [Fact]
    public async Task Clearing_the_cache_asks_anew_and_so_does_another_configuration()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("a.example", "127.0.0.5");
        using NetSession session = dns.NewSession();
        await ResolveAsync(session, "a.example");
        await session.ClearHostResolverCacheAsync();
        await ResolveAsync(session, "a.example");
        Assert.Equal(4, dns.Asked.Count);
        session.ConfigureHostResolver(new() { SecureDnsMode = SecureDnsMode.Secure, SecureDnsServers = { dns.PostTemplate }, SecureDnsTimeout = DnsEndpoint.Patience });
        await ResolveAsync(session, "a.example");
        Assert.Equal(6, dns.Asked.Count);
    }

    [Fact]
    public async Task What_a_look_up_learns_that_began_before_the_cache_was_cleared_is_not_kept()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("a.example", "127.0.0.5");
        var asked = new SemaphoreSlim(0);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        dns.Instead = async (_, _) =>
        {
            asked.Release();
            await go.Task;
            return false;
        };
        using NetSession session = dns.NewSession();
        Task<string> before = ResolveAsync(session, "a.example");
        Assert.True(await asked.WaitAsync(Guard, Token));
        Assert.True(await asked.WaitAsync(Guard, Token));
        await session.ClearHostResolverCacheAsync();
        // It does not wait for the one before either.
        Task<string> after = ResolveAsync(session, "a.example", new() { QueryType = HostQueryType.A });
        Task<string> afterBoth = ResolveAsync(session, "a.example");
        for (int i = 0; i < 3; i++)
            Assert.True(await asked.WaitAsync(Guard, Token));
        go.SetResult();
        Assert.Equal(["127.0.0.5", "127.0.0.5", "127.0.0.5"], await Task.WhenAll(before, after, afterBoth));
    }

    [Fact]
    public async Task Stale_answers_will_do_for_who_allows_them_and_the_cache_for_nobody_who_does_not()
    {
        var time = new FakeTimeProvider();
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("a.example", "127.0.0.5");
        using NetSession session = dns.NewSession(configure: options => options.TimeProvider = time);
        await ResolveAsync(session, "a.example");
        dns.Add("a.example", "127.0.0.6");
        Assert.Equal("127.0.0.6", await ResolveAsync(session, "a.example", new() { CacheUsage = HostCacheUsage.Disallowed }));
        dns.Add("a.example", "127.0.0.7");
        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("127.0.0.6", await ResolveAsync(session, "a.example", new() { CacheUsage = HostCacheUsage.StaleAllowed }));
        Assert.Equal("127.0.0.7", await ResolveAsync(session, "a.example"));
    }

    [Fact]
    public async Task Local_only_asks_nobody()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("a.example", "127.0.0.5");
        using NetSession session = dns.NewSession();
        Assert.Equal(NetError.NameNotResolved, (await FailAsync(session, "a.example", new() { Source = HostResolverSource.LocalOnly })).Error);
        Assert.Empty(dns.Asked);
        await ResolveAsync(session, "a.example");

        Assert.Equal("127.0.0.5", await ResolveAsync(session, "a.example", new() { Source = HostResolverSource.LocalOnly }));
    }

    [Fact]
    public async Task Callers_at_once_share_a_look_up_and_one_that_is_cancelled_leaves_alone()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("a.example", "127.0.0.5");
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        dns.Instead = async (_, _) =>
        {
            asked.TrySetResult();
            await go.Task;
            return false;
        };
        using NetSession session = dns.NewSession();
        using var cancelling = new CancellationTokenSource();
        // The first one, which began it.
        Task leaving = session.ResolveHostAsync("a.example", null, cancelling.Token);
        Task<string>[] staying = [.. Enumerable.Range(0, 20).Select(_ => ResolveAsync(session, "a.example"))];
        await asked.Task.WaitAsync(Guard, Token);
        await cancelling.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAsync<TaskCanceledException>(() => leaving);
        Assert.Equal(cancelling.Token, cancelled.CancellationToken);
        go.SetResult();

        Assert.All(await Task.WhenAll(staying), address => Assert.Equal("127.0.0.5", address));
        Assert.Equal(2, dns.Asked.Count);
    }

    [Fact]
    public async Task When_all_callers_have_left_the_look_up_ends_and_the_next_one_begins_anew()
    {
        await using DnsEndpoint dns = await DnsEndpoint.StartAsync();
        dns.Add("a.example", "127.0.0.5");
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new SemaphoreSlim(0);
        dns.Instead = async (_, context) =>
        {
            var gone = new TaskCompletionSource();
            using CancellationTokenRegistration leaving = context.RequestAborted.Register(gone.SetResult);
            asked.TrySetResult();
            await gone.Task;
            ended.Release();
            return true;
        };
        using NetSession session = dns.NewSession();
        using var cancelling = new CancellationTokenSource();
        Task[] leaving = [session.ResolveHostAsync("a.example", null, cancelling.Token), session.ResolveHostAsync("a.example", null, cancelling.Token)];
        await asked.Task.WaitAsync(Guard, Token);
        await cancelling.CancelAsync();
        foreach (Task left in leaving)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        Assert.True(await ended.WaitAsync(Guard, Token));
        dns.Instead = null;
        Assert.Equal("127.0.0.5", await ResolveAsync(session, "a.example"));
    }

    [Fact]
    public void The_cache_is_bounded_and_drops_what_ends_first()
    {
        var time = new FakeTimeProvider();
        var cache = new HostCache(time);
        static HostKey Key(int i) => new($"h{i}", HostQueryType.Any, SecureDnsMode.Off);
        for (int i = 0; i < HostCache.MaxEntries + 10; i++)
            cache.Store(Key(i), new HostAnswer([IPAddress.Loopback], TimeSpan.FromSeconds(i == 500 ? 1 : 60 + i)));

        Assert.Equal(HostCache.MaxEntries, cache.Count);
        Assert.Null(cache.Find(Key(500), allowStale: true));
        Assert.Null(cache.Find(Key(0), allowStale: true));
        Assert.NotNull(cache.Find(Key(20), allowStale: false));
        Assert.NotNull(cache.Find(Key(HostCache.MaxEntries + 9), allowStale: false));
    }

    [Fact]
    public async Task The_hosts_file_goes_before_DNS_over_HTTPS_and_is_read_again_when_it_changes()
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "# mine\n127.0.0.31 A.example b.example # two\n::1\tb.example\n\nnonsense x\n127.0.0.32\n", Token);
            var resolver = new HostResolver(hostsFile: path) { SecureDns = Unreachable() };

            Assert.Equal(["127.0.0.31"], (await resolver.ResolveAsync("a.example", Token)).Select(a => a.ToString()));
            Assert.Equal(["127.0.0.31", "::1"], (await resolver.ResolveAsync("b.example", Token)).Select(a => a.ToString()));
            SocketException failure = await Assert.ThrowsAsync<SocketException>(() => resolver.ResolveAsync("x", Token).AsTask());
            Assert.Equal(SocketError.NoRecovery, failure.SocketErrorCode);
            await File.WriteAllTextAsync(path, "127.0.0.33 a.example and-more.example", Token);
            Assert.Equal(["127.0.0.33"], (await resolver.ResolveAsync("a.example", Token)).Select(a => a.ToString()));
        }
        finally
        {
            File.Delete(path);
        }

        static SecureDnsClient Unreachable() => new(
            SecureDnsMode.Secure,
            [DnsServerTemplate.Parse("https://dns.test/", null)],
            TimeSpan.FromSeconds(1),
            () => new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = (_, _) => throw new IOException("unplugged") }),
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
    }

    [Fact]
    public async Task A_disposed_session_looks_up_nothing()
    {
        NetSession session = NewSession();
        session.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.ResolveHostAsync("localhost", null, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(session.ClearHostResolverCacheAsync);
        Assert.Throws<ObjectDisposedException>(() => session.SetHostResolverRules(null));
        Assert.Throws<ObjectDisposedException>(() => session.SetHostResolver(null));
        Assert.Throws<ObjectDisposedException>(() => session.ConfigureHostResolver(new()));
    }
}
