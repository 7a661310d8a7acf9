using System.Net;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using static NetWebSockets.TestServers.AskingServer;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Digest authentication: the examples of its RFCs, what Chromium answers, and a server written apart.</summary>
public sealed class DigestTests
{
    private const string RfcNonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    private const string RfcClientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    [Theory]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void The_example_of_RFC_7616(string algorithm, string response)
    {
        var challenge = new DigestChallenge { Realm = "http-auth@example.org", Nonce = RfcNonce, Algorithm = algorithm, Opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", HasQop = true };
        string header = DigestAuthorization.Create(challenge, new NetworkCredential("Mufasa", "Circle of Life"), "GET", "/dir/index.html", RfcClientNonce, 1);

        Assert.Equal(
            $"Digest username=\"Mufasa\", realm=\"http-auth@example.org\", nonce=\"{RfcNonce}\", uri=\"/dir/index.html\", algorithm={algorithm}, response=\"{response}\", "
            + $"opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", qop=auth, nc=00000001, cnonce=\"{RfcClientNonce}\"",
            header);
    }

    [Fact]
    public void The_example_of_RFC_2617()
    {
        var challenge = new DigestChallenge { Realm = "testrealm@host.com", Nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093", HasQop = true };
        string header = DigestAuthorization.Create(challenge, new NetworkCredential("Mufasa", "Circle Of Life"), "GET", "/dir/index.html", "0a4f113b", 1);

        Assert.Equal("6629fae49393a05397450978507c4ef1", DigestCheck.Parse(header)["response"]);
    }

    // What Chromium sent, given ws://u:p@… and these challenges.
    [Theory]
    [InlineData("Digest realm=\"dnq\", nonce=\"n1\"", "/digestnoqop/", "", 1, "Digest username=\"u\", realm=\"dnq\", nonce=\"n1\", uri=\"/digestnoqop/\", response=\"c6987841948b558dbd4390ab7f4995e2\"")]
    [InlineData("Digest realm=\"di\", qop=\"auth-int\", nonce=\"n1\"", "/digestint/", "", 1, "Digest username=\"u\", realm=\"di\", nonce=\"n1\", uri=\"/digestint/\", response=\"f9f6b27810897a9da16ccfa3e691cbf2\"")]
    [InlineData("Digest realm=\"duh\", qop=\"auth\", userhash=true, nonce=\"n1\"", "/digestuh/", "eb271ca9841f2318", 1, "Digest username=\"57d80f1bad9fc79e2e74aabb59d03963\", realm=\"duh\", nonce=\"n1\", uri=\"/digestuh/\", response=\"94a17a9fc0d3b697cbbb0a4cd9150846\", qop=auth, nc=00000001, cnonce=\"eb271ca9841f2318\", userhash=true")]
    [InlineData("Digest realm=\"sh\", algorithm=SHA-256, qop=\"auth\", nonce=\"n1\", opaque=\"o\"", "/sha/", "5c1ba61e1b94a7d5", 2, null)]
    public void Chromiums_answer(string text, string target, string clientNonce, int count, string? expected)
    {
        Assert.True(DigestChallenge.TryRead(Assert.Single(Challenge.Read([new("WWW-Authenticate", text)], "WWW-Authenticate")), out DigestChallenge? challenge));
        string header = DigestAuthorization.Create(challenge, new NetworkCredential("u", "p"), "GET", target, clientNonce, count);

        if (expected is not null)
            Assert.Equal(expected, header);
        Assert.True(DigestCheck.IsRight(header, "GET", target, "u", "p"));
        Assert.False(DigestCheck.IsRight(header, "GET", target, "u", "q"));
    }

    [Theory]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-512-256")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=x")]
    [InlineData("Digest realm=\"r\"")]
    [InlineData("Digest realm=\"r\", nonce=\"\"")]
    public void What_is_not_supported_is_not_read(string text) =>
        Assert.False(DigestChallenge.TryRead(Challenge.Read([new("WWW-Authenticate", text)], "WWW-Authenticate")[0], out _));

