using System.Text.Json;
using NetWebSockets.InteropTests.Chromium;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Cdp;

/// <summary>A typed client drives Debian's headless Chromium.</summary>
public sealed class CdpTests(ChromiumBrowser browser) : IClassFixture<ChromiumBrowser>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_browser_tells_its_version()
    {
        browser.Require();
        await using CdpClient cdp = await CdpClient.ConnectAsync(browser.Endpoint!, Token).WaitAsync(Limit, Token);
        Assert.Equal(ConnectionState.Ready, cdp.State);
        BrowserVersion version = await cdp.GetBrowserVersionAsync(Token).WaitAsync(Limit, Token);
        Assert.Contains("Chrom", version.Product, StringComparison.Ordinal);
        Assert.Equal("1.3", version.ProtocolVersion);
        Assert.Contains("Mozilla/5.0", version.UserAgent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_target_navigates_to_a_page_and_tells_its_load_events_and_its_title()
    {
        browser.Require();
        await using KestrelServer server = await KestrelServer.StartNewAsync(new()
        {
            Pages = { ["/page"] = "<!doctype html><title>Grüezi, 👋</title><p>a page of the test's" },
        });
        await using CdpClient root = await CdpClient.ConnectAsync(browser.Endpoint!, Token).WaitAsync(Limit, Token);
        CreatedTarget target = await root.CreateTargetAsync("about:blank", Token).WaitAsync(Limit, Token);
        await using CdpClient page = await CdpClient.ConnectAsync(browser.PageEndpoint(target.TargetId), Token).WaitAsync(Limit, Token);

        // Registered before anything is asked: no event can slip between.
        await using MessageStream<LoadEventFired> loads = page.LoadEventFiredMessages();
        await using MessageStream<DomContentEventFired> ready = page.DomContentEventFiredMessages();
        await using MessageStream<FrameNavigated> navigations = page.FrameNavigatedMessages();
        await page.EnablePageAsync(Token).WaitAsync(Limit, Token);
        string url = server.HttpUri("/page").ToString();
        Navigated navigated = await page.NavigateAsync(url, Token).WaitAsync(Limit, Token);
        Assert.Null(navigated.ErrorText);

        FrameNavigated navigation = await navigations.ReadAsync(Token).AsTask().WaitAsync(Limit, Token);
        while (navigation.Params.Frame.Url != url)
            navigation = await navigations.ReadAsync(Token).AsTask().WaitAsync(Limit, Token); // about:blank may come first.
        Assert.Equal(navigated.FrameId, navigation.Params.Frame.Id);

        DomContentEventFired dom = await ready.ReadAsync(Token).AsTask().WaitAsync(Limit, Token);
        LoadEventFired load = await loads.ReadAsync(Token).AsTask().WaitAsync(Limit, Token);
        Assert.True(dom.Params.Timestamp <= load.Params.Timestamp);
        Assert.True(load.Params.Timestamp > 0);

        Evaluation title = await page.EvaluateAsync("document.title", cancellationToken: Token).WaitAsync(Limit, Token);
        Assert.Equal("string", title.Result.Type);
        Assert.Equal("Grüezi, 👋", title.Result.Value.GetString());

        TargetClosing closing = await root.CloseTargetAsync(target.TargetId, Token).WaitAsync(Limit, Token);
        Assert.True(closing.Success);
    }

    [Fact]
    public async Task Many_calls_at_once_each_get_their_own_result()
    {
        browser.Require();
        await using CdpClient root = await CdpClient.ConnectAsync(browser.Endpoint!, Token).WaitAsync(Limit, Token);
        CreatedTarget target = await root.CreateTargetAsync("about:blank", Token).WaitAsync(Limit, Token);
        await using CdpClient page = await CdpClient.ConnectAsync(browser.PageEndpoint(target.TargetId), Token).WaitAsync(Limit, Token);

        // Later calls are done first: their replies come out of order.
        Task<Evaluation>[] calls = [.. Enumerable.Range(0, 50).Select(i => page.EvaluateAsync(
            $"new Promise(done => setTimeout(() => done({i}), {(50 - i) * 2}))", awaitPromise: true, cancellationToken: Token))];
        Evaluation[] results = await Task.WhenAll(calls).WaitAsync(Limit, Token);
        Assert.Equal(Enumerable.Range(0, 50), results.Select(r => r.Result.Value.GetInt32()));
    }

    [Fact]
    public async Task A_wrong_method_fails_its_own_call_with_the_browsers_error()
    {
        browser.Require();
        await using CdpClient cdp = await CdpClient.ConnectAsync(browser.Endpoint!, Token).WaitAsync(Limit, Token);
        CallErrorException error = await Assert.ThrowsAsync<CallErrorException>(() => cdp.FlyPageAsync(Token).WaitAsync(Limit, Token));
        Assert.Equal("Page.fly", error.Method);
        Assert.Equal(SendOutcome.Sent, error.Outcome);
        CdpError detail = JsonSerializer.Deserialize(error.ErrorJson.Span, CdpJson.Default.CdpError)!;
        Assert.Equal(-32601, detail.Code);
        Assert.Contains("Page.fly", detail.Message, StringComparison.Ordinal);

        BrowserVersion version = await cdp.GetBrowserVersionAsync(Token).WaitAsync(Limit, Token);
        Assert.NotEqual("", version.Product);
    }

    [Fact]
    public async Task An_event_that_no_record_takes_goes_to_the_unknown_messages()
    {
        browser.Require();
        await using CdpClient root = await CdpClient.ConnectAsync(browser.Endpoint!, Token).WaitAsync(Limit, Token);
        CreatedTarget target = await root.CreateTargetAsync("about:blank", Token).WaitAsync(Limit, Token);
        await using CdpClient page = await CdpClient.ConnectAsync(browser.PageEndpoint(target.TargetId), Token).WaitAsync(Limit, Token);
        await using MessageStream<UnknownMessage> unknown = page.UnknownMessages();
        await page.EnablePageAsync(Token).WaitAsync(Limit, Token);
        await page.NavigateAsync("data:text/html,<title>x</title>", Token).WaitAsync(Limit, Token);
        UnknownMessage message = await unknown.ReadAsync(Token).AsTask().WaitAsync(Limit, Token);
        Assert.StartsWith("Page.", message.Discriminator, StringComparison.Ordinal);
        Assert.Null(message.Error);
        Assert.True(message.IsText);
    }

    [Fact]
    public async Task A_target_that_goes_away_fails_the_pending_call_at_once()
    {
        browser.Require();
        await using CdpClient root = await CdpClient.ConnectAsync(browser.Endpoint!, Token).WaitAsync(Limit, Token);
        CreatedTarget target = await root.CreateTargetAsync("about:blank", Token).WaitAsync(Limit, Token);
        await using CdpClient page = await CdpClient.ConnectAsync(browser.PageEndpoint(target.TargetId), Token).WaitAsync(Limit, Token);
        Task<Evaluation> never = page.EvaluateAsync("new Promise(() => {})", awaitPromise: true, cancellationToken: Token);
        await page.EnablePageAsync(Token).WaitAsync(Limit, Token); // A reply after the request: the request is in the browser.
        await root.CloseTargetAsync(target.TargetId, Token).WaitAsync(Limit, Token);
        CallException failure = await Assert.ThrowsAnyAsync<CallException>(() => never.WaitAsync(Limit, Token));
        Assert.Equal("Runtime.evaluate", failure.Method);
        Assert.NotEqual(SendOutcome.NotSent, failure.Outcome);
    }
}
