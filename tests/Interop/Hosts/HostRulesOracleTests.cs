using System.Text.Json;
using System.Text.Json.Nodes;
using NetWebSockets.InteropTests.Chromium;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Hosts;

/// <summary>
/// Chromium is the oracle of host-resolver rules: it is started with each set of rules, opens a socket to each address, and the listener that it
/// reaches is the one that a session with the same rules must reach.
/// </summary>
public sealed class HostRulesOracleTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private static readonly (string Rules, string[] Addresses)[] Sets =
    [
        (
            "MAP *.a.test 127.0.0.1:{a}, MAP a.test 127.0.0.1:{b}, map C.test 127.0.0.1:{c},MAP a.test 127.0.0.1:{d}, MAP * 127.0.0.1:{z}",
            ["ws://x.a.test/", "ws://x.y.a.test/", "ws://a.test/", "ws://A.TEST:8123/", "ws://c.test/", "ws://b.test/", "ws://a.test./", "ws://127.0.0.9/", "ws://[::1]/", "ws://localhost/"]
        ),
        (
            "MAP a.test:81 127.0.0.1:{a}, MAP b.test:* 127.0.0.1:{b}, MAP *:82 127.0.0.1:{c}, MAP [::1]:83 127.0.0.1:{d}, MAP [::2] 127.0.0.1:{b}, MAP ::1 127.0.0.1:{a}, "
            + "MAP 127.* 127.0.0.1:{b}, MAP *.test:80 127.0.0.1:{d}, MAP * 127.0.0.1:{z}",
            ["ws://a.test:81/", "ws://a.test/", "ws://a.test:8081/", "ws://b.test/", "ws://c.test:82/", "ws://[::1]:83/", "ws://[::1]:84/", "ws://[::2]/", "ws://127.0.0.3/"]
        ),
        (
            "MAP *.test 127.0.0.1:{a}, EXCLUDE localhost, MAP localhost 127.0.0.1:{z}, EXCLUDE *.in.localhost, MAP *.localhost 127.0.0.1:{b}, MAP 127.0.0.1 127.0.0.1:{z}, EXCLUDE 127.0.0.?",
            ["ws://a.test/", "ws://localhost:{c}/", "ws://LOCALHOST:{d}/", "ws://x.in.localhost:{c}/", "ws://in.localhost:{c}/", "ws://127.0.0.1:{d}/"]
        ),
        (
            @"MAP a?.test 127.0.0.1:{a}, MAP *b*c.test 127.0.0.1:{b}, MAP d\.test 127.0.0.1:{c}, MAP ??e.test 127.0.0.1:{d}, MAP *f?g.test 127.0.0.1:{a}, MAP * 127.0.0.1:{z}",
            [
                "ws://a1.test/", "ws://a.test/", "ws://a12.test/", "ws://bc.test/", "ws://xbxcxc.test/", "ws://xbxcx.test/", "ws://d.test/", "ws://dx.test/", "ws://e.test/",
                "ws://xye.test/", "ws://xyze.test/", "ws://fg.test/", "ws://ffxg.test/",
            ]
        ),
        (
            "MAP n.test ~NOTFOUND, MAP h.test ^NOTFOUND, MAP l.test localhost:{a}, MAP s.test [::1]:{six}, MAP c.test chain.localhost:{b}, MAP chain.localhost 127.0.0.1:{c}, "
            + "MAP p.test 127.1:{d}, MAP keep.test 127.0.0.1, MAP e.test 127.0.0.1,, MAP * 127.0.0.1:{z},",
            ["ws://n.test/", "ws://h.test/", "ws://l.test/", "ws://s.test/", "ws://c.test/", "ws://p.test/", "ws://keep.test:{b}/", "ws://e.test:{c}/", "ws://other.test/"]
        ),
    ];

    // Chromium passes over a rule that it cannot read; a session refuses it.
    private static readonly string[] Unreadable =
    [
        "MAP x1.test", "MAP  x2.test 127.0.0.1:{a}", "MAP x3.test 127.0.0.1:99999", "EXCLUDE", "MAP x4.test 127.0.0.1:{a} more", "MAP x5.test me@127.0.0.1:{a}",
        "MAPS x6.test 127.0.0.1:{a}", "MAP x7.test :{a}", "MAP\tx8.test 127.0.0.1:{a}", "EXCLUDE x9.test:80", "MAP x10.test 127.0.0.1:",
    ];

    public static TheoryData<int> Numbers() => [.. Enumerable.Range(0, Sets.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task A_session_goes_where_Chromium_goes(int number)
    {
        SkipUnless.RequireTool("chromium");
        (string rules, string[] addresses) = Sets[number];
        await using var listeners = new NumberedListeners();
        string filled = listeners.Fill(rules);
        string[] targets = [.. addresses.Select(listeners.Fill)];
        using var session = new NetSession(new NetSessionOptions { HostResolverRules = filled, Proxy = new ProxyConfig { Mode = ProxyMode.Direct } });
        Dictionary<string, string> expected = await AskChromiumAsync(filled, addresses, targets, listeners);
        Dictionary<string, string> actual = [];
        for (int i = 0; i < targets.Length; i++)
        {
            await using var socket = new NetWebSocket(targets[i], new NetWebSocketOptions { Session = session });
            await socket.Closed.WaitAsync(Guard, TestContext.Current.CancellationToken);
            actual.Add(addresses[i], listeners.Take());
        }

        // What is compared must have gone to different places.
        Assert.True(expected.Values.Distinct().Count() >= 3, string.Join(' ', expected.Values));
        Assert.Equal(Table(expected), Table(actual));
    }

    [Fact]
    public async Task A_session_refuses_what_Chromium_passes_over()
    {
        SkipUnless.RequireTool("chromium");
        await using var listeners = new NumberedListeners();
        string[] addresses = [.. Enumerable.Range(1, Unreadable.Length).Select(i => $"ws://x{i}.test/")];
        string rules = listeners.Fill(string.Join(',', Unreadable) + ", MAP * 127.0.0.1:{z}");
        Dictionary<string, string> seen = await AskChromiumAsync(rules, addresses, addresses, listeners);

        Assert.All(seen, each => Assert.Equal("z", each.Value));
        Assert.Equal(Unreadable.Length, seen.Count);
        using var session = new NetSession();
        foreach (string rule in Unreadable)
            Assert.Throws<ArgumentException>(() => session.SetHostResolverRules(listeners.Fill(rule)));
    }

    private static string Table(Dictionary<string, string> seen) => string.Join('\n', seen.Select(each => $"{each.Key} -> {each.Value}"));

    private static async Task<Dictionary<string, string>> AskChromiumAsync(string rules, string[] names, string[] targets, NumberedListeners listeners)
    {
        await using KestrelServer page = await KestrelServer.StartNewAsync(new() { Pages = { ["/page"] = "<!doctype html><title>rules</title>" } });
        await using var browser = new ChromiumBrowser();
        browser.Arguments.Add($"--host-resolver-rules=MAP page.example 127.0.0.1:{page.Port},{rules}");
        browser.Arguments.Add("--no-proxy-server");
        await browser.InitializeAsync();
        await using DevTools root = await DevTools.ConnectAsync(browser.Endpoint!);
        JsonObject target = await root.CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        await using DevTools tools = await DevTools.ConnectAsync(browser.PageEndpoint((string)target["targetId"]!));
        TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        tools.OnEvent = (method, _) =>
        {
            if (method == "Page.loadEventFired")
                loaded.TrySetResult();
        };
        await tools.CallAsync("Page.enable");
        await tools.CallAsync("Page.navigate", new JsonObject { ["url"] = "http://page.example/page" });
        await loaded.Task.WaitAsync(Guard);
        listeners.Take();
        Dictionary<string, string> seen = [];
        for (int i = 0; i < targets.Length; i++)
        {
            await tools.EvaluateAsync($"new Promise(done => {{ new WebSocket({JsonSerializer.Serialize(targets[i])}).onclose = e => done(e.code); }})");
            seen.Add(names[i], listeners.Take());
        }

        return seen;
    }
}
