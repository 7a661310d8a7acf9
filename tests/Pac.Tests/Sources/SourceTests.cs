using Microsoft.AspNetCore.Http;
using NetWebSockets.Sessions;
using Xunit;
using static NetWebSockets.Pac.Tests.Sources.Fetching;

namespace NetWebSockets.Pac.Tests.Sources;

/// <summary>When a script is fetched, what it is told, and what happens when there is none.</summary>
public sealed class SourceTests
{
    private const string Mirror = "function FindProxyForURL(url, host) { return url + ' ' + host; }";

    [Theory]
    [InlineData("wss://www.example.com/path?query=1#fragment", "wss://www.example.com/ www.example.com")]
    [InlineData("wss://user:secret@www.example.com/path?query=1", "wss://www.example.com/ www.example.com")]
    [InlineData("wss://www.example.com:8443/path", "wss://www.example.com:8443/ www.example.com")]
    [InlineData("wss://www.example.com:443/", "wss://www.example.com/ www.example.com")]
    [InlineData("https://www.example.com/path?query=1", "https://www.example.com/ www.example.com")]
    [InlineData("https://user:secret@www.example.com:444/path", "https://www.example.com:444/ www.example.com")]
    [InlineData("ws://www.example.com/path?query=1#fragment", "ws://www.example.com/path?query=1 www.example.com")]
    [InlineData("ws://user:secret@www.example.com/path?query=1", "ws://www.example.com/path?query=1 www.example.com")]
    [InlineData("ws://www.example.com:8080", "ws://www.example.com:8080/ www.example.com")]
    [InlineData("http://www.example.com:80/a%20b", "http://www.example.com/a%20b www.example.com")]
    [InlineData("wss://WWW.Example.COM/", "wss://www.example.com/ www.example.com")]
    [InlineData("wss://bücher.example/", "wss://xn--bcher-kva.example/ xn--bcher-kva.example")]
    [InlineData("wss://192.0.2.1/x", "wss://192.0.2.1/ 192.0.2.1")]
    [InlineData("wss://[2001:DB8::1]/x", "wss://[2001:db8::1]/ 2001:db8::1")]
    [InlineData("ws://[2001:db8::1]:81/x", "ws://[2001:db8::1]:81/x 2001:db8::1")]
    public async Task What_a_script_sees_of_an_address(string address, string seen)
    {
        await using var fetching = new Fetching();

        Assert.Equal(seen, await AskAsync(fetching.Source(Data(Mirror)), address));
    }

    [Fact]
    public async Task Nothing_is_fetched_before_it_is_needed()
    {
        await using Fetching fetching = await StartAsync();
        fetching.Source().Dispose();

        Assert.Equal(0, fetching.Requests);
    }

    [Fact]
    public async Task Questions_that_come_together_share_one_fetch_and_later_ones_need_none()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Fetching fetching = await StartAsync(async context =>
        {
            await release.Task;
            await context.Response.WriteAsync(Saying("PROXY first:1"));
        });
        ProxyScriptSource source = fetching.Source();
        Task<string?>[] asking = [.. Enumerable.Range(0, 20).Select(_ => AskAsync(source))];
        release.SetResult();

