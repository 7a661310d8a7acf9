using System.Net;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>
/// A proxy script that is fetched when it is first asked, and again when it has become old. Questions that come together share one fetch;
/// who gives up waiting ends nothing but the own wait. No timer runs: age is looked at when a question comes.
/// </summary>
/// <param name="address">Where it is.</param>
/// <param name="isMandatory">Whether connections fail while there is none that works.</param>
/// <param name="engine">What runs it.</param>
/// <param name="network">How it is fetched, and how it looks up hosts.</param>
internal sealed class FetchedProxyScript(Uri address, bool isMandatory, IProxyScriptEngine engine, SessionNetwork network) : ProxyScriptSource
{
    /// <summary>How old a script may become, as Chromium has it.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(12);

    /// <summary>How long a look-up of the script may take.</summary>
    public static readonly TimeSpan LookupTimeLimit = TimeSpan.FromSeconds(10);

    // How long a failure is remembered: after the first, the second, and every further one in a row.
    private static readonly TimeSpan[] RetryDelays = [TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(32), TimeSpan.FromMinutes(2)];

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly ProxyScriptFetcher _fetcher = new(network);
    private readonly LocalAddresses _localAddresses = new(network.Resolver);
    private Task<Loaded>? _loading;
    private int _loads;
    private Loaded? _loaded;
    private bool _isDisposed;

    private string Name => ProxyScriptFetcher.NameOf(address);

