using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NetWebSockets.Handshake;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using static NetWebSockets.TestServers.AskingServer;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Credentials for servers: configured, in the address, kept, forgotten, and never given to anybody else.</summary>
public sealed class ServerCredentialTests
{
    private static async Task OpenAsync(NetSession session, Uri uri) => await (await ConnectAsync(session, uri)).Stream.DisposeAsync();

    private static IEnumerable<string?> Sent(AskingServer server) => server.Requests.Select(request => request.Basic);

    [Fact]
    public async Task Configured_credentials_go_out_when_the_server_asks_on_the_same_connection()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me", "s3cret"));
        await OpenAsync(session, server.Uri);

        Assert.Equal([(null, 1), ("me:s3cret", 1)], server.Requests.Select(request => (request.Basic, request.Connection)));
    }

    [Fact]
    public async Task A_domain_goes_before_the_name()
    {
        await using AskingServer server = WithBasic(@"corp\me:s3cret");
        using NetSession session = NewSession();
        session.Credentials = new NetworkCredential("me", "s3cret", "corp");

        await OpenAsync(session, server.Uri);
    }

    [Fact]
    public async Task Credentials_that_know_only_a_weaker_scheme_are_asked_for_that_one()
    {
        await using var server = new AskingServer(request => request.Basic == "me:s3cret" ? null : Asks("Digest realm=\"d\", nonce=\"n\", qop=\"auth\", Basic realm=\"b\""));
        var cache = new CredentialCache { { new Uri($"ws://127.0.0.1:{server.Port}/"), "Basic", new NetworkCredential("me", "s3cret") } };
        using NetSession session = NewSession(options => options.Credentials = cache);

        await OpenAsync(session, server.Uri);
    }

    [Fact]
    public async Task The_machines_own_credentials_are_no_password_for_Basic()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        using NetSession session = NewSession(options => options.Credentials = CredentialCache.DefaultCredentials);

        Assert.Equal(HttpStatusCode.Unauthorized, (await FailAsync(session, server.Uri)).StatusCode);
        Assert.Equal([null], Sent(server));
    }

    [Fact]
    public async Task Wrong_credentials_go_out_once_and_the_refusal_is_kept_whole()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me", "wr0ng"));
        HandshakeException failure = await FailAsync(session, server.Uri);

        Assert.Equal((NetError.InvalidResponse, HttpStatusCode.Unauthorized), (failure.Error, failure.StatusCode));
        Assert.Equal("no!\n", Encoding.ASCII.GetString(failure.Body.Span));
        Assert.Contains(failure.Headers, header => header is { Key: "WWW-Authenticate", Value: "Basic realm=\"test\"" });
        Assert.DoesNotContain("wr0ng", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal([null, "me:wr0ng"], Sent(server));
    }

    [Theory]
    [InlineData("Foo realm=\"x\"")]
    [InlineData("Digest realm=\"x\", nonce=\"n\", algorithm=SHA-512-256")]
    [InlineData(null)]
    public async Task A_scheme_that_is_not_supported_is_the_servers_401_as_in_Chromium(string? challenge)
    {
        await using var server = new AskingServer(_ => challenge is null ? Asks() : Asks(challenge));
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me", "s3cret"));
        HandshakeException failure = await FailAsync(session, server.Uri);

        Assert.Equal((NetError.InvalidResponse, HttpStatusCode.Unauthorized), (failure.Error, failure.StatusCode));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Credentials_that_throw_fail_the_handshake_with_a_clear_error()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        await using AskingServer server = WithBasic("me:s3cret");
        using NetSession session = NewSession(options => (options.Credentials, options.LoggerFactory) = (new ThrowingCredentials(), factory));
        HandshakeException failure = await FailAsync(session, server.Uri);

        Assert.Equal(HttpStatusCode.Unauthorized, failure.StatusCode);
        Assert.Contains("InvalidOperationException", failure.Message, StringComparison.Ordinal);
        Assert.Contains(logs.Collector.GetSnapshot(), record => record.Id.Id == 163 && record.Exception is InvalidOperationException);
    }

    [Fact]
    public async Task What_worked_goes_out_from_the_start_below_its_folder_and_nowhere_else()
    {
        await using var server = new AskingServer(request => request.Head.Target == "/other" || request.Basic == "me:s3cret" ? null : Asks("Basic realm=\"test\""));
        using NetSession session = NewSession();
        // As Chromium did with these addresses, one after the other.
        await OpenAsync(session, server.WithUser("me:s3cret", "/basic/a/x"));
        foreach (string path in (string[])["/basic/a/y?q=/z", "/basic/a/deep/z", "/basic/a", "/basic/b/x", "/other"])
            await OpenAsync(session, server.At(path));

        Assert.Equal(
            [
                ("/basic/a/x", null), ("/basic/a/x", "me:s3cret"), ("/basic/a/y?q=/z", "me:s3cret"), ("/basic/a/deep/z", "me:s3cret"),
                ("/basic/a", null), ("/basic/a", "me:s3cret"), ("/basic/b/x", "me:s3cret"), ("/other", null),
            ],
            server.Requests.Select(request => (request.Head.Target, request.Basic)));
    }

    [Fact]
    public async Task Nothing_goes_to_another_host_port_scheme_or_realm()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        await using AskingServer other = WithBasic("me:s3cret");
        using NetSession session = NewSession();
        await OpenAsync(session, server.WithUser("me:s3cret"));

        await FailAsync(session, server.UriFor("localhost", "/"));
        await FailAsync(session, other.Uri);
        Assert.Equal([null, "me:s3cret", null], Sent(server));
        Assert.Equal([null], Sent(other));
    }

    [Fact]
    public async Task Credentials_of_one_realm_do_not_answer_for_another_and_are_not_lost_by_it()
    {
        await using var server = new AskingServer(request => request.Head.Target switch
        {
            "/a/b/x" => request.Basic == "you:0ther" ? null : Asks("Basic realm=\"two\""),
            _ => request.Basic == "me:s3cret" ? null : Asks("Basic realm=\"one\""),
        });
        var realms = new List<string>();
        using NetSession session = NewSession(options => options.LoginHandler = (request, _) =>
        {
            realms.Add(request.Realm);
            return ValueTask.FromResult<NetworkCredential?>(request.Realm == "one" ? new NetworkCredential("me", "s3cret") : new NetworkCredential("you", "0ther"));
        });
        foreach (string path in (string[])["/a/x", "/a/b/x", "/a/y", "/a/b/x"])
            await OpenAsync(session, server.At(path));

        Assert.Equal(["one", "two"], realms);
        // The realm below was asked with what is known of the one above, as the protection space says; then each goes its own way.
        Assert.Equal([null, "me:s3cret", "me:s3cret", "you:0ther", "me:s3cret", "you:0ther"], Sent(server));
    }

    [Fact]
    public async Task A_redirect_takes_no_credentials_along()
    {
        await using AskingServer other = WithBasic("me:s3cret");
        await using var server = new AskingServer(request => request.Basic is null
            ? Asks("Basic realm=\"test\"")
            : $"HTTP/1.1 302 Found\r\nLocation: {other.Uri}\r\nContent-Length: 0\r\n\r\n");
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me", "s3cret"));

        Assert.Equal(HttpStatusCode.Found, (await FailAsync(session, server.Uri)).StatusCode);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Other_sessions_know_nothing()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        using NetSession session = NewSession();
        using NetSession other = NewSession();
        await OpenAsync(session, server.WithUser("me:s3cret"));

        await FailAsync(other, server.Uri);
        Assert.Equal([null, "me:s3cret", null], Sent(server));
    }

    [Fact]
    public async Task Credentials_that_stopped_working_are_forgotten()
    {
        string right = "me:s3cret";
        await using var server = new AskingServer(request => request.Basic == right ? null : Asks("Basic realm=\"test\""));
        using NetSession session = NewSession();
        await OpenAsync(session, server.WithUser("me:s3cret"));
        right = "me:n3w";

        await FailAsync(session, server.Uri);
        await FailAsync(session, server.Uri);
        Assert.Equal([null, "me:s3cret", "me:s3cret", null], Sent(server));
    }

    [Fact]
    public async Task Changed_configuration_ends_what_came_of_the_former()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me", "s3cret"));
        await OpenAsync(session, server.Uri);
        session.Credentials = null;

        await FailAsync(session, server.Uri);
        Assert.Equal([null, "me:s3cret", null], Sent(server));
    }

    [Fact]
    public async Task ClearAuthCache_forgets_and_what_comes_asks_again()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        int asked = 0;
        using NetSession session = NewSession();
        session.SetLoginHandler((_, _) =>
        {
            asked++;
            return ValueTask.FromResult<NetworkCredential?>(new("me", "s3cret"));
        });
        await OpenAsync(session, server.Uri);
        await OpenAsync(session, server.Uri);
        Assert.Equal(1, asked);
        await session.ClearAuthCacheAsync();
        await OpenAsync(session, server.Uri);

        Assert.Equal(2, asked);
        Assert.Equal([null, "me:s3cret", "me:s3cret", null, "me:s3cret"], Sent(server));
    }

    [Fact]
    public void The_cache_is_bounded_and_forgets_what_was_used_least_recently()
    {
        var cache = new AuthCache();
        AuthKey Key(int number) => new(AuthTarget.Server(new Uri("ws://server.test/")), AuthScheme.Basic, $"{number}");
        for (int i = 0; i < 100; i++)
        {
            AuthEntry entry = cache.Add(Key(i), new NetworkCredential($"{i}", "p"), null, cache.Generation);
            for (int folder = 0; folder < 30; folder++)
                cache.Confirm(entry, $"/{i}/{folder}/");
            Assert.NotNull(cache.Find(Key(0), null));
        }

        Assert.Equal(AuthCache.MaxEntries, cache.Count);
        Assert.Null(cache.Find(Key(50), null));
        Assert.Equal(AuthCache.MaxPaths, cache.Find(Key(99), null)!.Paths.Count);
        Assert.Equal("99", cache.FindByPath(Key(99).Target, "/99/29/below/", null)!.Credential.UserName);
        Assert.Null(cache.FindByPath(Key(99).Target, "/99/0/", null));
    }

    [Fact]
    public void A_folder_above_takes_the_place_of_those_below()
    {
        var cache = new AuthCache();
        AuthEntry entry = cache.Add(new AuthKey(AuthTarget.Server(new Uri("ws://server.test/")), AuthScheme.Basic, "r"), new NetworkCredential("me", "p"), null, cache.Generation);
        foreach (string folder in (string[])["/a/b/", "/a/c/", "/a/b/d/", "/a/"])
            cache.Confirm(entry, folder);

        Assert.Equal(["/a/"], entry.Paths);
    }

    [Fact]
    public void What_was_learnt_before_everything_was_forgotten_is_not_kept()
    {
        var cache = new AuthCache();
        int generation = cache.Generation;
        cache.Clear();
        cache.Add(new AuthKey(AuthTarget.Server(new Uri("ws://server.test/")), AuthScheme.Basic, "r"), new NetworkCredential("me", "p"), null, generation);

        Assert.Equal(0, cache.Count);
    }

    [Theory]
    [InlineData("user:p%40ss", "user:p@ss")]
    [InlineData("user", "user:")]
    [InlineData("user:", "user:")]
    [InlineData(":pw", ":pw")]
    [InlineData("us%C3%A9r:p%zz", "usér:p%zz")]
    [InlineData("user:a:b", "user:a:b")]
    [InlineData("u%3Aser:p", "u:ser:p")]
    public async Task Credentials_in_the_address_are_decoded_as_in_Chromium(string userInfo, string sent)
    {
        await using AskingServer server = WithBasic(sent);
        using NetSession session = NewSession();
        await OpenAsync(session, server.WithUser(userInfo));

        Assert.Equal([null, sent], Sent(server));
    }

    [Fact]
    public async Task Credentials_in_the_address_wait_to_be_asked_for_even_when_others_are_known()
    {
        await using var server = new AskingServer(request => request.Basic is null ? Asks("Basic realm=\"test\"") : null);
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("they", "x"));
        await OpenAsync(session, server.WithUser("one:1"));
        await OpenAsync(session, server.WithUser("two:2"));
        await OpenAsync(session, server.Uri);

        Assert.Equal([null, "one:1", null, "two:2", "two:2"], Sent(server));
    }

    [Fact]
    public async Task Wrong_credentials_in_the_address_leave_it_to_the_others()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me", "s3cret"));
        await OpenAsync(session, server.WithUser("me:wr0ng"));

        Assert.Equal([null, "me:wr0ng", "me:s3cret"], Sent(server));
    }

    [Fact]
    public async Task An_Authorization_header_of_the_sockets_own_switches_the_sessions_credentials_off()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me", "s3cret"));
        await OpenAsync(session, server.Uri);
        HandshakeException failure = await FailAsync(session, Request(server.WithUser("me:s3cret")) with { Headers = [new("authorization", "Bearer t")] });

        Assert.Equal(HttpStatusCode.Unauthorized, failure.StatusCode);
        Assert.Equal("Bearer t", server.Requests.Last().Authorization);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task No_password_is_in_any_log()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace));
        await using AskingServer server = WithBasic("me:s3cret");
        using NetSession session = NewSession(options => options.LoggerFactory = factory);
        int failures = 0;
        session.SetLoginHandler((_, _) => ValueTask.FromResult<NetworkCredential?>(new("me", failures++ == 0 ? "wr0ng" : "s3cret")));
        await OpenAsync(session, server.WithUser("me:f1rst"));
        await session.ClearAuthCacheAsync();

        IReadOnlyList<FakeLogRecord> records = logs.Collector.GetSnapshot();
        Assert.Equal([101, 161, 160, 161, 160, 102, 165], records.Select(record => record.Id.Id));
        Assert.All(records, record => Assert.All((string[])["s3cret", "wr0ng", "f1rst"], secret => Assert.DoesNotContain(secret, record.Message, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, 1)]
    [InlineData(HttpProtocols.Http2, 2)]
    public async Task Kestrel_with_Basic_over_both_versions_of_HTTP(HttpProtocols protocols, int version)
    {
        int asked = 0;
        await using KestrelServer server = await KestrelServer.StartNewAsync(new KestrelServerOptions
        {
            Certificate = TestCertificates.Shared.Localhost,
            Protocols = protocols,
            Configure = application => application.Use(next => context => AuthorizeAsync(context, next, () => asked++)),
        });
        using NetSession session = NewSession(options =>
        {
            options.CertificateAuthorities.Add(TestCertificates.Shared.Authority);
            options.Credentials = new NetworkCredential("me", "s3cret");
        });
        HandshakeRequest request = Request(server.Uri("/echo", "localhost")) with { HttpVersion = new Version(version, version == 1 ? 1 : 0), HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        for (int i = 0; i < 3; i++)
            await (await ConnectAsync(session, request)).Stream.DisposeAsync();

        Assert.Equal(1, asked);
        Assert.Equal(3, server.ConnectionCount);
    }

    [Fact]
    public async Task Kestrel_with_Digest_over_HTTP2_where_the_method_is_CONNECT()
    {
        var methods = new List<string>();
        await using KestrelServer server = await KestrelServer.StartNewAsync(new KestrelServerOptions
        {
            Certificate = TestCertificates.Shared.Localhost,
            Protocols = HttpProtocols.Http2,
            Configure = application => application.Use(next => context =>
            {
                string? sent = context.Request.Headers.Authorization;
                if (DigestCheck.IsRight(sent, context.Request.Method, context.Request.Path + context.Request.QueryString, "me", "s3cret"))
                {
                    methods.Add(context.Request.Method);
                    return next(context);
                }

                context.Response.StatusCode = 401;
                context.Response.Headers.WWWAuthenticate = "Digest realm=\"r\", qop=\"auth\", nonce=\"n\"";
                return Task.CompletedTask;
            }),
        });
        using NetSession session = NewSession(options =>
        {
            options.CertificateAuthorities.Add(TestCertificates.Shared.Authority);
            options.Credentials = new NetworkCredential("me", "s3cret");
        });
        await (await ConnectAsync(session, Request(server.Uri("/echo?a=b", "localhost")) with { HttpVersion = HttpVersion.Version20 })).Stream.DisposeAsync();

        Assert.Equal(["CONNECT"], methods);
    }

    private static Task AuthorizeAsync(HttpContext context, RequestDelegate next, Action asks)
    {
        if (context.Request.Headers.Authorization == "Basic " + Convert.ToBase64String("me:s3cret"u8))
            return next(context);
        asks();
        context.Response.StatusCode = 401;
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"test\"";
        return context.Response.WriteAsync("no");
    }

    private sealed class ThrowingCredentials : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) => throw new InvalidOperationException("no");
    }
}
