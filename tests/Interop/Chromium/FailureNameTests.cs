using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Chromium;

/// <summary>The same faults before Chromium and before NetWebSocket: the same names. Where Chromium shows a sentence in place of a name, the same sentence.</summary>
public sealed partial class FailureNameTests(ChromiumClient chromium) : IClassFixture<ChromiumClient>
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, Cause> Causes = new(StringComparer.Ordinal)
    {
        ["nothing listens"] = new("ws://127.0.0.1:{free}/"),
        ["a name without an address"] = new("ws://no-such-host.invalid/"),
        ["a blocked port"] = new("ws://127.0.0.1:6667/"),
        ["another blocked port"] = new("wss://127.0.0.1:22/"),
        ["no route to the address"] = new("ws://255.255.255.255:12345/"),
        ["offline"] = new("ws://127.0.0.1:{free}/") { IsOffline = true },
        ["reset after the request"] = new("ws://127.0.0.1:{port}/", async peer => await RequestedAsync(peer, p => p.Reset())),
        ["reset within the response"] = new("ws://127.0.0.1:{port}/", async peer =>
        {
            await AnswerAsync(peer, "HTTP/1.1 101 Sw");
            peer.Reset();
        }),
        ["ended before the response"] = new("ws://127.0.0.1:{port}/", async peer => await RequestedAsync(peer, p => p.ShutdownSend())),
        ["ended within the response"] = new("ws://127.0.0.1:{port}/", async peer =>
        {
            await AnswerAsync(peer, "HTTP/1.1 101 Sw");
            peer.ShutdownSend();
        }),
        ["an answer that is not HTTP"] = new("ws://127.0.0.1:{port}/", peer => AnswerAsync(peer, "SSH-2.0-OpenSSH_9.6\r\n\r\n")),
        ["headers that are too large"] = new("ws://127.0.0.1:{port}/", peer => AnswerAsync(peer, "HTTP/1.1 101 Switching Protocols\r\nX-Big: " + new string('x', 300 * 1024) + "\r\n\r\n")),
        ["404"] = new("ws://127.0.0.1:{port}/", peer => AnswerAsync(peer, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")),
        ["500"] = new("ws://127.0.0.1:{port}/", peer => AnswerAsync(peer, "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")),
        ["a 101 without Upgrade"] = new("ws://127.0.0.1:{port}/", peer => AnswerAsync(peer, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n")),
        ["no TLS at the port"] = new("wss://127.0.0.1:{port}/", peer => HelloAsync(peer, p => p.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"))),
        // TLS alerts: fatal, protocol_version (70), handshake_failure (40).
        ["no TLS version in common"] = new("wss://127.0.0.1:{port}/", peer => HelloAsync(peer, p => p.WriteAsync(new byte[] { 0x15, 3, 3, 0, 2, 2, 70 }))),
        ["no cipher in common"] = new("wss://127.0.0.1:{port}/", peer => HelloAsync(peer, p => p.WriteAsync(new byte[] { 0x15, 3, 3, 0, 2, 2, 40 }))),
        ["ended within the TLS handshake"] = new("wss://127.0.0.1:{port}/", peer => HelloAsync(peer, p => Now(p.ShutdownSend))),
        ["reset within the TLS handshake"] = new("wss://127.0.0.1:{port}/", peer => HelloAsync(peer, p => Now(p.Reset))),
        ["a certificate of an unknown authority"] = new("wss://127.0.0.1:{port}/") { Certificate = TestCertificates.Shared.Localhost },
        ["a certificate that no authority signed"] = new("wss://127.0.0.1:{port}/") { Certificate = TestCertificates.Shared.SelfSigned },
        ["a certificate with all faults"] = new("wss://127.0.0.1:{port}/") { Certificate = TestCertificates.Shared.WrongName },
    };

    public static IEnumerable<TheoryDataRow<string>> Names => Causes.Keys.Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_fault_has_the_same_name(string name)
    {
        chromium.Require();
        Cause cause = Causes[name];
        await using ScriptedServer server = new(cause.Certificate);
        using CancellationTokenSource stop = new();
        Task serving = ServeAsync(server, cause, stop.Token);

        // Bound, so that nobody else gets it, and not listening.
        using Socket closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Uri uri = new(cause.Address
            .Replace("{port}", $"{server.Port}", StringComparison.Ordinal)
            .Replace("{free}", $"{((IPEndPoint)closed.LocalEndPoint!).Port}", StringComparison.Ordinal));

        string? theirs = await FailChromiumAsync(uri, cause.IsOffline).WaitAsync(Guard, TestContext.Current.CancellationToken);
        (string reason, string message) = await FailOursAsync(uri, cause.IsOffline).WaitAsync(Guard, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await serving;

        Assert.False(string.IsNullOrEmpty(theirs), "Chromium said nothing.");
        string shown = ErrorName().Match(theirs) is { Success: true } match ? match.Value : theirs;
        bool isSame = shown.StartsWith("net::", StringComparison.Ordinal) ? reason == shown : message.StartsWith(shown, StringComparison.Ordinal);
        Assert.True(isSame, $"Chromium: {theirs}. Ours: {reason}, '{message}'.");
    }

    [Fact]
    public void At_least_fifteen_faults_are_compared() => Assert.True(Causes.Count >= 15, $"There are only {Causes.Count}.");

    private static async Task<(string Reason, string Message)> FailOursAsync(Uri uri, bool isOffline)
    {
        using NetSession session = new(new NetSessionOptions { Proxy = new ProxyConfig { Mode = ProxyMode.Direct } });
        if (isOffline)
            session.EnableNetworkEmulation(new NetworkEmulation { Offline = true });
        await using NetWebSocket socket = new(uri, new NetWebSocketOptions { Session = session });
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened);
        CloseEvent closed = await socket.Closed;
        Assert.Equal(failure.Error, closed.Error);
        return (closed.Reason, failure.Message);
    }

    private static async Task ServeAsync(ScriptedServer server, Cause cause, CancellationToken cancellationToken)
    {
        List<Task> all = [];
        try
        {
            while (true)
                all.Add(OneAsync(await server.AcceptAsync(cancellationToken)));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or System.Security.Authentication.AuthenticationException)
        {
            // The test is over, or the client refused the certificate; it may come again.
            if (e is not OperationCanceledException)
                await ServeAsync(server, cause, cancellationToken);
        }

        await Task.WhenAll(all);

        async Task OneAsync(ScriptedPeer peer)
        {
            try
            {
                if (cause.Serve is not null)
                    await cause.Serve(peer);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The client has left.
            }
        }
    }

    private static async Task RequestedAsync(ScriptedPeer peer, Action<ScriptedPeer> then)
    {
        await peer.ReadRequestAsync();
        then(peer);
    }

    private static async Task AnswerAsync(ScriptedPeer peer, string response)
    {
        await peer.ReadRequestAsync();
        await peer.WriteAsync(response);
    }

    private static async Task HelloAsync(ScriptedPeer peer, Func<ScriptedPeer, Task> then)
    {
        await peer.Stream.ReadAtLeastAsync(new byte[4096], 100, throwOnEndOfStream: false);
        await then(peer);
    }

    private static Task Now(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private async Task<string?> FailChromiumAsync(Uri uri, bool isOffline)
    {
        if (!isOffline)
            return await chromium.FailAsync(uri);
        await EmulateAsync(offline: true);
        try
        {
            return await chromium.FailAsync(uri);
        }
        finally
        {
            await EmulateAsync(offline: false);
        }

        Task EmulateAsync(bool offline) => chromium.Tools.CallAsync(
            "Network.emulateNetworkConditions",
            new JsonObject { ["offline"] = offline, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = -1 });
    }

    [GeneratedRegex(@"net::ERR_[A-Z0-9_]+")]
    private static partial Regex ErrorName();

    private sealed record Cause(string Address, Func<ScriptedPeer, Task>? Serve = null)
    {
        public X509Certificate2? Certificate { get; init; }

        public bool IsOffline { get; init; }
    }
}