    /// <inheritdoc/>
    public override async ValueTask<string?> FindProxyAsync(Uri uri, CancellationToken cancellationToken)
    {
        Loaded loaded = await GetAsync(cancellationToken).ConfigureAwait(false);
        if (loaded.Script is null)
            return isMandatory ? throw Again(loaded.Failure!) : null;

        ProxyScriptAddress asked = ProxyScriptAddress.Of(uri);
        try
        {
            return await loaded.Script.FindProxyAsync(asked.Url, asked.Host, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (isMandatory && !IsCancelled(failure, cancellationToken))
        {
            throw new HandshakeException(NetError.PacScriptFailed, $"The proxy script {Name} failed for '{asked.Host}': {failure.Message}", failure);
        }
        catch (Exception failure) when (!IsCancelled(failure, cancellationToken))
        {
            Log.ProxyScriptIgnored(network.Logger, asked.Host, $"{Name}: {failure.Message}");
            return null;
        }
    }

    /// <inheritdoc/>
    public override async Task ReloadAsync(CancellationToken cancellationToken)
    {
        Task<Loaded> loading;
        lock (_lock)
            loading = StartLoad();
        Loaded loaded = await WaitAsync(loading, cancellationToken).ConfigureAwait(false);
        if (loaded.Failure is { } failure)
            throw Again(failure);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        _ended.Cancel();
        _ended.Dispose();
    }

    // An exception that several callers wait for would be changed by each of them.
    private static HandshakeException Again(HandshakeException failure) => new(failure.Error, failure.Message, failure);

    private static bool IsCancelled(Exception failure, CancellationToken cancellationToken) =>
        failure is OperationCanceledException && cancellationToken.IsCancellationRequested;

    private static HandshakeException Ended() =>
        new(NetError.Aborted, "The proxy settings were replaced, or the session was disposed, while the proxy script was being fetched.");

    private static async Task<Loaded> WaitAsync(Task<Loaded> loading, CancellationToken cancellationToken)
    {
        try
        {
            return await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Ended();
        }
    }

    private ValueTask<Loaded> GetAsync(CancellationToken cancellationToken)
    {
        Task<Loaded> loading;
        lock (_lock)
        {
            if (_loaded is { } loaded)
            {
                if (network.TimeProvider.GetElapsedTime(loaded.At) < loaded.Age)
                    return new(loaded);
                loading = _loading ?? StartLoad();
                // Meanwhile the old script answers, or there is none, as before. Only who must have a script waits for it.
                if (loaded.Script is not null || !isMandatory)
                    return new(loaded);
            }
            else
            {
                loading = _loading ?? StartLoad();
            }
        }

        return new(WaitAsync(loading, cancellationToken));
    }

    // Under the lock. A load that is under way is waited for, since it may have read what was before.
    private Task<Loaded> StartLoad()
    {
        if (_isDisposed)
            throw Ended();
        Task<Loaded>? former = _loading;
        int number = ++_loads;
        CancellationToken ended = _ended.Token;
        return _loading = Task.Run(() => LoadAsync(number, former, ended), ended);
    }

    private async Task<Loaded> LoadAsync(int number, Task<Loaded>? former, CancellationToken cancellationToken)
    {
        if (former is not null)
            await former.WaitAsync(cancellationToken).ConfigureAwait(false);
        Loaded? old;
        lock (_lock)
            old = _loaded;
        Loaded loaded;
        try
        {
            loaded = await FetchAsync(old, cancellationToken).ConfigureAwait(false);
        }
        catch (HandshakeException failure)
        {
            loaded = Failed(old, failure);
        }

        lock (_lock)
        {
            _loaded = loaded;
            if (_loads == number)
                _loading = null;
        }

        return loaded;
    }

    private async Task<Loaded> FetchAsync(Loaded? old, CancellationToken cancellationToken)
    {
        string text = await _fetcher.FetchAsync(address, cancellationToken).ConfigureAwait(false);
        if (old?.Script is not null && old.Text == text)
            return new(old.Script, text, null, network.TimeProvider.GetTimestamp(), MaxAge, Failures: 0);
        try
        {
            IProxyScript script = await engine.CompileAsync(text, CreateContext(), cancellationToken).ConfigureAwait(false);
            Log.ProxyScriptLoaded(network.Logger, Name, text.Length);
            return new(script, text, null, network.TimeProvider.GetTimestamp(), MaxAge, Failures: 0);
        }
        catch (ProxyScriptException failure)
        {
            throw new HandshakeException(NetError.PacScriptFailed, $"The proxy script {Name} cannot be used: {failure.Message}", failure);
        }
        catch (Exception failure) when (!IsCancelled(failure, cancellationToken))
        {
            // The engine may be anybody's: what it throws must not end in a load that never succeeds and never fails.
            throw new HandshakeException(NetError.PacScriptFailed, $"The proxy script {Name} cannot be used: the script engine failed: {failure.Message}", failure);
        }
    }

    private Loaded Failed(Loaded? old, HandshakeException failure)
    {
        int failures = (old?.Failures ?? 0) + 1;
        TimeSpan age = RetryDelays[Math.Min(failures, RetryDelays.Length) - 1];
        if (old?.Script is not null)
            Log.ProxyScriptKept(network.Logger, failure.Message);
        else if (isMandatory)
            Log.ProxyScriptMissing(network.Logger, failure.Message);
        else
            Log.ProxyScriptAbsent(network.Logger, failure.Message);
        return new(old?.Script, old?.Text, failure, network.TimeProvider.GetTimestamp(), age, failures);
    }

    private ProxyScriptContext CreateContext() => new()
    {
        Name = Name,
        TimeProvider = network.TimeProvider,
        ResolveHost = ResolveAsync,
        GetLocalAddresses = _localAddresses.FindAsync,
        Alert = message => Log.ProxyScriptAlert(network.Logger, message),
    };

    private async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        using var timeLimit = new CancellationTokenSource(LookupTimeLimit, network.TimeProvider);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeLimit.Token);
        try
        {
            // Not every resolver of the platform can be interrupted.
            return await network.Resolver.ResolveAsync(host, ending.Token).AsTask().WaitAsync(ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeLimit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Log.ProxyScriptLookupFailed(network.Logger, host, "it took too long");
            return [];
        }
        catch (Exception failure) when (!IsCancelled(failure, cancellationToken))
        {
            // No such host, or what the script made up cannot be a host name: scripts are told that it has no address.
            Log.ProxyScriptLookupFailed(network.Logger, host, failure.Message);
            return [];
        }
    }

    /// <summary>What the last load left.</summary>
    /// <param name="Script">The script in use; null when there is none.</param>
    /// <param name="Text">Its text.</param>
    /// <param name="Failure">Why the last load failed; null when it did not.</param>
    /// <param name="At">When that was.</param>
    /// <param name="Age">How long it counts.</param>
    /// <param name="Failures">How many loads in a row have failed.</param>
    private sealed record Loaded(IProxyScript? Script, string? Text, HandshakeException? Failure, long At, TimeSpan Age, int Failures);
}
