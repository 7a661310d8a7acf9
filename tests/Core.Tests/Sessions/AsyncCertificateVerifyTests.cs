using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>A verify callback that takes its time.</summary>
public sealed class AsyncCertificateVerifyTests
{
    private static TestCertificates Certificates => TestCertificates.Shared;

    private static async Task<CertificateVerdict> AfterAWhileAsync(CertificateVerdict verdict)
    {
        await Task.Yield();
        return verdict;
    }

    [Theory]
    [InlineData(CertificateVerdict.Reject, nameof(TestCertificates.Localhost), NetError.CertInvalid, "verify callback rejected")]
    [InlineData(CertificateVerdict.Reject, nameof(TestCertificates.SelfSigned), NetError.CertAuthorityInvalid, "verify callback rejected")]
    [InlineData(CertificateVerdict.UseDefault, nameof(TestCertificates.SelfSigned), NetError.CertAuthorityInvalid, "AddCertificateAuthority")]
    [InlineData((CertificateVerdict)77, nameof(TestCertificates.Localhost), NetError.CertInvalid, "verify callback rejected")]
    public async Task What_it_rejects_gets_no_byte_of_the_request(CertificateVerdict verdict, string certificate, NetError error, string sentence)
    {
        await using var server = new ScriptedServer(certificate == nameof(TestCertificates.Localhost) ? Certificates.Localhost : Certificates.SelfSigned);
        using NetSession session = NewTrustingSession();
        session.SetCertificateVerifyProc(async (_, _) => await AfterAWhileAsync(verdict));
        Task<HandshakeException> failing = FailAsync(session, server.UriFor("localhost"));
        // The TLS handshake has succeeded when the verdict comes.
        ScriptedPeer peer = await server.AcceptAsync(Token).WaitAsync(Guard, Token);

        HandshakeException failure = await failing;
        Assert.Equal(error, failure.Error);
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        Assert.Empty((await peer.ReadToEndAsync(Token).WaitAsync(Guard, Token)).Bytes);
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task What_it_accepts_opens_whatever_is_wrong_with_it()
    {
        await using var server = new ScriptedServer(Certificates.SelfSigned);
        using NetSession session = NewSession();
        session.SetCertificateVerifyProc(async (_, _) => await AfterAWhileAsync(CertificateVerdict.Accept));
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        await using Stream stream = (await ConnectAsync(session, server.UriFor("localhost"))).Stream;
        using ScriptedPeer peer = await accepting;

        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task It_sees_what_the_handshake_saw_for_as_long_as_it_takes()
    {
        using var root = new CertificateMaker("Root");
        using var intermediate = new CertificateMaker("Intermediate", root);
        using X509Certificate2 leaf = intermediate.Leaf("other.example");
        await using TlsKestrel server = await TlsKestrel.StartAsync(leaf, intermediates: [intermediate.Certificate]);
        using NetSession session = NewSession();
        session.AddCertificateAuthority(root.Certificate);
        (string Host, string Certificate, string[] Chain, X509ChainStatusFlags Status, NetError Error)? seen = null;
        session.SetCertificateVerifyProc(async (request, _) =>
        {
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            seen = (request.Hostname, request.Certificate.Subject, [.. request.Chain.Select(certificate => certificate.Subject)], request.ChainStatus, request.Error);
            return CertificateVerdict.UseDefault;
        });
        HandshakeException failure = await FailAsync(session, server.Uri());

        Assert.Equal(NetError.CertCommonNameInvalid, failure.Error);
        Assert.NotNull(seen);
        Assert.Equal(("localhost", "CN=other.example", X509ChainStatusFlags.NoError, NetError.CertCommonNameInvalid), (seen.Value.Host, seen.Value.Certificate, seen.Value.Status, seen.Value.Error));
        Assert.Equal(["CN=other.example", "CN=Intermediate", "CN=Root"], seen.Value.Chain);
    }

    [Fact]
    public async Task Cancelling_the_handshake_cancels_its_token_and_ends_the_connection()
    {
        await using var server = new ScriptedServer(Certificates.Localhost);
        using NetSession session = NewTrustingSession();
        using var cancelling = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        session.SetCertificateVerifyProc(async (_, token) =>
        {
            token.Register(cancelled.SetResult);
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return CertificateVerdict.Accept;
        });
        Task connecting = ConnectAsync(session, Request(server.UriFor("localhost")), cancelling.Token);
        ScriptedPeer peer = await server.AcceptAsync(Token).WaitAsync(Guard, Token);
        await asked.Task.WaitAsync(Guard, Token);
        await cancelling.CancelAsync();

        Assert.Equal(cancelling.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => connecting)).CancellationToken);
        await cancelled.Task.WaitAsync(Guard, Token);
        Assert.Empty((await peer.ReadToEndAsync(Token).WaitAsync(Guard, Token)).Bytes);
    }

