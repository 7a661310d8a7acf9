using System.Net;
using System.Security.Cryptography.X509Certificates;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Architecture;
using NetWebSockets.Tests.Connections;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Every cause of a failure that a loopback can provoke: its <see cref="NetError"/> on the exception and its Chromium name in the close event.</summary>
public sealed class FailureTests
{
    private static readonly Dictionary<string, Fault<Func<Stage, Task>>> Handshakes = new(StringComparer.Ordinal)
    {
        ["nothing listens"] = new(NetError.ConnectionRefused, "net::ERR_CONNECTION_REFUSED", stage => stage.ConnectAsync($"ws://127.0.0.1:{FreePort()}/")),
        ["reset after the request"] = new(NetError.ConnectionReset, "net::ERR_CONNECTION_RESET", async stage => (await stage.RequestedAsync()).Reset()),
        ["ended before the response"] = new(NetError.EmptyResponse, "net::ERR_EMPTY_RESPONSE", async stage => (await stage.RequestedAsync()).ShutdownSend()),
        ["ended within the response"] = new(NetError.ConnectionClosed, "net::ERR_CONNECTION_CLOSED", async stage =>
        {
            ScriptedPeer peer = await stage.RequestedAsync();
            await peer.WriteAsync("HTTP/1.1 101 Sw", Token);
            peer.ShutdownSend();
        }),
        ["no answer within the time-out"] = new(NetError.TimedOut, "net::ERR_TIMED_OUT", async stage =>
        {
            await stage.RequestedAsync();
            stage.Time.Advance(TimeSpan.FromSeconds(30));
        }),
        ["no route to the address"] = new(NetError.AddressUnreachable, "net::ERR_ADDRESS_UNREACHABLE", stage => stage.ConnectAsync("ws://255.255.255.255:12345/")),
        ["offline"] = new(NetError.InternetDisconnected, "net::ERR_INTERNET_DISCONNECTED", async stage =>
        {
            stage.Session.EnableNetworkEmulation(new NetworkEmulation { Offline = true });
            await stage.ConnectAsync("ws://127.0.0.1:12345/");
        }),
        ["a name without an address"] = new(NetError.NameNotResolved, "net::ERR_NAME_NOT_RESOLVED", stage => stage.ConnectAsync("ws://no-such-host.invalid/")),
        ["a blocked port"] = new(NetError.UnsafePort, "net::ERR_UNSAFE_PORT", stage => stage.ConnectAsync("ws://127.0.0.1:6667/")),
        ["a certificate of an unknown authority"] = new(NetError.CertAuthorityInvalid, "net::ERR_CERT_AUTHORITY_INVALID", stage => stage.OverTlsAsync(TestCertificates.Shared.SelfSigned)),
        ["a certificate that has expired"] = new(NetError.CertDateInvalid, "net::ERR_CERT_DATE_INVALID", stage => stage.OverTlsAsync(TestCertificates.Shared.Expired)),
        ["a certificate that is not valid yet"] = new(NetError.CertDateInvalid, "net::ERR_CERT_DATE_INVALID", stage => stage.OverTlsAsync(TestCertificates.Shared.NotYetValid)),
        ["a certificate for another name"] = new(NetError.CertCommonNameInvalid, "net::ERR_CERT_COMMON_NAME_INVALID", stage => stage.OverTlsAsync(TestCertificates.Shared.WrongName)),
        ["a certificate that the callback rejects"] = new(NetError.CertInvalid, "net::ERR_CERT_INVALID", stage =>
        {
            stage.Session.SetCertificateVerifyProc(_ => CertificateVerdict.Reject);
            return stage.OverTlsAsync(TestCertificates.Shared.Localhost);
        }),
        ["no TLS at the port"] = new(NetError.SslProtocolError, "net::ERR_SSL_PROTOCOL_ERROR", async stage =>
            await (await stage.HelloAsync()).WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n", Token)),
        // A TLS alert: fatal, protocol_version (70), handshake_failure (40).
        ["no TLS version in common"] = new(NetError.SslVersionOrCipherMismatch, "net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH", async stage =>
            await (await stage.HelloAsync()).WriteAsync(new byte[] { 0x15, 3, 3, 0, 2, 2, 70 }, Token)),
        ["no cipher in common"] = new(NetError.SslVersionOrCipherMismatch, "net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH", async stage =>
            await (await stage.HelloAsync()).WriteAsync(new byte[] { 0x15, 3, 3, 0, 2, 2, 40 }, Token)),
        ["ended within the TLS handshake"] = new(NetError.ConnectionClosed, "net::ERR_CONNECTION_CLOSED", async stage => (await stage.HelloAsync()).ShutdownSend()),
        ["no proxy at its address"] = new(NetError.ProxyConnectionFailed, "net::ERR_PROXY_CONNECTION_FAILED", stage => stage.ThroughAsync($"http://127.0.0.1:{FreePort()}")),
        ["a proxy whose name has no address"] = new(NetError.ProxyConnectionFailed, "net::ERR_PROXY_CONNECTION_FAILED", stage => stage.ThroughAsync("http://no-such-proxy.invalid:3128")),
        ["a tunnel that is refused"] = new(NetError.TunnelConnectionFailed, "net::ERR_TUNNEL_CONNECTION_FAILED (status 403)", stage =>
            stage.ThroughAsync(LoopbackProxyKind.Http, "http", answer: "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")),
        ["a proxy that wants credentials"] = new(NetError.ProxyAuthRequested, "net::ERR_PROXY_AUTH_REQUESTED (status 407)", stage =>
            stage.ThroughAsync(LoopbackProxyKind.Http, "http", credentials: "me:secret")),
        ["a proxy with a bad certificate"] = new(NetError.ProxyCertificateInvalid, "net::ERR_PROXY_CERTIFICATE_INVALID", stage =>
            stage.ThroughAsync(LoopbackProxyKind.Http, "https", isTls: true)),
        ["a SOCKS proxy that cannot connect"] = new(NetError.SocksConnectionFailed, "net::ERR_SOCKS_CONNECTION_FAILED", stage =>
            stage.ThroughAsync(LoopbackProxyKind.Socks4, "socks4a", answer: "no")),
        ["a server without HTTP/2 where nothing else will do"] = new(NetError.AlpnNegotiationFailed, "net::ERR_ALPN_NEGOTIATION_FAILED", stage =>
            stage.OverTlsAsync(TestCertificates.Shared.Localhost, version2: true)),
        ["no WebSockets over HTTP/2 where nothing else will do"] = new(NetError.HttpVersionRequired, "net::ERR_HTTP_1_1_REQUIRED", async stage =>
        {
            Http2Peer peer = await stage.OverHttp2Async(allowsExtendedConnect: false);
            _ = Record.ExceptionAsync(() => peer.ReadRequestAsync(Token));
        }),
        ["a stream of HTTP/2 that is reset"] = new(NetError.Http2ProtocolError, "net::ERR_HTTP2_PROTOCOL_ERROR", async stage =>
        {
            Http2Peer peer = await stage.OverHttp2Async(allowsExtendedConnect: true);
            await peer.ResetAsync(await peer.ReadRequestAsync(Token), errorCode: 1, Token);
        }),
        ["another status"] = new(NetError.InvalidResponse, "net::ERR_INVALID_RESPONSE (status 404)", stage => stage.AnswerAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")),
        ["a 101 that is none"] = new(NetError.InvalidResponse, "net::ERR_INVALID_RESPONSE (status 101)", stage => stage.AnswerAsync("HTTP/1.1 101 Switching Protocols\r\n\r\n")),
        ["an answer that is not HTTP"] = new(NetError.InvalidHttpResponse, "net::ERR_INVALID_HTTP_RESPONSE", stage => stage.AnswerAsync("SSH-2.0-OpenSSH_9.6\r\n\r\n")),
        ["headers that are too large"] = new(NetError.ResponseHeadersTooBig, "net::ERR_RESPONSE_HEADERS_TOO_BIG", async stage =>
            // The client leaves without having read it all, which may or may not fail the write.
            _ = await Record.ExceptionAsync(() => stage.AnswerAsync("HTTP/1.1 101 Switching Protocols\r\nX-Big: " + new string('x', 300 * 1024) + "\r\n\r\n"))),
        ["the session closes all its connections"] = new(NetError.Aborted, "net::ERR_ABORTED", async stage =>
        {
            await stage.RequestedAsync();
            await stage.Session.CloseAllConnectionsAsync();
        }),
        ["the socket is closed while it connects"] = new(NetError.Aborted, "net::ERR_ABORTED", async stage =>
        {
            await stage.RequestedAsync();
            stage.Socket!.Close();
        }),
    };

    private static readonly Dictionary<string, Fault<Func<Stage, ScriptedPeer, Task>>> OpenSockets = new(StringComparer.Ordinal)
    {
        ["the stream ends"] = new(NetError.ConnectionClosed, "net::ERR_CONNECTION_CLOSED", (_, peer) => Now(peer.ShutdownSend)),
        ["the stream is reset"] = new(NetError.ConnectionReset, "net::ERR_CONNECTION_RESET", (_, peer) => Now(peer.Reset)),
        ["the session goes offline"] = new(NetError.InternetDisconnected, "net::ERR_INTERNET_DISCONNECTED", (stage, _) =>
            Now(() => stage.Session.EnableNetworkEmulation(new NetworkEmulation { Offline = true }))),
        ["the session closes all its connections"] = new(NetError.Aborted, "net::ERR_ABORTED", (stage, _) => stage.Session.CloseAllConnectionsAsync()),
        ["the socket is aborted"] = new(NetError.Aborted, "net::ERR_ABORTED", (stage, _) => Now(stage.Socket!.Abort)),
        ["a frame that is masked"] = new(NetError.WsProtocolError, "net::ERR_WS_PROTOCOL_ERROR", (_, peer) => peer.WriteAsync(ServerFrame.Encode(Opcodes.Text, "x"u8, mask: [1, 2, 3, 4]), Token)),
        ["a message above the limit"] = new(NetError.MessageTooBig, "net::ERR_MSG_TOO_BIG", (_, peer) => peer.SendBinaryAsync(new byte[1001], Token)),
        ["no answer to a close"] = new(NetError.TimedOut, "net::ERR_TIMED_OUT", async (stage, peer) =>
        {
            stage.Socket!.Close();
            await peer.ReadCloseAsync(Token);
            stage.Time.Advance(TimeSpan.FromSeconds(10));
        }),
    };

    // What only another machine's faults, a machine without resources, or parts with tests of their own bring about.
    private static readonly Dictionary<NetError, string> Elsewhere = new()
    {
        [NetError.None] = "no failure",
        [NetError.Failed] = "by its kind, in NetErrorTests",
        [NetError.Unexpected] = "a defect",
        [NetError.ConnectionTimedOut] = "by the operating system's error, in NetErrorTests: its own time-out takes minutes",
        [NetError.ConnectionAborted] = "by the operating system's error, in NetErrorTests",
        [NetError.ConnectionFailed] = "by the operating system's error, in NetErrorTests",
        [NetError.InsufficientResources] = "by the operating system's error, in NetErrorTests",
        [NetError.NoBufferSpace] = "by the operating system's error, in NetErrorTests",
        [NetError.SocketNotConnected] = "by the operating system's error, in NetErrorTests",
        [NetError.NetworkChanged] = "by the operating system's error, in NetErrorTests",
        [NetError.NetworkAccessDenied] = "by the operating system's error, in NetErrorTests",
        [NetError.NameResolutionFailed] = "by the operating system's error, in NetErrorTests",
        [NetError.AddressInvalid] = "by the operating system's error, in NetErrorTests",
        [NetError.AddressInUse] = "by the operating system's error, in NetErrorTests",
        [NetError.PingTimedOut] = "of a connection, in KeepAliveTests",
        [NetError.CertUnableToCheckRevocation] = "in RevocationTests",
        [NetError.CertRevoked] = "in RevocationTests",
        [NetError.CertWeakSignatureAlgorithm] = "in OpenSslTests (Interop) and CertificateErrorsTests",
        [NetError.CertWeakKey] = "in OpenSslTests (Interop) and CertificateErrorsTests",
        [NetError.CertNameConstraintViolation] = "in CertificateErrorsTests",
        [NetError.SslClientAuthCertNeeded] = "in ClientCertificateTests",
        [NetError.BadSslClientAuthCert] = "in ClientCertificateTests",
        [NetError.SslPinnedKeyNotInCertChain] = "in CertificatePinTests",
        [NetError.SocksConnectionHostUnreachable] = "in ProxyFailoverTests",
        [NetError.MandatoryProxyConfigurationFailed] = "in SourceTests of the proxy scripts",
        [NetError.PacScriptFailed] = "in SourceTests of the proxy scripts",
        [NetError.ProxyAuthUnsupported] = "in ProxyCredentialTests",
        [NetError.UnsupportedAuthScheme] = "by the platform's error, in NetErrorTests",
    };

    public static TheoryData<string> HandshakeCauses => [.. Handshakes.Keys];

    public static TheoryData<string> OpenCauses => [.. OpenSockets.Keys];

    [Theory]
    [MemberData(nameof(HandshakeCauses))]
    public async Task A_failed_handshake_is_named(string cause)
    {
        (NetError error, string reason, Func<Stage, Task> provoke) = Handshakes[cause];
        await using var stage = new Stage();
        await provoke(stage).WaitAsync(Guard, Token);
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => stage.Socket!.Opened.WaitAsync(Guard, Token));
        CloseEvent closed = await stage.Socket!.Closed.WaitAsync(Guard, Token);

        Assert.Equal((error, reason), (failure.Error, closed.Reason));
        Assert.Equal((1006, error, false), (closed.Code, closed.Error, closed.WasClean));
        Assert.StartsWith(error.ToChromiumName(), reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OpenCauses))]
    public async Task The_failure_of_an_open_socket_is_named(string cause)
    {
        (NetError error, string reason, Func<Stage, ScriptedPeer, Task> provoke) = OpenSockets[cause];
        await using var stage = new Stage();
        ScriptedPeer peer = await stage.OpenAsync();
        await provoke(stage, peer).WaitAsync(Guard, Token);
        CloseEvent closed = await stage.Socket!.Closed.WaitAsync(Guard, Token);

        Assert.Equal((1006, reason, error, false), (closed.Code, closed.Reason, closed.Error, closed.WasClean));
        Assert.Equal(error, Assert.IsType<AbnormalClosureException>(stage.Socket.Failure).Error);
    }

