using System.Text.Json;
using System.Text.Json.Nodes;
using NetWebSockets.InteropTests.Oracle;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Chromium;

/// <summary>Chromium's own <c>WebSocket</c>, on a page of a local server, driven through DevTools.</summary>
public sealed class ChromiumClient : IAsyncLifetime
{
    private const string Page = """
        <!doctype html><title>oracle</title><script>
        globalThis.run = (url, protocols, actions) => new Promise(done => {
          const log = [];
          const checksum = (length, unit) => {
            let sum = 2166136261;
            for (let i = 0; i < length; i++) sum = Math.imul(sum ^ unit(i), 16777619) >>> 0;
            return sum;
          };
          const seen = data => {
            if (typeof data === 'string')
              return data.length <= 200 ? `text "${data.replaceAll('\0', '\\u0000')}"` : `text of ${data.length}, checksum ${checksum(data.length, i => data.charCodeAt(i))}`;
            const bytes = new Uint8Array(data);
            if (bytes.length === 0) return 'binary of 0';
            return bytes.length <= 16 ? `binary ${bytes.toHex().toUpperCase()}` : `binary of ${bytes.length}, checksum ${checksum(bytes.length, i => bytes[i])}`;
          };
          const state = () => ['connecting', 'open', 'closing', 'closed'][ws.readyState];
          let ws, last;
          const act = when => {
            for (const a of actions.filter(a => a.When === when)) {
              try {
                if (a.What === 'buffered') log.push(`buffered ${ws.bufferedAmount}`);
                else if (a.What === 'state') log.push(`state ${state()}`);
                else if (a.What === 'send') ws.send(a.Text.repeat(a.Repeat));
                else if (a.What === 'send bytes') ws.send(new TextEncoder().encode(a.Text.repeat(a.Repeat)));
                else if (a.What === 'echo') ws.send(last);
                else if (a.Code === null) ws.close();
                else ws.close(a.Code, a.Text);
              } catch (e) {
                log.push(`${a.What} throws ${e.name}`);
              }
            }
          };
          try {
            ws = new WebSocket(url, protocols);
          } catch (e) {
            done([`throws ${e.name}`]);
            return;
          }
          ws.binaryType = 'arraybuffer';
          ws.onopen = () => { log.push(`open "${ws.protocol}"${ws.extensions ? ` with ${ws.extensions}` : ''} (${state()})`); act('open'); };
          ws.onmessage = e => {
            const isFirst = last === undefined;
            last = e.data;
            log.push(`${seen(e.data)} (${state()})`);
            if (isFirst) act('first message');
            act('message');
          };
          ws.onerror = () => { log.push(`error (${state()})`); act('error'); };
          ws.onclose = e => { log.push(`close ${e.code} "${e.reason}" ${e.wasClean ? 'clean' : 'not clean'} (${state()})`); act('close'); done(log); };
          act('connecting');
        });
        </script>
        """;

    private readonly ChromiumBrowser _browser = new();
    private readonly List<string> _errors = [];
    private KestrelServer? _server;
    private DevTools? _tools;

    /// <summary>The page's DevTools connection.</summary>
    public DevTools Tools => _tools!;

    /// <summary>What Chromium said of the last connection's failure.</summary>
    public string? LastError
    {
        get
        {
            lock (_errors)
                return _errors.Count == 0 ? null : string.Join("; ", _errors);
        }
    }

    /// <summary>Skips the test when there is no browser.</summary>
    public void Require() => _browser.Require();

    /// <summary>Runs the page's side of a scenario.</summary>
    /// <param name="uri">The server.</param>
    /// <param name="scenario">The scenario.</param>
    /// <returns>The events the page saw.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(Uri uri, Scenario scenario)
    {
        lock (_errors)
            _errors.Clear();
        // A page's script runs to its end before anything of the network reaches it.
        scenario.HasActedWhileConnecting.TrySetResult();
        string arguments = $"'{uri}', {JsonSerializer.Serialize(scenario.Protocols)}, {JsonSerializer.Serialize(scenario.Actions)}";
        JsonNode? log = await Tools.EvaluateAsync($"run({arguments})");
        return [.. log!.AsArray().Select(line => (string)line!)];
    }

    /// <summary>Opens a socket and waits for its end.</summary>
    /// <param name="uri">The server.</param>
    /// <returns>What Chromium said of its failure; null for nothing.</returns>
    public async Task<string?> FailAsync(Uri uri)
    {
        lock (_errors)
            _errors.Clear();
        await Tools.EvaluateAsync($"run('{uri}', [], [])");
        return LastError;
    }

    /// <summary>Makes a socket and gives its <c>url</c>, or what was thrown.</summary>
    /// <param name="address">The address.</param>
    /// <returns>The url, or <c>throws</c> and the name of the exception.</returns>
    public async Task<string> ConnectAsync(string address)
    {
        lock (_errors)
            _errors.Clear();
        string url = JsonSerializer.Serialize(address);
        return (string)(await Tools.EvaluateAsync($"(() => {{ try {{ return new WebSocket({url}).url; }} catch (e) {{ return `throws ${{e.name}}`; }} }})()"))!;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await _browser.InitializeAsync();
        if (_browser.Endpoint is null)
            return;
        _server = await KestrelServer.StartNewAsync(new() { Pages = { ["/page"] = Page } });
        await using DevTools root = await DevTools.ConnectAsync(_browser.Endpoint);
        JsonObject target = await root.CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        _tools = await DevTools.ConnectAsync(_browser.PageEndpoint((string)target["targetId"]!));
        TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _tools.OnEvent = (method, parameters) =>
        {
            if (method == "Page.loadEventFired")
                loaded.TrySetResult();
            else if (method == "Network.webSocketFrameError")
                lock (_errors)
                    _errors.Add((string)parameters["errorMessage"]!);
        };
        await _tools.CallAsync("Page.enable");
        await _tools.CallAsync("Network.enable");
        await _tools.CallAsync("Page.navigate", new JsonObject { ["url"] = _server.HttpUri("/page").ToString() });
        await loaded.Task.WaitAsync(TimeSpan.FromSeconds(60));

        // That may have been the load of about:blank.
        await _tools.EvaluateAsync("new Promise(done => document.readyState == 'complete' ? done(0) : addEventListener('load', () => done(0)))");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_tools is not null)
            await _tools.DisposeAsync();
        await _browser.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
