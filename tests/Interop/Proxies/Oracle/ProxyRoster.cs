using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>
/// All proxies that configurations name, the servers behind them and the one that serves scripts; each on a port of its own on 127.0.0.1, to which host
/// rules lead. Configurations and recordings therefore hold no port that changes.
/// </summary>
public sealed class ProxyRoster : IAsyncDisposable
{
    private readonly Dictionary<string, RecordingListener> _proxies;
    private readonly RecordingListener _server;
    private readonly KestrelServer _scripts;
    private readonly Socket _dead;

    private ProxyRoster(ProxyConfiguration configuration, KestrelServer scripts)
    {
        _scripts = scripts;
        RecordingListener Start(string name, ListenerKind kind) => new(name, kind, Log, TestCertificates.Shared.Localhost);
        _server = Start("server", ListenerKind.Server);
        _proxies = new(StringComparer.Ordinal)
        {
            ["http1.proxy"] = Start("http1", ListenerKind.Http),
            ["http2.proxy"] = Start("http2", ListenerKind.Http),
            ["http3.proxy"] = Start("http3", ListenerKind.Http),
            ["https1.proxy"] = Start("https1", ListenerKind.Https),
            ["socks1.proxy"] = Start("socks1", ListenerKind.Socks),
            ["closer.proxy"] = Start("closer", ListenerKind.HangsUp),
            ["resetter.proxy"] = Start("resetter", ListenerKind.Resets),
            ["http502.proxy"] = Start("http502", ListenerKind.BadGateway),
            ["refuser.proxy"] = Start("refuser", ListenerKind.RefusesSocks),
            ["*.seen.proxy"] = Start("seen", ListenerKind.Http),
        };
        // Bound and not listening: nobody else can get the port, and whoever connects is refused.
        _dead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _dead.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        IEnumerable<string> rules =
        [
            configuration.Hosts,
            .. _proxies.Select(p => $"MAP {p.Key} 127.0.0.1:{p.Value.Port}"),
            $"MAP pac.proxy 127.0.0.1:{scripts.Port}",
            $"MAP dead.proxy 127.0.0.1:{((IPEndPoint)_dead.LocalEndPoint!).Port}",
            "MAP none.proxy ~NOTFOUND",
            $"MAP * 127.0.0.1:{_server.Port}",
        ];
        HostRules = string.Join(',', rules.Where(r => r.Length > 0));
    }

    /// <summary>What was asked for.</summary>
    public ProxyLog Log { get; } = new();

    /// <summary>The host rules that lead to it, in Chromium's grammar: each name of a proxy to its listener, and all else to the servers.</summary>
    public string HostRules { get; }

    /// <summary>Starts everything.</summary>
    /// <param name="configuration">Whose script is served, and whose host rules are made.</param>
    /// <returns>The roster.</returns>
    public static async Task<ProxyRoster> StartAsync(ProxyConfiguration configuration)
    {
        KestrelServerOptions options = new()
        {
            Configure = application =>
            {
                if (configuration.Script is { Length: > 0 } script)
                    application.MapGet(new Uri(configuration.ScriptAddress).AbsolutePath, () => Results.Content(script, "application/x-ns-proxy-autoconfig"));
            },
        };
        return new ProxyRoster(configuration, await KestrelServer.StartNewAsync(options));
    }

#if !SESSION_HAS_EVERYTHING
    /// <summary>A single proxy's rule with the listener in place of its name; goes with the seam in <see cref="OurSide"/>.</summary>
    /// <param name="rule">The rule.</param>
    /// <returns>The rule without host rules.</returns>
    public string OnLoopback(string rule)
    {
        foreach ((string name, RecordingListener proxy) in _proxies.Where(p => rule.Contains(p.Key, StringComparison.Ordinal)))
            return $"{rule[..rule.IndexOf(name, StringComparison.Ordinal)]}127.0.0.1:{proxy.Port}";
        return rule;
    }
#endif

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (RecordingListener proxy in _proxies.Values)
            await proxy.DisposeAsync();
        await _server.DisposeAsync();
        await _scripts.DisposeAsync();
        _dead.Dispose();
    }
}
