using NetWebSockets.InteropTests.Chromium;
using NetWebSockets.TestServers;
using Protocols.Cdp;
using Xunit;

namespace NetWebSockets.InteropTests.Protocols;

/// <summary>The sample's contract of the DevTools Protocol drives Debian's headless Chromium.</summary>
public sealed class CdpTests(ChromiumBrowser browser) : IClassFixture<ChromiumBrowser>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_browser_tells_its_version()
    {
        await using CdpClient cdp = await ConnectAsync();
        Assert.Equal(ConnectionState.Ready, cdp.State);
        BrowserVersion version = await cdp.GetVersionAsync(Token).Soon();
        Assert.Contains("Chrom", version.Product, StringComparison.Ordinal);
        Assert.Equal("1.3", version.ProtocolVersion);
        Assert.Contains("Mozilla/5.0", version.UserAgent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_target_navigates_to_a_page_and_tells_its_events_and_its_title()
    {
        await using CdpClient root = await ConnectAsync();
        await using KestrelServer server = await KestrelServer.StartNewAsync(new()
        {
            Pages = { ["/page"] = "<!doctype html><title>Grüezi, 👋</title><p>a page of the test's" },
        });
        CreatedTarget target = await root.CreateTargetAsync("about:blank", Token).Soon();
        await using CdpClient page = await CdpClient.ConnectAsync(browser.PageEndpoint(target.TargetId), Token).Soon();

        // Registered before anything is asked: no event can slip between.
        await using MessageStream<LoadEvent> loads = page.LoadEvents();
        await using MessageStream<FrameNavigated> navigations = page.FramesNavigated();
        await using MessageStream<UnknownMessage> unknown = page.UnknownMessages();
        await page.EnablePageAsync(cancellationToken: Token).Soon();
        string url = server.HttpUri("/page").ToString();
        NavigateResult navigated = await page.NavigateAsync(url, cancellationToken: Token).Soon();
        Assert.Null(navigated.ErrorText);

        FrameNavigated navigation = await navigations.NextAsync();
        while (navigation.Params.Frame.Url != url)
            navigation = await navigations.NextAsync(); // about:blank may come first.
        Assert.Equal(navigated.FrameId, navigation.Params.Frame.Id);
        LoadEvent load = await loads.NextAsync(); // Of about:blank, perhaps.
        Assert.Null(load.SessionId);
        Assert.True(load.Params.Timestamp > 0);
        EvaluateResult title = await page.EvaluateAsync(
            "new Promise(done => document.readyState == 'complete' ? done(document.title) : addEventListener('load', () => done(document.title)))",
            awaitPromise: true,
            cancellationToken: Token).Soon();
        Assert.Equal(("string", "Grüezi, 👋"), (title.Result.Type, title.Result.Value!.Value.GetString()));

        // An event of the page's that the contract does not have.
        UnknownMessage message = await unknown.NextAsync();
        Assert.StartsWith("Page.", message.Discriminator, StringComparison.Ordinal);
        Assert.Null(message.Error);
        Assert.True(message.IsText);
        await root.CloseTargetAsync(target.TargetId, Token).Soon();
    }

    [Fact]
    public async Task Many_calls_at_once_each_get_their_own_result()
    {
        await using CdpClient root = await ConnectAsync();
        string session = await AttachAsync(root);

        // Later calls are done first: their replies come out of order.
        Task<EvaluateResult>[] calls = [.. Enumerable.Range(0, 50).Select(i => root.EvaluateAsync(
            $"new Promise(done => setTimeout(() => done({i}), {(50 - i) * 2}))", awaitPromise: true, session: session, cancellationToken: Token))];
        EvaluateResult[] results = await Task.WhenAll(calls).Soon();
        Assert.Equal(Enumerable.Range(0, 50), results.Select(static r => r.Result.Value!.Value.GetInt32()));
    }

    [Fact]
    public async Task What_the_browser_refuses_fails_its_own_call_with_an_error_that_has_a_type()
    {
        await using CdpClient root = await ConnectAsync();
        CallErrorException<CdpError> error = await Assert.ThrowsAsync<CallErrorException<CdpError>>(() => root.CloseTargetAsync("nowhere", Token).Soon());
        Assert.Equal(("Target.closeTarget", SendOutcome.Sent), (error.Method, error.Outcome));
        Assert.Equal((-32602, "No target with given id found"), (error.Error.Code, error.Error.Message));
        Assert.Equal("-32602", error.Code);

        // A page's method, without a page; and in a session that there is not, which the browser does not name in its answer.
        error = await Assert.ThrowsAsync<CallErrorException<CdpError>>(() => root.EnablePageAsync(cancellationToken: Token).Soon());
        Assert.Equal(-32601, error.Error.Code);
        Assert.Contains("Page.enable", error.Error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<CallErrorException<CdpError>>(() => root.EnablePageAsync("nobody's", Token).Soon());
        Assert.Equal((-32001, "Session with given id not found."), (error.Error.Code, error.Error.Message));

        // What a script throws is a result.
        EvaluateResult thrown = await root.EvaluateAsync("throw new Error('no')", session: await AttachAsync(root), cancellationToken: Token).Soon();
        Assert.StartsWith("Uncaught", thrown.ExceptionDetails!.Text, StringComparison.Ordinal);
        Assert.NotEqual("", (await root.GetVersionAsync(Token).Soon()).Product);
    }

    [Fact]
    public async Task Two_sessions_on_one_socket_have_calls_and_events_of_their_own()
    {
        await using CdpClient root = await ConnectAsync();
        string[] sessions = [await AttachAsync(root), await AttachAsync(root)];
        await using MessageStream<ConsoleCalled> said = root.ConsoleCalls();
        foreach (string session in sessions)
            await root.EnableRuntimeAsync(session, Token).Soon();

        await Task.WhenAll(sessions.Select((s, i) => root.EvaluateAsync($"window.mine = {i}", session: s, cancellationToken: Token))).Soon();
        Task<EvaluateResult>[] calls = [.. Enumerable.Range(0, 200).Select(i => root.EvaluateAsync(
            $"console.log(window.mine, {i}), window.mine * 1000 + {i}", session: sessions[i % 2], cancellationToken: Token))];
        int[] values = [.. (await Task.WhenAll(calls).Soon()).Select(static r => r.Result.Value!.Value.GetInt32())];
        Assert.Equal(Enumerable.Range(0, 200).Select(static i => ((i % 2) * 1000) + i), values);

        List<(string Session, int Mine, int Number)> lines = [];
        while (lines.Count < 200)
        {
            ConsoleCalled line = await said.NextAsync();
            lines.Add((line.SessionId!, line.Params.Args[0].Value!.Value.GetInt32(), line.Params.Args[1].Value!.Value.GetInt32()));
        }

        for (int i = 0; i < 2; i++)
            Assert.Equal(Enumerable.Range(0, 100).Select(n => (sessions[i], i, (n * 2) + i)), lines.Where(l => l.Session == sessions[i]));

        // One of them navigates: the events are its own. about:blank may not have told of its own load yet.
        await using MessageStream<FrameNavigated> navigations = root.FramesNavigated();
        foreach (string session in sessions)
            await root.EnablePageAsync(session, Token).Soon();
        await root.NavigateAsync("data:text/html,x", sessions[1], Token).Soon();
        FrameNavigated navigation = await navigations.NextAsync();
        while (navigation.Params.Frame.Url == "about:blank")
            navigation = await navigations.NextAsync();
        Assert.Equal(("data:text/html,x", sessions[1]), (navigation.Params.Frame.Url, navigation.SessionId));
    }

    [Fact]
    public async Task A_session_that_is_detached_ends_and_the_other_one_goes_on()
    {
        await using CdpClient root = await ConnectAsync();
        string[] sessions = [await AttachAsync(root), await AttachAsync(root)];
        await using MessageStream<DetachedFromTarget> detached = root.Detached();
        await root.DetachFromTargetAsync(sessions[0], Token).Soon();
        Assert.Equal(sessions[0], (await detached.NextAsync()).SessionId);
        CallErrorException<CdpError> error = await Assert.ThrowsAsync<CallErrorException<CdpError>>(() => root.EvaluateAsync("1", session: sessions[0], cancellationToken: Token).Soon());
        Assert.Equal(-32001, error.Error.Code);
        Assert.Equal(1, (await root.EvaluateAsync("1", session: sessions[1], cancellationToken: Token).Soon()).Result.Value!.Value.GetInt32());
    }

    [Fact]
    public async Task Targets_that_are_made_are_told_to_whoever_asks()
    {
        await using CdpClient root = await ConnectAsync();
        await using MessageStream<TargetCreated> created = root.TargetCreated();
        await root.SetDiscoverTargetsAsync(true, Token).Soon();
        CreatedTarget target = await root.CreateTargetAsync("about:blank", Token).Soon();
        TargetCreated told = await created.NextAsync();
        while (told.TargetInfo.TargetId != target.TargetId)
            told = await created.NextAsync(); // Those that are there already come first.
        Assert.Equal("page", told.TargetInfo.Type);
    }

    [Fact]
    public async Task A_page_that_goes_away_fails_the_pending_call_at_once()
    {
        await using CdpClient root = await ConnectAsync();
        CreatedTarget target = await root.CreateTargetAsync("about:blank", Token).Soon();
        await using CdpClient page = await CdpClient.ConnectAsync(browser.PageEndpoint(target.TargetId), Token).Soon();
        Task<EvaluateResult> never = page.EvaluateAsync("new Promise(() => {})", awaitPromise: true, cancellationToken: Token);
        await page.EnablePageAsync(cancellationToken: Token).Soon(); // A reply after the request: the request is in the browser.
        await root.CloseTargetAsync(target.TargetId, Token).Soon();
        CallException failure = await Assert.ThrowsAnyAsync<CallException>(() => never.Soon());
        Assert.Equal(("Runtime.evaluate", SendOutcome.Sent), (failure.Method, failure.Outcome));
    }

    [Fact]
    public async Task A_browser_that_dies_fails_the_calls_of_every_session_at_once()
    {
        SkipUnless.RequireTool("chromium");
        ChromiumBrowser mortal = new();
        await using CdpClient root = await StartAsync(mortal);
        string[] sessions = [await AttachAsync(root), await AttachAsync(root)];
        Following states = new(root);
        Task<EvaluateResult>[] never = [.. sessions.Select(s => root.EvaluateAsync("new Promise(() => {})", awaitPromise: true, session: s, cancellationToken: Token))];
        await root.GetVersionAsync(Token).Soon();
        await mortal.DisposeAsync();
        foreach (Task<EvaluateResult> call in never)
        {
            CallException failure = await Assert.ThrowsAsync<CallException>(() => call.Soon());
            Assert.Equal(("Runtime.evaluate", SendOutcome.Sent), (failure.Method, failure.Outcome));
        }

        await states.ReachesAsync(ConnectionState.Disconnected);

        // What is called now waits for a browser, for as long as it is given.
        using CancellationTokenSource patience = new();
        Task<BrowserVersion> waiting = root.GetVersionAsync(patience.Token);
        Assert.False(waiting.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
    }

    private async Task<CdpClient> ConnectAsync()
    {
        browser.Require();
        return await CdpClient.ConnectAsync(browser.Endpoint!, Token).Soon();
    }

    private static async Task<CdpClient> StartAsync(ChromiumBrowser browser)
    {
        await browser.InitializeAsync();
        return await CdpClient.ConnectAsync(QuickOptions.For(browser.Endpoint!), Token).Soon();
    }

    // A page of its own, and a session with it.
    private static async Task<string> AttachAsync(CdpClient root)
    {
        CreatedTarget target = await root.CreateTargetAsync("about:blank", Token).Soon();
        return (await root.AttachToTargetAsync(target.TargetId, cancellationToken: Token).Soon()).SessionId;
    }
}
