using System.Text.Json;
using System.Text.Json.Nodes;
using NetWebSockets.InteropTests.Chromium;

namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>Asks a Chromium of its own for every address of a configuration.</summary>
public static class ChromiumProxies
{
    // Chromium delays the handshakes of a page the longer the more are under way: these few are the fastest.
    private const int AtOnce = 6;

    private const string OpenAll = """
        (async (urls, atOnce) => {
          const open = url => new Promise(done => {
            const socket = new WebSocket(url);
            let isOpen = false;
            socket.onopen = () => isOpen = true;
            socket.onclose = () => done([socket.url, isOpen]);
          });
          const results = [];
          let next = 0;
          const worker = async () => { while (next < urls.length) { const i = next++; results[i] = await open(urls[i]); } };
          await Promise.all(Array.from({ length: atOnce }, worker));
          return results;
        })
        """;

    /// <summary>Starts it, opens a socket for every address and ends it.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>Its version, and what was seen by address.</returns>
    public static async Task<(string Version, IReadOnlyDictionary<string, ProxyObservation> Seen)> AskAsync(
        ProxyConfiguration configuration, CancellationToken cancellationToken)
    {
        await using ProxyRoster roster = await ProxyRoster.StartAsync(configuration);
        string netLog = Path.GetTempFileName();
        await using ChromiumBrowser browser = new();
        foreach (string argument in Arguments(configuration).Concat([$"--host-resolver-rules={roster.HostRules}", "--ignore-certificate-errors", $"--log-net-log={netLog}"]))
            browser.Arguments.Add(argument);
        try
        {
            await browser.InitializeAsync();
            string version;
            Dictionary<string, (string Key, List<string> Asked)> asked = new(StringComparer.Ordinal);
            await using (DevTools root = await DevTools.ConnectAsync(browser.Endpoint!))
            {
                version = (string)(await root.CallAsync("Browser.getVersion"))["product"]!;
                // A context of its own: what the browser does for itself must not find out which proxies are bad.
                JsonObject context = await root.CallAsync("Target.createBrowserContext");
                JsonObject target = await root.CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank", ["browserContextId"] = (string)context["browserContextId"]! });
                await using DevTools page = await DevTools.ConnectAsync(browser.PageEndpoint((string)target["targetId"]!));
                int atOnce = configuration.IsOneByOne ? 1 : AtOnce;
                JsonArray results = (await page.EvaluateAsync($"{OpenAll}({JsonSerializer.Serialize(configuration.Addresses)}, {atOnce})"))!.AsArray();
                cancellationToken.ThrowIfCancellationRequested();

                // When a proxy is slow to answer, because the machine is, Chromium opens a second connection to it: each counts once.
                ILookup<string, string> log = roster.Log.Take();
                foreach ((string address, JsonNode? result) in configuration.Addresses.Zip(results))
                {
                    string key = ProxyAddresses.KeyOf((string)result![0]!);
                    asked[address] = (key, [.. log[key].Distinct(), .. (bool)result[1]! ? Array.Empty<string>() : ["fails"]]);
                }
            }

            await browser.CloseAsync(cancellationToken);
            IReadOnlyDictionary<string, string> lists = NetLog.ReadProxyLists(netLog);
            return (version[(version.IndexOf('/', StringComparison.Ordinal) + 1)..], asked.ToDictionary(a => a.Key, a => new ProxyObservation(lists[a.Value.Key], a.Value.Asked)));
        }
        finally
        {
            File.Delete(netLog);
        }
    }

    private static IEnumerable<string> Arguments(ProxyConfiguration configuration)
    {
        if (configuration.Script is not null)
            yield return $"--proxy-pac-url={configuration.ScriptAddress}";
        else
            yield return configuration.Rules is null ? "--no-proxy-server" : $"--proxy-server={configuration.Rules}";
        if (configuration.Bypass is not null)
            yield return $"--proxy-bypass-list={configuration.Bypass}";
    }
}