    [Fact]
    public void Every_error_is_provoked_here_or_known_to_be_tested_elsewhere()
    {
        HashSet<NetError> provoked = [.. Handshakes.Values.Select(c => c.Error), .. OpenSockets.Values.Select(c => c.Error)];

        Assert.Empty(provoked.Intersect(Elsewhere.Keys));
        Assert.Equal(Enum.GetValues<NetError>().Order(), provoked.Union(Elsewhere.Keys).Order());
    }

    [Fact]
    public void The_table_in_the_documentation_has_every_error_and_its_exact_name_and_no_other()
    {
        // Where it stands when the pages have been put together, and before.
        string[] pages = [.. new[] { "docs/sessions-failures.md", "docs/sessions.md" }.Select(RepositoryFiles.Path).Where(File.Exists)];
        string page = pages.First();
        List<(string Error, string Name)> rows = [];
        foreach (string line in File.ReadLines(page))
        {
            string[] cells = [.. line.Split('|').Select(cell => cell.Trim())];
            if (cells.Length == 5 && cells[3].StartsWith("`ERR_", StringComparison.Ordinal))
                rows.Add((cells[2].Trim('`'), cells[3].Trim('`')));
        }

        Assert.All(rows, row => Assert.Equal(Enum.Parse<NetError>(row.Error).ToChromiumName(), $"net::{row.Name}"));
        Assert.Equal(
            Enum.GetValues<NetError>().Where(error => error != NetError.None).Order(),
            rows.Select(row => Enum.Parse<NetError>(row.Error)).Distinct().Order());
    }

