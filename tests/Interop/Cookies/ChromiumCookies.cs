using System.Globalization;
using System.Text.Json.Nodes;
using NetWebSockets.InteropTests.Chromium;
using Xunit;

namespace NetWebSockets.InteropTests.Cookies;

/// <summary>Chromium's cookies: it opens a page, and says through DevTools what it has stored.</summary>
public sealed class ChromiumCookies : IAsyncLifetime
{
    private readonly ChromiumBrowser _browser = new() { Arguments = ["--host-resolver-rules=MAP * 127.0.0.1", "--ignore-certificate-errors", "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable"] };
    private readonly CookieServer _server = new();
    private DevTools? _tools;
    private TaskCompletionSource _loaded = new();

    /// <summary>Skips the test when there is no browser.</summary>
    public void Require() => _browser.Require();

    /// <summary>Asks Chromium.</summary>
    /// <param name="row">What.</param>
    /// <returns>Its answer.</returns>
    public async Task<CookieObservation> RunAsync(CookieRow row)
    {
        await _tools!.CallAsync("Network.clearBrowserCookies");
        _server.Lines = row.Lines;
        await OpenAsync(row.From);
        double now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        JsonObject all = await _tools.CallAsync("Network.getAllCookies");
        _server.Lines = "";
        await OpenAsync(row.SentTo ?? row.From);
        string[] stored = [.. all["cookies"]!.AsArray().Select(cookie => Describe(cookie!.AsObject(), now)).Order(StringComparer.Ordinal)];
        return new CookieObservation(stored, _server.Sent);
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await _browser.InitializeAsync();
        if (_browser.Endpoint is null)
            return;
        await using DevTools root = await DevTools.ConnectAsync(_browser.Endpoint);
        JsonObject target = await root.CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        _tools = await DevTools.ConnectAsync(_browser.PageEndpoint((string)target["targetId"]!));
        _tools.OnEvent = (method, _) =>
        {
            if (method == "Page.loadEventFired")
                Volatile.Read(ref _loaded).TrySetResult();
        };
        await _tools.CallAsync("Page.enable");
        await _tools.CallAsync("Network.enable");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_tools is not null)
            await _tools.DisposeAsync();
        await _browser.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static string Describe(JsonObject cookie, double now)
    {
        string? sameSite = (string?)cookie["sameSite"];
        double? expires = (bool)cookie["session"]! ? null : (double)cookie["expires"]! - now;
        return CookieText.Describe(
            (string)cookie["name"]!, (string)cookie["value"]!, (string)cookie["domain"]!, (string)cookie["path"]!, (bool)cookie["secure"]!, (bool)cookie["httpOnly"]!, sameSite, expires);
    }

    private async Task OpenAsync(string address)
    {
        Volatile.Write(ref _loaded, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var uri = new Uri(address);
        JsonObject result = await _tools!.CallAsync("Page.navigate", new JsonObject { ["url"] = string.Create(CultureInfo.InvariantCulture, $"{uri.Scheme}://{uri.Host}:{_server.Port}{uri.PathAndQuery}") });
        if (result["errorText"] is { } error)
            throw new InvalidOperationException($"{address}: {error}");
        await _loaded.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
