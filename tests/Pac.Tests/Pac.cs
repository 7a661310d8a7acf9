using System.Net;
using Xunit;

namespace NetWebSockets.Pac.Tests;

/// <summary>A script and all that it may ask, in the test's hands.</summary>
internal sealed class Pac
{
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The hosts that have addresses.</summary>
    public Dictionary<string, string[]> Hosts { get; } = new(StringComparer.Ordinal);

    /// <summary>The addresses of this machine.</summary>
    public IReadOnlyList<IPAddress> Local { get; init; } = [];

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What was looked up, in order.</summary>
    public List<string> LookedUp { get; } = [];

    public List<string> Alerts { get; } = [];

    /// <summary>What is done instead of looking up, when it is set.</summary>
    public Func<string, CancellationToken, ValueTask<IReadOnlyList<IPAddress>>>? Resolve { get; set; }

    public ProxyScriptContext Context => new()
    {
        Name = "http://test/proxy.pac",
        TimeProvider = Time,
        ResolveHost = ResolveAsync,
        GetLocalAddresses = _ => new(Local),
        Alert = message =>
        {
            lock (_lock)
                Alerts.Add(message);
        },
    };

    public static Task<IProxyScript> CompileAsync(string text, PacScriptEngineOptions? limits = null) => new Pac().LoadAsync(text, limits);

    public Task<IProxyScript> LoadAsync(string text, PacScriptEngineOptions? limits = null) =>
        new PacScriptEngine(limits ?? new PacScriptEngineOptions()).CompileAsync(text, Context, Token).AsTask().WaitAsync(Guard, Token);

    /// <summary>What an expression is, as JSON, 'undefined', or 'throws' with the name of the error.</summary>
    public async Task<string> EvaluateAsync(string expression) =>
        await AskAsync(await LoadAsync(
            $$"""
            function FindProxyForURL(url, host) {
                try { var v = {{expression}}; return v === undefined ? 'undefined' : JSON.stringify(v); }
                catch (e) { return 'throws ' + (e instanceof Error ? e.name : typeof e); }
            }
            """));

    public static Task<string> AskAsync(IProxyScript script, string host = "www.example.com", CancellationToken? token = null) =>
        script.FindProxyAsync($"wss://{host}/", host, token ?? Token).AsTask().WaitAsync(Guard, Token);

    /// <summary>How a question fails.</summary>
    public static async Task<ProxyScriptException> FailAsync(string text, PacScriptEngineOptions? limits = null)
    {
        IProxyScript script = await CompileAsync(text, limits);
        return await Assert.ThrowsAsync<ProxyScriptException>(() => AskAsync(script));
    }

    /// <summary>How a question fails whose function has a body.</summary>
    public static Task<ProxyScriptException> FailInAsync(string body, PacScriptEngineOptions? limits = null) =>
        FailAsync($"function FindProxyForURL(url, host) {{ {body} }}", limits);

    private ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        // A session asks nobody for an address.
        if (IPAddress.TryParse(host, out IPAddress? literal))
            return new(new[] { literal });
        lock (_lock)
            LookedUp.Add(host);
        if (Resolve is not null)
            return Resolve(host, cancellationToken);
        return new(Hosts.TryGetValue(host, out string[]? addresses) ? [.. addresses.Select(IPAddress.Parse)] : Array.Empty<IPAddress>());
    }
}
