using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using NetWebSockets.Handshake;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using static NetWebSockets.TestServers.AskingServer;

namespace NetWebSockets.Tests.Sessions;

/// <summary>The callback that is asked for credentials, as Electron's login event.</summary>
public sealed class LoginHandlerTests
{
    private static async Task OpenAsync(NetSession session, Uri uri) => await (await ConnectAsync(session, uri)).Stream.DisposeAsync();

    private static NetSession SessionWith(Func<LoginRequest, NetworkCredential?> handler) =>
        NewSession(options => options.LoginHandler = (request, _) => ValueTask.FromResult(handler(request)));

    [Fact]
    public async Task It_is_told_who_asks_for_what()
    {
        await using AskingServer server = WithBasic("me:s3cret", "the \\\"realm\\\"");
        LoginRequest? asked = null;
        using NetSession session = SessionWith(request =>
        {
            asked = request;
            return new("me", "s3cret");
        });
        await OpenAsync(session, server.At("/a?b=c"));

        Assert.NotNull(asked);
        Assert.Equal((server.At("/a?b=c"), "127.0.0.1", server.Port), (asked.Uri, asked.Host, asked.Port));
        Assert.Equal((false, "basic", "the \"realm\"", 0), (asked.IsProxy, asked.Scheme, asked.Realm, asked.PreviousFailures));
    }

    [Fact]
    public async Task It_is_asked_last_and_never_shown_the_credentials_in_the_address()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        LoginRequest? asked = null;
        using NetSession session = SessionWith(request =>
        {
            asked = request;
            return new("me", "s3cret");
        });
        session.Credentials = new NetworkCredential("me", "wr0ng");
        await OpenAsync(session, server.WithUser("me:f1rst", "/x"));

