using System.Diagnostics;
using Xunit;

namespace NetWebSockets.Pac.Tests.Scripts;

public sealed class LimitTests
{
    private static readonly PacScriptEngineOptions OnlyTime = new() { StatementLimit = int.MaxValue - 1, TimeLimit = TimeSpan.FromSeconds(2) };

    [Theory]
    [InlineData("for (;;);")]
    [InlineData("while (true) { }")]
    [InlineData("do { try { throw 1; } catch (e) { } } while (true);")]
    [InlineData("for (;;) { try { for (;;); } catch (e) { } finally { continue; } }")]
    [InlineData("[1, 2].sort(function() { for (;;); });")]
    [InlineData("({ toString: function() { for (;;); } }) + '';")]
    public async Task A_loop_without_an_end_is_ended_by_the_number_of_statements(string body) =>
        Assert.Equal("It executes more than 10000 statements for one address", (await Pac.FailInAsync(body, new() { StatementLimit = 10_000 })).Message);

    [Theory]
    [InlineData("for (;;);")]
    [InlineData("for (;;) { try { for (;;); } catch (e) { } }")]
    public async Task A_loop_without_an_end_is_ended_by_time(string body) =>
        Assert.Equal("It computes longer than 2 s for one address", (await Pac.FailInAsync(body, OnlyTime)).Message);

    [Theory]
    [InlineData("return FindProxyForURL();")]
    [InlineData("function a() { return b(); } function b() { return a(); } return a();")]
    [InlineData("try { return FindProxyForURL(); } catch (e) { return 'DIRECT'; }")]
    [InlineData("var o = { get x() { return o.x; } }; return o.x;")]
    public async Task A_recursion_without_an_end(string body) =>
        Assert.Equal("Its functions call themselves more than 200 deep", (await Pac.FailInAsync(body)).Message);

    [Fact]
    public async Task A_recursion_without_an_end_that_no_call_shows() =>
        Assert.NotNull(await Pac.FailInAsync("var o = { toString: function() { return '' + o; } }; return '' + o;"));

    [Theory]
    [InlineData("var a = []; for (;;) a.push('x'.repeat(1000) + a.length);")]
    [InlineData("var s = 'x'; for (;;) s += s;")]
    [InlineData("var a = []; a.length = 400000000; return a.fill(1).length;")]
    [InlineData("return new Array(100000000).join('x');")]
    public async Task A_script_that_wants_all_memory(string body) =>
        Assert.Equal("It needs more than 67108864 bytes of memory for one address", (await Pac.FailInAsync(body, new() { TimeLimit = TimeSpan.FromMinutes(5) })).Message);

    [Theory]
    [InlineData("ArrayBuffer")]
    [InlineData("SharedArrayBuffer")]
    [InlineData("Uint8Array")]
    [InlineData("Atomics")]
    [InlineData("BigInt")]
    [InlineData("System")]
    [InlineData("importNamespace")]
    [InlineData("require")]
    public async Task What_is_beyond_the_limits_is_withheld(string name) => Assert.Equal("\"undefined\"", await new Pac().EvaluateAsync($"typeof {name}"));

    [Fact]
    public async Task A_regular_expression_that_never_ends() =>
        Assert.Equal("A regular expression takes too long", (await Pac.FailInAsync("return /^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!');")).Message);

