using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>All configurations asked of Chromium, two browsers at a time.</summary>
public sealed class ChromiumProxyAnswers : IAsyncLifetime
{
    private readonly SemaphoreSlim _browsers = new(2);
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, Task<(string Version, IReadOnlyDictionary<string, ProxyObservation> Seen)>> _answers = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>What Chromium does in a configuration. The next one is started with it.</summary>
    /// <param name="name">The configuration.</param>
    public Task<(string Version, IReadOnlyDictionary<string, ProxyObservation> Seen)> GetAsync(string name)
    {
        lock (_lock)
        {
            foreach (ProxyConfiguration configuration in ProxyConfigurations.All.SkipWhile(c => c.Name != name).Take(2))
            {
                if (!_answers.ContainsKey(configuration.Name))
                    _answers[configuration.Name] = AskAsync(configuration);
            }

            return _answers[name];
        }
    }

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_answers.Values).ContinueWith(static _ => { }, TaskScheduler.Default);
        _end.Dispose();
        _browsers.Dispose();
    }

    private async Task<(string Version, IReadOnlyDictionary<string, ProxyObservation> Seen)> AskAsync(ProxyConfiguration configuration)
    {
        await _browsers.WaitAsync(_end.Token);
        try
        {
            return await ChromiumProxies.AskAsync(configuration, _end.Token);
        }
        finally
        {
            _browsers.Release();
        }
    }
}

/// <summary>
/// Chromium is the oracle for proxies: this shows that it still chooses what was recorded of it. <c>NWS_RECORD=1</c> records it anew.
/// </summary>
public sealed class ChromiumProxyTests(ChromiumProxyAnswers chromium) : IClassFixture<ChromiumProxyAnswers>
{
    [Theory]
    [MemberData(nameof(ProxyConfigurations.Rows), MemberType = typeof(ProxyConfigurations))]
    public async Task Chromium_chooses_what_was_recorded(string name)
    {
        SkipUnless.RequireTool("chromium");
        (string version, IReadOnlyDictionary<string, ProxyObservation> seen) = await chromium.GetAsync(name);
        if (ProxyRecording.IsRecording)
        {
            ProxyRecording.Put(name, version, seen);
            return;
        }

        IReadOnlyDictionary<string, ProxyObservation>? recorded = ProxyRecording.Get(name);
        Assert.True(recorded is not null, $"'{name}' was never recorded: run with NWS_RECORD=1.");
        Assert.Equal(Lines(recorded), Lines(seen));
    }

    private static IEnumerable<string> Lines(IReadOnlyDictionary<string, ProxyObservation> seen) =>
        seen.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} -> {s.Value}");
}