    [Fact]
    public async Task One_that_never_ends_and_heeds_no_token_ends_with_the_handshake_timeout()
    {
        await using var server = new ScriptedServer(Certificates.Localhost);
        using NetSession session = NewTrustingSession();
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource();
        session.SetCertificateVerifyProc((_, _) =>
        {
            asked.SetResult();
            return new ValueTask<CertificateVerdict>(new TaskCompletionSource<CertificateVerdict>().Task);
        });
        await using var socket = new NetWebSocket(
            server.UriFor("localhost"), new NetWebSocketOptions { Session = session, TimeProvider = time, HandshakeTimeout = TimeSpan.FromSeconds(7) });
        ScriptedPeer peer = await server.AcceptAsync(Token).WaitAsync(Guard, Token);
        await asked.Task.WaitAsync(Guard, Token);
        time.Advance(TimeSpan.FromSeconds(8));

        Assert.Equal(NetError.TimedOut, (await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(Guard, Token))).Error);
        Assert.Empty((await peer.ReadToEndAsync(Token).WaitAsync(Guard, Token)).Bytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_throws_rejects_and_is_logged(bool atOnce)
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        await using var server = new ScriptedServer(Certificates.Localhost);
        using NetSession session = NewSession(options =>
        {
            options.LoggerFactory = factory;
            options.CertificateAuthorities.Add(Certificates.Authority);
            options.AsyncCertificateVerifyProc = (_, _) => atOnce ? throw new InvalidOperationException("my bug") : LaterAsync();
        });
        Task<HandshakeException> failing = FailAsync(session, server.UriFor("localhost"));
        await server.AcceptAsync(Token).WaitAsync(Guard, Token);

        Assert.Equal(NetError.CertInvalid, (await failing).Error);
        Assert.Equal("my bug", Assert.Single(logs.Collector.GetSnapshot(), record => record.Id.Id == 104).Exception?.Message);

        static async ValueTask<CertificateVerdict> LaterAsync()
        {
            await Task.Yield();
            throw new InvalidOperationException("my bug");
        }
    }

    [Fact]
    public async Task One_that_throws_when_nobody_waits_any_more_is_logged_too()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        await using var server = new ScriptedServer(Certificates.Localhost);
        using NetSession session = NewSession(options => options.LoggerFactory = factory);
        using var cancelling = new CancellationTokenSource();
        var asked = new TaskCompletionSource<CertificateVerifyRequest>();
        var deciding = new TaskCompletionSource<CertificateVerdict>();
        session.SetCertificateVerifyProc((request, _) =>
        {
            asked.SetResult(request);
            return new ValueTask<CertificateVerdict>(deciding.Task);
        });
        Task connecting = ConnectAsync(session, Request(server.UriFor("localhost")), cancelling.Token);
        ScriptedPeer peer = await server.AcceptAsync(Token).WaitAsync(Guard, Token);
        CertificateVerifyRequest request = await asked.Task.WaitAsync(Guard, Token);
        await cancelling.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
        await peer.ReadToEndAsync(Token).WaitAsync(Guard, Token);
        // It may still be looking at the certificate.
        Assert.Equal("CN=localhost", request.Certificate.Subject);
        deciding.SetException(new InvalidOperationException("too late"));

        while (logs.Collector.GetSnapshot().All(record => record.Id.Id != 130))
            await Task.Yield();
        Assert.Equal("too late", logs.Collector.GetSnapshot().Single(record => record.Id.Id == 130).Exception?.Message);
    }

    [Fact]
    public async Task There_is_one_callback_at_a_time()
    {
        await using var server = new ScriptedServer(Certificates.SelfSigned);
        using NetSession session = NewSession();
        session.SetCertificateVerifyProc((_, _) => throw new InvalidOperationException("replaced"));
        session.SetCertificateVerifyProc(_ => CertificateVerdict.Accept);
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        await (await ConnectAsync(session, server.UriFor("localhost"))).Stream.DisposeAsync();
        await accepting;
        session.SetCertificateVerifyProc((_, _) => ValueTask.FromResult(CertificateVerdict.Accept));
        session.SetCertificateVerifyProc(null);
        Task second = server.AcceptAsync(Token);

        Assert.Equal(NetError.CertAuthorityInvalid, (await FailAsync(session, server.UriFor("localhost"))).Error);
        _ = await Record.ExceptionAsync(() => second.WaitAsync(Guard, Token));
        ArgumentException both = Assert.Throws<ArgumentException>(() => NewSession(options =>
        {
            options.CertificateVerifyProc = _ => CertificateVerdict.Accept;
            options.AsyncCertificateVerifyProc = (_, _) => ValueTask.FromResult(CertificateVerdict.Accept);
        }));
        Assert.Contains("AsyncCertificateVerifyProc", both.Message, StringComparison.Ordinal);
    }
}