    [Fact]
    public async Task A_shell_pattern_that_would_never_end_as_a_regular_expression()
    {
        long started = Stopwatch.GetTimestamp();
        string answer = await new Pac().EvaluateAsync("shExpMatch('a'.repeat(2000), '*a'.repeat(100) + '*b')");

        Assert.Equal("false", answer);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_shell_pattern_that_is_a_regular_expression_without_an_end() =>
        Assert.Equal("A regular expression takes too long", (await Pac.FailInAsync("return shExpMatch('a'.repeat(60) + '!', '(a+)+');")).Message);

    [Fact]
    public async Task A_single_expression_that_cannot_be_interrupted_is_not_waited_for()
    {
        IProxyScript script = await Pac.CompileAsync(
            "function FindProxyForURL(url, host) { if (host == 'b.test') return 'b'; var a = 3n; for (var i = 0; i < 24; i++) a = a * a; return '' + (a > 0n); }",
            new() { TimeLimit = TimeSpan.FromSeconds(1) });
        ProxyScriptException failure = await Assert.ThrowsAsync<ProxyScriptException>(() => Pac.AskAsync(script, "a.test"));

        Assert.Equal("It computes longer than 1 s for one address", failure.Message);
        Assert.Equal("b", await Pac.AskAsync(script, "b.test"));
    }

    [Fact]
    public async Task A_script_that_loads_without_an_end() =>
        Assert.Contains("statements", (await Assert.ThrowsAsync<ProxyScriptException>(() => Pac.CompileAsync("for (;;); function FindProxyForURL() { }"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_script_that_is_nested_without_an_end() =>
        Assert.Contains(
            "compile",
            (await Assert.ThrowsAsync<ProxyScriptException>(() => Pac.CompileAsync($"var x = {new string('(', 100_000)}1{new string(')', 100_000)};"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task The_engine_is_well_after_a_limit()
    {
        IProxyScript script = await Pac.CompileAsync("function FindProxyForURL(url, host) { if (host == 'bad.test') for (;;); return 'DIRECT'; }", new() { StatementLimit = 1000 });
        await Assert.ThrowsAsync<ProxyScriptException>(() => Pac.AskAsync(script, "bad.test"));

        Assert.Equal("DIRECT", await Pac.AskAsync(script, "good.test"));
    }

    [Fact]
    public async Task Many_hosts()
    {
        var pac = new Pac();
        IProxyScript script = await pac.LoadAsync("function FindProxyForURL() { for (var i = 0; ; i++) dnsResolve('h' + i); }", new() { LookupLimit = 3 });
        ProxyScriptException failure = await Assert.ThrowsAsync<ProxyScriptException>(() => Pac.AskAsync(script));

        Assert.Equal("It looks up more than 3 hosts for one address", failure.Message);
        Assert.Equal(["h0", "h1", "h2"], pac.LookedUp);
    }

    [Fact]
    public async Task Cancelling_ends_a_script_that_computes()
    {
        IProxyScript script = await Pac.CompileAsync("function FindProxyForURL() { for (;;); }", new() { StatementLimit = int.MaxValue - 1, TimeLimit = TimeSpan.FromMinutes(30) });
        using var cancelling = new CancellationTokenSource();
        Task<string> asking = Pac.AskAsync(script, token: cancelling.Token);
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Theory]
    [InlineData(nameof(PacScriptEngineOptions.TimeLimit))]
    [InlineData(nameof(PacScriptEngineOptions.StatementLimit))]
    [InlineData(nameof(PacScriptEngineOptions.MemoryLimit))]
    [InlineData(nameof(PacScriptEngineOptions.RecursionLimit))]
    [InlineData(nameof(PacScriptEngineOptions.LookupLimit))]
    [InlineData(nameof(PacScriptEngineOptions.MaxConcurrency))]
    public void A_wrong_limit_is_named(string name)
    {
        PacScriptEngineOptions options = name switch
        {
            nameof(PacScriptEngineOptions.TimeLimit) => new() { TimeLimit = TimeSpan.Zero },
            nameof(PacScriptEngineOptions.StatementLimit) => new() { StatementLimit = 0 },
            nameof(PacScriptEngineOptions.MemoryLimit) => new() { MemoryLimit = -1 },
            nameof(PacScriptEngineOptions.RecursionLimit) => new() { RecursionLimit = 1001 },
            nameof(PacScriptEngineOptions.LookupLimit) => new() { LookupLimit = -1 },
            _ => new() { MaxConcurrency = 0 },
        };

        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => new PacScriptEngine(options)).ParamName);
    }

    [Fact]
    public async Task Limits_are_read_once()
    {
        var limits = new PacScriptEngineOptions { StatementLimit = 1000 };
        var engine = new PacScriptEngine(limits);
        limits.StatementLimit = int.MaxValue - 1;
        IProxyScript script = await engine.CompileAsync("function FindProxyForURL() { for (;;); }", new Pac().Context, Pac.Token);

        Assert.Contains("1000 statements", (await Assert.ThrowsAsync<ProxyScriptException>(() => Pac.AskAsync(script))).Message, StringComparison.Ordinal);
    }
}