        Assert.Equal(server.At("/x"), asked!.Uri);
        Assert.Equal(2, asked.PreviousFailures);
        Assert.Equal([null, "me:f1rst", "me:wr0ng", "me:s3cret"], server.Requests.Select(request => request.Basic));
    }

    [Fact]
    public async Task A_wrong_answer_is_asked_again()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        var failures = new List<int>();
        using NetSession session = SessionWith(request =>
        {
            failures.Add(request.PreviousFailures);
            return new("me", failures.Count == 3 ? "s3cret" : $"wr0ng{failures.Count}");
        });
        await OpenAsync(session, server.Uri);

        Assert.Equal([0, 1, 2], failures);
    }

    [Fact]
    public async Task After_three_wrong_answers_the_handshake_fails_with_what_came()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        int asked = 0;
        using NetSession session = SessionWith(_ => new("me", $"wr0ng{asked++}"));
        HandshakeException failure = await FailAsync(session, server.Uri);

        Assert.Equal((NetError.InvalidResponse, HttpStatusCode.Unauthorized, 3), (failure.Error, failure.StatusCode, asked));
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task The_same_wrong_answer_is_not_sent_twice()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        int asked = 0;
        using NetSession session = SessionWith(_ =>
        {
            asked++;
            return new("me", "wr0ng");
        });
        await FailAsync(session, server.Uri);

        Assert.Equal(3, asked);
        Assert.Equal([null, "me:wr0ng"], server.Requests.Select(request => request.Basic));
    }

    [Fact]
    public async Task Null_calls_it_off_and_the_next_handshake_asks_again()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        int asked = 0;
        using NetSession session = SessionWith(_ =>
        {
            asked++;
            return null;
        });
        HandshakeException failure = await FailAsync(session, server.Uri);
        await FailAsync(session, server.Uri);

        Assert.Equal((HttpStatusCode.Unauthorized, 2), (failure.StatusCode, asked));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task One_that_throws_fails_the_handshake_and_is_logged()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        await using AskingServer server = WithBasic("me:s3cret");
        using NetSession session = NewSession(options =>
        {
            options.LoggerFactory = factory;
            options.LoginHandler = static (_, _) => throw new InvalidOperationException("no keyring");
        });
        HandshakeException failure = await FailAsync(session, server.Uri);

        Assert.Equal((NetError.InvalidResponse, HttpStatusCode.Unauthorized), (failure.Error, failure.StatusCode));
        Assert.Contains("login handler failed (InvalidOperationException)", failure.Message, StringComparison.Ordinal);
        Assert.Contains(logs.Collector.GetSnapshot(), record => record.Id.Id == 162 && record.Exception?.Message == "no keyring");
    }

    [Fact]
    public async Task Twenty_handshakes_ask_once()
    {
        // All of them have been refused before the answer comes.
        var allAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int refused = 0;
        await using var server = new AskingServer(request =>
        {
            if (request.Basic == "me:s3cret")
                return null;
            if (Interlocked.Increment(ref refused) == 20)
                allAsked.SetResult();
            return Asks("Basic realm=\"test\"");
        });
        int asked = 0;
        using NetSession session = NewSession(options => options.LoginHandler = async (_, token) =>
        {
            Interlocked.Increment(ref asked);
            await allAsked.Task.WaitAsync(token);
            return new("me", "s3cret");
        });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OpenAsync(session, server.Uri)));

        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Twenty_handshakes_with_a_wrong_answer_ask_twice()
    {
        int[] refused = [0, 0];
        await using var server = new AskingServer(request =>
        {
            if (request.Basic == "me:s3cret")
                return null;
            Interlocked.Increment(ref refused[request.Basic is null ? 0 : 1]);
            return Asks("Basic realm=\"test\"");
        });
        int asked = 0;
        NetSession? asking = null;
        using NetSession session = NewSession(options => options.LoginHandler = async (_, token) =>
        {
            int number = Interlocked.Increment(ref asked);
            // Each answer comes when all have met the challenge and wait for it.
            while (Volatile.Read(ref asking) is not { WaitingForLogin: 20 })
            {
                token.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            return new("me", number == 1 ? "wr0ng" : "s3cret");
        });
        Volatile.Write(ref asking, session);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OpenAsync(session, server.Uri)));

        Assert.Equal(2, asked);
        Assert.Equal([20, 20], refused);
    }

    [Fact]
    public async Task A_handshake_that_is_cancelled_ends_at_once_and_so_does_the_question()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using NetSession session = NewSession(options => options.LoginHandler = async (_, token) =>
        {
            waiting.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                ended.SetResult();
            }

            return null;
        });
        using var cancelling = new CancellationTokenSource();
        Task<HandshakeResult> connecting = ConnectAsync(session, Request(server.Uri), cancelling.Token);
        await waiting.Task.WaitAsync(Guard, Token);
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await ended.Task.WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task A_question_goes_on_for_the_others_when_the_one_that_asked_is_cancelled()
    {
        var answer = new TaskCompletionSource<NetworkCredential?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using AskingServer server = WithBasic("me:s3cret");
        int questions = 0;
        CancellationToken token = default;
        using NetSession session = NewSession(options => options.LoginHandler = (_, given) =>
        {
            questions++;
            token = given;
            asked.SetResult();
            return new(answer.Task);
        });
        using var cancelling = new CancellationTokenSource();
        Task<HandshakeResult> first = ConnectAsync(session, Request(server.Uri), cancelling.Token);
        await asked.Task.WaitAsync(Guard, Token);
        Task second = OpenAsync(session, server.Uri);
        while (session.WaitingForLogin < 2)
            await Task.Yield();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(token.IsCancellationRequested);
        answer.SetResult(new("me", "s3cret"));

        await second.WaitAsync(Guard, Token);
        Assert.Equal(1, questions);
    }

    [Fact]
    public async Task The_time_of_an_answer_counts_in_the_handshakes_time_out()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        using NetSession session = NewSession(options => options.LoginHandler = static async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null;
        });
        await using var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions { Session = session, HandshakeTimeout = TimeSpan.FromMilliseconds(300) });
        CloseEvent closed = await socket.Closed.WaitAsync(Guard, Token);

        Assert.Equal((1006, NetError.TimedOut), (closed.Code, closed.Error));
    }

    [Fact]
    public async Task Clearing_while_a_question_is_open_keeps_nothing_of_its_answer()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        var answer = new TaskCompletionSource<NetworkCredential?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int questions = 0;
        using NetSession session = NewSession(options => options.LoginHandler = (_, _) =>
        {
            questions++;
            asked.TrySetResult();
            return new(answer.Task);
        });
        Task first = OpenAsync(session, server.Uri);
        await asked.Task.WaitAsync(Guard, Token);
        await session.ClearAuthCacheAsync();
        answer.SetResult(new("me", "s3cret"));
        await first;
        await OpenAsync(session, server.Uri);

        Assert.Equal(2, questions);
        Assert.Equal([null, "me:s3cret", null, "me:s3cret"], server.Requests.Select(request => request.Basic));
    }

    [Fact]
    public async Task Without_a_handler_nobody_is_asked()
    {
        await using AskingServer server = WithBasic("me:s3cret");
        using NetSession session = SessionWith(_ => new("me", "s3cret"));
        session.SetLoginHandler(null);

        Assert.Equal(HttpStatusCode.Unauthorized, (await FailAsync(session, server.Uri)).StatusCode);
    }

    [Fact]
    public async Task A_disposed_session_takes_no_handler()
    {
        NetSession session = NewSession();
        await session.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => session.SetLoginHandler(null));
        Assert.Throws<ObjectDisposedException>(() => session.Credentials = null);
        await Assert.ThrowsAsync<ObjectDisposedException>(session.ClearAuthCacheAsync);
    }

    [Fact]
    public async Task Who_has_looked_before_an_answer_and_asks_after_it_gets_that_answer()
    {
        var credentials = new SessionCredentials(NullLogger.Instance);
        var key = new AuthKey(AuthTarget.Server(new Uri("ws://server.test/")), AuthScheme.Basic, "r");
        var request = new LoginRequest { Uri = new Uri("ws://server.test/"), Host = "server.test", Scheme = "basic" };
        int asked = 0;
        Task<AuthEntry?> AskAsync() => credentials.AskAsync(key, request, (_, _) => ValueTask.FromResult<NetworkCredential?>(new("me", $"{++asked}")), Token);
        Assert.Null(credentials.Cache.Find(key, configured: null));
        AuthEntry first = (await AskAsync())!;
        Assert.Same(first, await AskAsync());
        Assert.Equal(1, asked);

        // What was refused, and what was forgotten, is asked for anew.
        credentials.Cache.Remove(first);
        Assert.Equal("2", (await AskAsync())!.Credential.Password);
        credentials.Clear();
        Assert.Equal("3", (await AskAsync())!.Credential.Password);
    }
}
