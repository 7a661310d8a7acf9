using System.Net;
using Xunit;

namespace NetWebSockets.Pac.Tests.Scripts;

/// <summary>How questions run: look-ups, isolation, many at a time.</summary>
public sealed class RunTests
{
    [Fact]
    public async Task Each_host_is_looked_up_once_in_a_run_and_again_in_the_next()
    {
        var pac = new Pac { Hosts = { ["a"] = ["10.0.0.1"], ["b"] = ["10.0.0.2"] } };
        IProxyScript script = await pac.LoadAsync(
            "function FindProxyForURL() { return [dnsResolve('a'), dnsResolve('b'), dnsResolve('a'), isResolvable('c'), isResolvable('c'), dnsResolveEx('a'), isInNet('b', '10.0.0.0', '255.0.0.0')].join(); }");

        Assert.Equal("10.0.0.1,10.0.0.2,10.0.0.1,false,false,10.0.0.1,true", await Pac.AskAsync(script));
        Assert.Equal(["a", "b", "c"], pac.LookedUp);
        await Pac.AskAsync(script);
        Assert.Equal(["a", "b", "c", "a", "b", "c"], pac.LookedUp);
    }

    [Theory]
    [InlineData("try { dnsResolve('a'); } catch (e) { return 'caught'; } return 'done ' + dnsResolve('a');")]
    [InlineData("try { dnsResolve('a'); } finally { if (!dnsResolve('a')) return 'finally'; } return 'done ' + dnsResolve('a');")]
    [InlineData("return [1].map(function() { return 'done ' + dnsResolve('a'); })[0];")]
    [InlineData("return 'done ' + ('x'.replace(/x/, function() { return dnsResolve('a'); }));")]
    public async Task Scripts_do_not_notice_that_they_start_over(string body)
    {
        var pac = new Pac { Hosts = { ["a"] = ["10.0.0.1"] } };
        IProxyScript script = await pac.LoadAsync($"function FindProxyForURL() {{ {body} }}");

        Assert.Equal("done 10.0.0.1", await Pac.AskAsync(script));
    }

    [Fact]
    public async Task What_a_script_says_before_a_look_up_is_told_once()
    {
        var pac = new Pac { Hosts = { ["a"] = ["10.0.0.1"] } };
        IProxyScript script = await pac.LoadAsync("function FindProxyForURL() { alert('one'); var a = dnsResolve('a'); alert('two ' + a); dnsResolve('b'); return 'DIRECT'; }");
        await Pac.AskAsync(script);

        Assert.Equal(["one", "two 10.0.0.1"], pac.Alerts);
    }

    [Fact]
    public async Task What_a_script_says_before_it_fails_is_told()
    {
        var pac = new Pac();
        IProxyScript script = await pac.LoadAsync("function FindProxyForURL() { alert('one'); throw 'x'; }");
        await Assert.ThrowsAsync<ProxyScriptException>(() => Pac.AskAsync(script));

        Assert.Equal(["one"], pac.Alerts);
    }

    [Fact]
    public async Task A_look_up_while_the_script_is_loaded()
    {
        var pac = new Pac { Hosts = { ["a"] = ["10.0.0.1"] } };
        IProxyScript script = await pac.LoadAsync("var a = dnsResolve('a'); function FindProxyForURL() { return a; }");

        Assert.Equal("10.0.0.1", await Pac.AskAsync(script));
    }

    [Fact]
    public async Task Cancelling_ends_a_look_up()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pac = new Pac
        {
            Resolve = async (_, cancellationToken) =>
            {
                asked.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return [];
            },
        };
        IProxyScript script = await pac.LoadAsync("function FindProxyForURL() { return dnsResolve('a'); }");
        using var cancelling = new CancellationTokenSource();
        Task<string> asking = Pac.AskAsync(script, token: cancelling.Token);
        await asked.Task.WaitAsync(Pac.Guard, Pac.Token);
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task Look_ups_hold_nothing_up()
    {
        var release = new TaskCompletionSource<IReadOnlyList<IPAddress>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var pac = new Pac { Resolve = (_, _) => new(release.Task) };
        IProxyScript script = await pac.LoadAsync(
            "function FindProxyForURL(url, host) { return host == 'fast.test' ? 'DIRECT' : dnsResolve(host); }", new() { MaxConcurrency = 1 });
        Task<string>[] slow = [.. Enumerable.Range(0, 20).Select(i => Pac.AskAsync(script, $"slow{i}.test"))];

        Assert.Equal("DIRECT", await Pac.AskAsync(script, "fast.test"));
        Assert.All(slow, asking => Assert.False(asking.IsCompleted));
        release.SetResult([IPAddress.Parse("10.0.0.1")]);
        Assert.All(await Task.WhenAll(slow), answer => Assert.Equal("10.0.0.1", answer));
    }

    [Theory]
    [InlineData("var n = 0; function FindProxyForURL() { return 'n' + ++n; }", "n1")]
    [InlineData("function FindProxyForURL() { n = typeof n == 'undefined' ? 1 : n + 1; return 'n' + n; }", "n1")]
    [InlineData("function FindProxyForURL() { Array.prototype.n = (Array.prototype.n || 0) + 1; return 'n' + [].n; }", "n1")]
    [InlineData("function FindProxyForURL() { var f = isPlainHostName; isPlainHostName = function() { return 'spoilt'; }; return 'n' + f('x'); }", "ntrue")]
    [InlineData("function FindProxyForURL() { var f = FindProxyForURL; FindProxyForURL = function() { return 'spoilt'; }; return 'n1'; }", "n1")]
    public async Task A_question_cannot_spoil_the_next(string text, string answer)
    {
        IProxyScript script = await Pac.CompileAsync(text);

        for (int i = 0; i < 3; i++)
            Assert.Equal(answer, await Pac.AskAsync(script));
    }

    [Fact]
    public async Task Many_questions_at_the_same_time_get_their_own_answers()
    {
        var pac = new Pac();
        pac.Resolve = async (host, _) =>
        {
            await Task.Yield();
            return [IPAddress.Parse($"10.0.0.{host[1..host.IndexOf('.', StringComparison.Ordinal)]}")];
        };
        IProxyScript script = await pac.LoadAsync("var mine; function FindProxyForURL(url, host) { mine = host; return 'PROXY ' + dnsResolve(host) + '_' + mine + ':1'; }");

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Pac.AskAsync(script, $"h{i}.test")));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"PROXY 10.0.0.{i}_h{i}.test:1"), answers);
    }
}