    private static Task Now(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private sealed record Fault<TProvoke>(NetError Error, string Reason, TProvoke Provoke);

    /// <summary>A session, a socket and what is on the other side.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private readonly List<IAsyncDisposable> _others = [];

        public ObservedTime Time { get; } = new();

        public NetSession Session { get; } = NewTrustingSession();

        public NetWebSocket? Socket { get; private set; }

        public async ValueTask DisposeAsync()
        {
            if (Socket is not null)
            {
                Socket.Abort();
                await Socket.Closed.WaitAsync(Guard, Token);
            }

            Session.Dispose();
            _others.Reverse();
            foreach (IAsyncDisposable other in _others)
                await other.DisposeAsync();
        }

        public Task ConnectAsync(string uri, bool version2 = false)
        {
            Socket = new NetWebSocket(new Uri(uri), new NetWebSocketOptions
            {
                Session = Session,
                TimeProvider = Time,
                MaxMessageSize = 1000,
                HttpVersion = version2 ? HttpVersion.Version20 : HttpVersion.Version11,
                HttpVersionPolicy = version2 ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
            });
            return Task.CompletedTask;
        }

        public async Task<ScriptedPeer> OpenAsync()
        {
            ScriptedServer server = Add(new ScriptedServer());
            await ConnectAsync(server.Uri.ToString());
            ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token);
            await Socket!.Opened.WaitAsync(Guard, Token);
            return peer;
        }