    [Theory]
    [InlineData("qop=\"auth\"")]
    [InlineData("qop=\"auth-int, auth\", algorithm=MD5")]
    [InlineData("qop=auth, algorithm=SHA-256, opaque=\"a\\\"b\"")]
    [InlineData("qop=\"auth\", algorithm=MD5-sess")]
    [InlineData("qop=\"auth\", algorithm=SHA-256-sess, userhash=true")]
    [InlineData("algorithm=MD5")]
    public async Task A_server_lets_the_right_password_in(string parameters)
    {
        await using var server = new AskingServer(request => DigestCheck.IsRight(request.Authorization, "GET", request.Head.Target, "m\"e", "s3cret: ü")
            ? null
            : Asks($"Digest realm=\"a \\\"b\\\"\", nonce=\"n1\", {parameters}"));
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("m\"e", "s3cret: ü"));

        await (await ConnectAsync(session, server.At("/a/b?c=d%20e"))).Stream.DisposeAsync();
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Every_use_of_a_nonce_is_counted_and_goes_out_from_the_start()
    {
        await using var server = new AskingServer(request => DigestCheck.IsRight(request.Authorization, "GET", request.Head.Target, "me", "s3cret")
            ? null
            : Asks("Digest realm=\"r\", qop=\"auth\", nonce=\"n1\""));
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me", "s3cret"));
        foreach (string path in (string[])["/a/x", "/a/y", "/a/b/z"])
            await (await ConnectAsync(session, server.At(path))).Stream.DisposeAsync();

        Assert.Null(server.Requests.First().Authorization);
        Assert.Equal([1, 2, 3], server.Requests.Skip(1).Select(request => DigestCheck.Count(request.Authorization!)));
        Assert.Equal(3, server.Requests.Skip(1).Select(request => DigestCheck.Parse(request.Authorization!)["cnonce"]).Distinct().Count());
    }

    [Theory]
    [InlineData(", stale=true")]
    [InlineData("")]
    public async Task A_nonce_that_is_too_old_is_renewed_without_asking(string stale)
    {
        string nonce = "n1";
        await using var server = new AskingServer(request => DigestCheck.IsRight(request.Authorization, "GET", "/", "me", "s3cret") && DigestCheck.Parse(request.Authorization!)["nonce"] == nonce
            ? null
            : Asks($"Digest realm=\"r\", qop=\"auth\", nonce=\"{nonce}\"{(request.Authorization is null ? "" : stale)}"));
        int asked = 0;
        using NetSession session = NewSession(options => options.LoginHandler = (_, _) =>
        {
            asked++;
            return ValueTask.FromResult<NetworkCredential?>(new("me", "s3cret"));
        });
        await (await ConnectAsync(session, server.Uri)).Stream.DisposeAsync();
        nonce = "n2";
        await (await ConnectAsync(session, server.Uri)).Stream.DisposeAsync();

        Assert.Equal(1, asked);
        Assert.Equal([null, "n1", "n1", "n2"], server.Requests.Select(request => request.Authorization is { } sent ? DigestCheck.Parse(sent)["nonce"] : null));
        Assert.Equal(1, DigestCheck.Count(server.Requests.Last().Authorization!));
    }

    [Fact]
    public async Task A_server_that_finds_every_nonce_too_old_ends()
    {
        int number = 0;
        await using var server = new AskingServer(_ => Asks($"Digest realm=\"r\", qop=\"auth\", stale=true, nonce=\"n{number++}\""));
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me", "s3cret"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await FailAsync(session, server.Uri)).StatusCode);
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Digest_goes_before_Basic_and_the_first_algorithm_before_the_second()
    {
        await using var server = new AskingServer(request => request.Authorization is not null
            ? null
            : Asks("Basic realm=\"b\"", "Digest realm=\"d\", qop=\"auth\", algorithm=SHA-512-256, nonce=\"n0\", Digest realm=\"d\", qop=\"auth\", algorithm=MD5, nonce=\"n1\"", "Digest realm=\"d\", qop=\"auth\", algorithm=SHA-256, nonce=\"n2\""));
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me", "s3cret"));
        await (await ConnectAsync(session, server.Uri)).Stream.DisposeAsync();

        Assert.Equal("n1", DigestCheck.Parse(server.Requests.Last().Authorization!)["nonce"]);
    }

    [Fact]
    public async Task A_name_that_cannot_stand_in_a_header_is_refused_before_it_goes_out()
    {
        await using var server = new AskingServer(_ => Asks("Digest realm=\"r\", qop=\"auth\", nonce=\"n\""));
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me\r\nX: y", "s3cret"));
        HandshakeException failure = await FailAsync(session, server.Uri);

        Assert.Contains("control characters", failure.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }
}
