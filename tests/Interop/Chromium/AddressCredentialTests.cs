using System.Text.Json;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Chromium;

/// <summary>Credentials in addresses, and what is remembered of them: Chromium and a session send the same, request by request.</summary>
public sealed class AddressCredentialTests(ChromiumClient chromium) : IClassFixture<ChromiumClient>
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    // The last part of each folder's name says what its server wants; {port} is the server's.
    private static readonly string[] Addresses =
    [
        "ws://user:p%40ss@127.0.0.1:{port}/basic/a/x",
        "ws://127.0.0.1:{port}/basic/a/y",
        "ws://127.0.0.1:{port}/basic/a/deep/z",
        "ws://127.0.0.1:{port}/basic/a",
        "ws://127.0.0.1:{port}/basic/b/x",
        "ws://127.0.0.1:{port}/open/",
        "ws://localhost:{port}/basic/a/x",
        "ws://u2:p2@127.0.0.1:{port}/basic/a/y",
        "ws://127.0.0.1:{port}/basic/a/q",
        "ws://user@127.0.0.1:{port}/basic-2/",
        "ws://user:@127.0.0.1:{port}/basic-3/",
        "ws://:pw@127.0.0.1:{port}/basic-4/",
        "ws://us%C3%A9r:p%zz@127.0.0.1:{port}/basic-5/",
        "ws://user:a:b@127.0.0.1:{port}/basic-6/",
        "ws://u%3Aser:p@127.0.0.1:{port}/basic-7/",
        "ws://user:wrong@127.0.0.1:{port}/always/",
        "ws://127.0.0.1:{port}/always/",
        "ws://user:pw@127.0.0.1:{port}/unknown/",
        "ws://user:pw@127.0.0.1:{port}/unchallenged/",
        "ws://user:pw@127.0.0.1:{port}/open/",
        "ws://me:pw@127.0.0.1:{port}/digest/a",
        "ws://127.0.0.1:{port}/digest/b",
        "ws://127.0.0.1:{port}/digest/c",
        "ws://me:pw@127.0.0.1:{port}/both/",
        "ws://me:pw@127.0.0.1:{port}/algorithms/",
        "ws://me:pw@127.0.0.1:{port}/sha-512/",
        "ws://me:pw@127.0.0.1:{port}/no-qop/",
        "ws://me:pw@127.0.0.1:{port}/auth-int/",
        "ws://me:pw@127.0.0.1:{port}/userhash/",
        "ws://me:pw@127.0.0.1:{port}/stale/",
    ];

    [Fact]
    public async Task Chromium_and_a_session_send_the_same()
    {
        chromium.Require();
        IReadOnlyList<string> browser = await RunAsync(async address =>
        {
            string url = JsonSerializer.Serialize(address);
            await chromium.Tools.EvaluateAsync($"new Promise(done => {{ const ws = new WebSocket({url}); ws.onopen = () => {{ done(0); ws.close(); }}; ws.onclose = () => done(0); }})");
        });
        await using var session = new NetSession(new NetSessionOptions { Proxy = new ProxyConfig { Mode = ProxyMode.Direct } });
        IReadOnlyList<string> ours = await RunAsync(async address =>
        {
            await using var socket = new NetWebSocket(new Uri(address), new NetWebSocketOptions { Session = session });
            _ = await Record.ExceptionAsync(() => socket.Opened.WaitAsync(Guard, TestContext.Current.CancellationToken));
        });

        Assert.Equal(browser, ours);
        Assert.True(browser.Count > Addresses.Length, "No challenge was answered.");
    }

    private static async Task<IReadOnlyList<string>> RunAsync(Func<string, Task> open)
    {
        await using var server = new AskingServer(Answer);
        foreach (string address in Addresses)
            await open(address.Replace("{port}", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)).WaitAsync(Guard, TestContext.Current.CancellationToken);
        return [.. server.Requests.Select(request => $"{request.Head["Host"]!.Split(':')[0]}{request.Head.Target} {Show(request)}")];
    }

    // Without what is random: the client's nonce, and what is computed with it.
    private static string Show(AskedRequest request)
    {
        if (request.Authorization is not { } sent)
            return "nothing";
        if (request.Basic is { } basic)
            return "Basic " + basic;
        return string.Join(", ", sent.Split(", ").Where(part =>
            !part.StartsWith("cnonce=", StringComparison.Ordinal) && !(sent.Contains("qop=", StringComparison.Ordinal) && part.StartsWith("response=", StringComparison.Ordinal))));
    }

    private static string? Answer(AskedRequest request)
    {
        string kind = request.Head.Target.Split('/')[1];
        bool isAnswered = request.Authorization is not null;
        const string Digest = "Digest realm=\"d\", qop=\"auth\", nonce=\"n1\"";
        return kind switch
        {
            "open" => null,
            "always" => AskingServer.Asks("Basic realm=\"always\""),
            "unknown" => AskingServer.Asks("Foo realm=\"x\""),
            "unchallenged" => AskingServer.Asks(),
            "stale" when isAnswered && !request.Authorization!.Contains("n2", StringComparison.Ordinal) => AskingServer.Asks("Digest realm=\"s\", qop=\"auth\", nonce=\"n2\", stale=true"),
            _ when isAnswered => null,
            "digest" => AskingServer.Asks(Digest + ", opaque=\"o\""),
            "both" => AskingServer.Asks("Basic realm=\"b\"", Digest.Replace("\"d\"", "\"both\"", StringComparison.Ordinal)),
            "algorithms" => AskingServer.Asks("Digest realm=\"al\", algorithm=MD5, qop=\"auth\", nonce=\"n1\"", "Digest realm=\"al\", algorithm=SHA-256, qop=\"auth\", nonce=\"n1\""),
            "sha-512" => AskingServer.Asks("Digest realm=\"so\", algorithm=SHA-512-256, qop=\"auth\", nonce=\"n1\""),
            "no-qop" => AskingServer.Asks("Digest realm=\"nq\", nonce=\"n1\""),
            "auth-int" => AskingServer.Asks("Digest realm=\"ai\", qop=\"auth-int\", nonce=\"n1\""),
            "userhash" => AskingServer.Asks("Digest realm=\"uh\", algorithm=SHA-256, qop=\"auth\", userhash=true, nonce=\"n1\""),
            "stale" => AskingServer.Asks("Digest realm=\"s\", qop=\"auth\", nonce=\"n1\""),
            _ => AskingServer.Asks($"Basic realm=\"{kind}\""),
        };
    }
}