        public async Task<ScriptedPeer> RequestedAsync()
        {
            ScriptedServer server = Add(new ScriptedServer());
            await ConnectAsync(server.Uri.ToString());
            ScriptedPeer peer = await server.AcceptAsync(Token);
            await peer.ReadRequestAsync(Token);
            return peer;
        }

        public async Task AnswerAsync(string response) => await (await RequestedAsync()).WriteAsync(response, Token);

        /// <summary>Takes a TLS client's first flight.</summary>
        public async Task<ScriptedPeer> HelloAsync()
        {
            ScriptedServer server = Add(new ScriptedServer());
            await ConnectAsync($"wss://127.0.0.1:{server.Port}/");
            ScriptedPeer peer = await server.AcceptAsync(Token);
            await peer.Stream.ReadAtLeastAsync(new byte[4096], 100, throwOnEndOfStream: false, Token);
            return peer;
        }

        public async Task OverTlsAsync(X509Certificate2 certificate, bool version2 = false)
        {
            ScriptedServer server = Add(new ScriptedServer(certificate));
            await ConnectAsync(server.UriFor("localhost").ToString(), version2);
            // The server's side fails too, or sees an end.
            _ = await Record.ExceptionAsync(() => server.AcceptAsync(Token));
        }

        public async Task<Http2Peer> OverHttp2Async(bool allowsExtendedConnect)
        {
            ScriptedServer server = Add(Http2Connecting.NewScriptedServer(tls: true));
            await ConnectAsync(server.UriFor("localhost").ToString(), version2: true);
            (Http2Peer peer, _) = await Http2Connecting.AcceptHttp2Async(server, allowsExtendedConnect);
            return peer;
        }

        public async Task ThroughAsync(string rules)
        {
            await Session.SetProxyAsync(new ProxyConfig { ProxyRules = rules });
            await ConnectAsync("wss://feed.example/");
        }

        public Task ThroughAsync(LoopbackProxyKind kind, string scheme, string? answer = null, string? credentials = null, bool isTls = false)
        {
            LoopbackProxy proxy = Add(new LoopbackProxy(kind)
            {
                Answer = answer,
                Credentials = credentials,
                Certificate = isTls ? TestCertificates.Shared.SelfSigned : null,
            });
            return ThroughAsync(proxy.Rule(scheme));
        }

        private T Add<T>(T other)
            where T : IAsyncDisposable
        {
            _others.Add(other);
            return other;
        }
    }
}