        Assert.All(await Task.WhenAll(asking), answer => Assert.Equal("PROXY first:1", answer));
        Assert.Equal("PROXY first:1", await AskAsync(source));
        Assert.Equal(1, fetching.Requests);
    }

    [Fact]
    public async Task Who_gives_up_waiting_ends_only_the_own_wait()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Fetching fetching = await StartAsync(async context =>
        {
            asked.SetResult();
            await release.Task;
            await context.Response.WriteAsync(Saying("PROXY first:1"));
        });
        ProxyScriptSource source = fetching.Source();
        using var cancelling = new CancellationTokenSource();
        Task<string?> first = AskAsync(source, token: cancelling.Token);
        await asked.Task.WaitAsync(Pac.Guard, Pac.Token);
        Task<string?> second = AskAsync(source);
        await cancelling.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        release.SetResult();

        Assert.Equal(cancelling.Token, cancelled.CancellationToken);
        Assert.Equal("PROXY first:1", await second);
        Assert.Equal(1, fetching.Requests);
    }

    [Fact]
    public async Task Reloading_brings_the_new_script()
    {
        await using Fetching fetching = await StartAsync();
        ProxyScriptSource source = fetching.Source();
        Assert.Equal("PROXY first:1", await AskAsync(source));
        fetching.Serve("PROXY second:2");
        Assert.Equal("PROXY first:1", await AskAsync(source));
        await source.ReloadAsync(Pac.Token);

        Assert.Equal("PROXY second:2", await AskAsync(source));
        Assert.Equal(2, fetching.Requests);
    }

    [Fact]
    public async Task A_reload_that_fails_is_told_and_leaves_the_former_script()
    {
        await using Fetching fetching = await StartAsync();
        ProxyScriptSource source = fetching.Source();
        await AskAsync(source);
        fetching.Answer = context => context.Response.WriteAsync("this is no script");
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => source.ReloadAsync(Pac.Token));

        Assert.Equal(NetError.PacScriptFailed, failure.Error);
        Assert.Contains("line 1", failure.Message, StringComparison.Ordinal);
        Assert.Equal("PROXY first:1", await AskAsync(source));
        Assert.Single(fetching.Logged(123));
    }

    [Fact]
    public async Task A_script_that_is_old_is_fetched_anew_and_meanwhile_goes_on()
    {
        await using Fetching fetching = await StartAsync();
        ProxyScriptSource source = fetching.Source();
        await AskAsync(source);
        fetching.Serve("PROXY second:2");
        fetching.Time.Advance(FetchedProxyScript.MaxAge - TimeSpan.FromSeconds(1));
        await AskAsync(source);
        Assert.Equal(1, fetching.Requests);
        fetching.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("PROXY first:1", await AskAsync(source));
        await AskUntilAsync(source, "PROXY second:2");

        Assert.Equal(2, fetching.Requests);
    }

    [Fact]
    public async Task A_failure_is_remembered_a_while_and_longer_when_it_repeats()
    {
        await using Fetching fetching = await StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        ProxyScriptSource source = fetching.Source();
        int expected = 0;
        foreach (int seconds in (int[])[8, 32, 120, 120])
        {
            HandshakeException first = await FailAsync(source);
            Assert.Equal(++expected, fetching.Requests);
            fetching.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
            HandshakeException second = await FailAsync(source);
            Assert.Equal(expected, fetching.Requests);
            Assert.NotSame(first, second);
            fetching.Time.Advance(TimeSpan.FromSeconds(1));
        }

        fetching.Serve("PROXY well:1");
        Assert.Equal("PROXY well:1", await AskAsync(source));
        Assert.Equal(4, fetching.Logged(121).Count);
    }

    [Fact]
    public async Task Without_a_duty_a_script_that_cannot_be_fetched_means_direct_and_nobody_waits_for_the_next_try()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Fetching fetching = await StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        ProxyScriptSource source = fetching.Source(isMandatory: false);
        Assert.Null(await AskAsync(source));
        Assert.Single(fetching.Logged(122));
        fetching.Answer = async context =>
        {
            await release.Task;
            await context.Response.WriteAsync(Saying("PROXY well:1"));
        };
        fetching.Time.Advance(TimeSpan.FromSeconds(8));
        Assert.Null(await AskAsync(source));
        release.SetResult();

        await AskUntilAsync(source, "PROXY well:1");
    }

    [Fact]
    public async Task A_script_that_does_not_compile()
    {
        await using var fetching = new Fetching();
        HandshakeException failure = await FailAsync(fetching.Source(Data("function FindProxyForURL() {\n  return 'DIRECT;\n}")));

        Assert.Equal(NetError.PacScriptFailed, failure.Error);
        Assert.StartsWith("The proxy script of a data address cannot be used: It does not compile: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("line 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_throws_is_an_error_where_it_is_demanded()
    {
        await using var fetching = new Fetching();
        HandshakeException failure = await FailAsync(fetching.Source(Data("function FindProxyForURL() {\n  throw new Error('boom');\n}")));

        Assert.Equal(NetError.PacScriptFailed, failure.Error);
        Assert.Equal("The proxy script of a data address failed for 'www.example.com': boom (line 2, column 9)", failure.Message);
        Assert.IsType<ProxyScriptException>(failure.InnerException);
    }

    [Fact]
    public async Task A_script_that_throws_means_direct_where_it_is_not_demanded()
    {
        await using var fetching = new Fetching();

        Assert.Null(await AskAsync(fetching.Source(Data("function FindProxyForURL() {\n  throw new Error('boom');\n}"), isMandatory: false)));
        Assert.Equal(
            ["The proxy script failed for 'www.example.com', which goes without a proxy: of a data address: boom (line 2, column 9)"], fetching.Logged(124));
    }

    [Fact]
    public async Task What_a_script_says_is_logged()
    {
        await using var fetching = new Fetching();
        await AskAsync(fetching.Source(Data("function FindProxyForURL(url, host) { alert('asked for ' + host); return 'DIRECT'; }")));

        Assert.Equal(["The proxy script says: asked for www.example.com"], fetching.Logged(125));
    }

    [Fact]
    public async Task Scripts_look_up_hosts_as_the_session_does()
    {
        await using var fetching = new Fetching();
        ProxyScriptSource source = fetching.Source(Data("function FindProxyForURL(url, host) { return dnsResolve('localhost') + ' ' + dnsResolve('no-such-host.invalid') + ' ' + dnsResolve('x'.repeat(300)); }"));

        Assert.Equal("127.0.0.1 null null", await AskAsync(source));
        Assert.Equal(2, fetching.Logged(126).Count);
    }

    [Fact]
    public async Task The_addresses_of_this_machine_are_no_loopback()
    {
        await using var fetching = new Fetching();
        string? own = await AskAsync(fetching.Source(Data("function FindProxyForURL() { return myIpAddressEx(); }")));

        foreach (string address in own!.Split(';', StringSplitOptions.RemoveEmptyEntries))
            Assert.False(System.Net.IPAddress.IsLoopback(System.Net.IPAddress.Parse(address)));
    }

    [Fact]
    public async Task Settings_that_are_replaced_end_the_fetch_and_the_waits()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Fetching fetching = await StartAsync(async context =>
        {
            context.RequestAborted.Register(gone.SetResult);
            asked.SetResult();
            await gone.Task;
        });
        ProxyScriptSource source = fetching.Source();
        Task<HandshakeException> failing = FailAsync(source);
        await asked.Task.WaitAsync(Pac.Guard, Pac.Token);
        source.Dispose();

        Assert.Equal(NetError.Aborted, (await failing).Error);
        await gone.Task.WaitAsync(Pac.Guard, Pac.Token);
        Assert.Equal(NetError.Aborted, (await FailAsync(source)).Error);
    }

    [Fact]
    public async Task The_network_without_a_script_means_direct()
    {
        await using var fetching = new Fetching();
        using ProxyScriptSource source = ProxyScriptSource.Create(ProxyMode.AutoDetect, new ProxyConfig { Mode = ProxyMode.AutoDetect }, fetching.Session.Network);

        Assert.Null(await AskAsync(source));
        Assert.StartsWith(
            "There is no proxy script, and connections go without a proxy: The proxy script http://wpad/wpad.dat could not be fetched: ",
            Assert.Single(fetching.Logged(122)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_network_without_a_script_is_an_error_where_one_is_demanded()
    {
        await using var fetching = new Fetching();
        using ProxyScriptSource source = ProxyScriptSource.Create(
            ProxyMode.AutoDetect, new ProxyConfig { Mode = ProxyMode.AutoDetect, PacMandatory = true }, fetching.Session.Network);
        HandshakeException failure = await FailAsync(source);

        Assert.Equal(NetError.MandatoryProxyConfigurationFailed, failure.Error);
        Assert.StartsWith("The proxy script http://wpad/wpad.dat could not be fetched: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contradictions_are_refused()
    {
        await using var fetching = new Fetching();
        SessionNetwork network = fetching.Session.Network;
        string Refusal(ProxyMode mode, ProxyConfig config) => Assert.Throws<ArgumentException>(() => ProxyScriptSource.Create(mode, config, network)).Message;

        Assert.Contains("AutoDetect", Refusal(ProxyMode.AutoDetect, new() { PacScript = new Uri("http://p/x.pac") }), StringComparison.Ordinal);
        Assert.Contains("PacScript is not set", Refusal(ProxyMode.PacScript, new()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_of_ones_own_goes_before_that_of_the_package()
    {
        await using var session = new NetSession(new NetSessionOptions { ProxyScriptEngine = new PacScriptEngine(new() { StatementLimit = 10 }) });
        using ProxyScriptSource source = ProxyScriptSource.Create(
            ProxyMode.PacScript, new ProxyConfig { PacScript = Data("function FindProxyForURL() { for (;;); }") }, session.Network);

        Assert.Contains("10 statements", (await FailAsync(source)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_breaks_is_a_failure_like_others()
    {
        foreach (string when in (string[])["compiling", "asking"])
        {
            await using var session = new NetSession(new NetSessionOptions { ProxyScriptEngine = new BrokenEngine() });
            using ProxyScriptSource source = ProxyScriptSource.Create(ProxyMode.PacScript, new ProxyConfig { PacScript = Data(when) }, session.Network);
            HandshakeException failure = await FailAsync(source);

            Assert.Equal(NetError.PacScriptFailed, failure.Error);
            Assert.Contains($"out of order while {when}", failure.Message, StringComparison.Ordinal);
        }
    }

    private sealed class BrokenEngine : IProxyScriptEngine, IProxyScript
    {
        public ValueTask<IProxyScript> CompileAsync(string text, ProxyScriptContext context, CancellationToken cancellationToken) =>
            text == "asking" ? new(this) : throw new InvalidOperationException("out of order while compiling");

        public ValueTask<string> FindProxyAsync(string url, string host, CancellationToken cancellationToken) =>
            throw new OperationCanceledException("out of order while asking");
    }
}
