using System.Diagnostics.CodeAnalysis;
using NetWebSockets.Telemetry;
using Polly;

namespace NetWebSockets.Connections;

/// <summary>
/// The loop of a connection: attempts in the connect pipeline until one is stable, then its drop, then again. One execution of the pipeline
/// lasts until a connection has been stable, so that a server which accepts and drops meets the pipeline's backoff like one that refuses.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Its token sources have neither a timer nor a wait handle, and may be cancelled after the end: there is nothing to free.")]
internal sealed partial class ConnectionRunner
{
    private readonly ConnectionSettings _settings;
    private readonly ConnectionHooks _hooks;
    private readonly StateNotifier _notifier;
    private readonly OutboundPacer? _pacer;

    // Held by the socket that delivers a message, where there may be two.
    private readonly SemaphoreSlim? _turn;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guarded by the lock.
    private TaskCompletionSource _whenReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _cycle;
    private Task? _run;
    private LiveSocket? _live;
    private bool _ready;
    private bool _isClosing;
    private bool _ended;
    private Exception? _endCause;
    private Exception? _failing;
    private volatile ConnectionState _state;

    // Touched by the loop only.
    private ConnectionFailure? _lastFailure;
    private CancellationToken _cycleToken;
    private int _attempt;
    private bool _wasReady;
    private bool _retriedNow;
    private long _drops;
    private int _attempting;

    public ConnectionRunner(ConnectionSettings settings, ConnectionHooks hooks, StateNotifier notifier)
    {
        _settings = settings;
        _hooks = hooks;
        _notifier = notifier;
        _pacer = OutboundPacer.Create(settings.Rules.Limits, settings.TimeProvider);
        _turn = settings.Rules.MayOverlap ? new SemaphoreSlim(1, 1) : null;
        Sends = new SendQueue(settings, _pacer);
    }

    public SendQueue Sends { get; }

    public ConnectionState State => _state;

    public Task Closed => _closed.Task;

    /// <summary>Starts when not started, and waits until ready.</summary>
    public Task ConnectAsync(CancellationToken token)
    {
        Task ready;
        lock (_lock)
        {
            if (_ended || _isClosing)
                return Task.FromException(EndedException());
            Start();
            ready = _whenReady.Task;
        }

        return ready.WaitAsync(token);
    }

    /// <summary>Drops the present socket, or cuts a wait short, and waits until ready again.</summary>
    public Task ReconnectAsync(CancellationToken token)
    {
        Task ready;
        CancellationTokenSource? cycle;
        lock (_lock)
        {
            if (_ended || _isClosing)
                return Task.FromException(EndedException());
            cycle = _cycle;
            Start();
            if (_whenReady.Task.IsCompleted)
                _whenReady = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ready = _whenReady.Task;
        }

        cycle?.Cancel();
        return ready.WaitAsync(token);
    }

    /// <summary>Ends the connection for good, as failed, whatever it is at.</summary>
    public void Fail(Exception cause)
    {
        CancellationTokenSource? cycle;
        lock (_lock)
        {
            if (_ended || _isClosing || _failing is not null)
                return;
            _failing = cause;
            cycle = _cycle;
            Start();
        }

        cycle?.Cancel();
    }

    private void Start()
    {
        if (_run is not null)
            return;
        // What flows with the first caller (its activity, its locals) has no business in a loop that may live for months.
        using (ExecutionContext.SuppressFlow())
            _run = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        Exception? cause = null;
        try
        {
            while (BeginCycle())
            {
                Outcome<AttemptResult> outcome = await ExecutePipelineAsync().ConfigureAwait(false);
                if (IsClosing)
                    break;
                if (outcome.Result?.Live is not { } live)
                {
                    if (_cycleToken.IsCancellationRequested)
                        continue; // ReconnectAsync cut a wait or an attempt short.
                    cause = outcome.Result?.Fatal?.Exception ?? outcome.Exception ?? new ConnectionException("The connect pipeline ended without a result.");
                    break;
                }

                live = await UntilGoneAsync(live, Timeout.InfiniteTimeSpan).ConfigureAwait(false);
                ConnectionFailure drop = await DropAsync(live).ConfigureAwait(false);
                if (IsClosing)
                    break;
                FailureAction action = Decide(drop);
                if (action == FailureAction.Fatal)
                {
                    cause = drop.Exception;
                    break;
                }

                if (action is not (FailureAction.RetryNow or FailureAction.Resume))
                    await SpreadAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            cause = e; // Of a strategy in the user's pipeline, or a defect of ours: either ends the connection, and is told as its cause.
        }

        End(IsClosing ? null : Failing ?? cause);
    }

    private bool IsClosing
    {
        get
        {
            lock (_lock)
                return _isClosing;
        }
    }

    private Exception? Failing
    {
        get
        {
            lock (_lock)
                return _failing;
        }
    }

    private bool BeginCycle()
    {
        lock (_lock)
        {
            if (_isClosing || _ended || _failing is not null)
                return false;
            // Not disposed: it has no timer and no registration of its own that outlives what waits on it.
            _cycle = new CancellationTokenSource();
            _cycleToken = _cycle.Token;
            return true;
        }
    }

    private void CancelCycle()
    {
        CancellationTokenSource? cycle;
        lock (_lock)
            cycle = _cycle;
        cycle?.Cancel();
    }

    private async ValueTask<Outcome<AttemptResult>> ExecutePipelineAsync()
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(ConnectPipelines.Name, _cycleToken);
        try
        {
            return await _settings.Pipeline.ExecuteOutcomeAsync(
                static (context, runner) => runner.AttemptAsync(context.CancellationToken), context, this).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    // One call of the pipeline.
    private async ValueTask<Outcome<AttemptResult>> AttemptAsync(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _attempting, 1) != 0)
            return Outcome.FromException<AttemptResult>(new InvalidOperationException(
                "The connect pipeline started an attempt while another one ran. A connection has one socket at a time: take hedging out of its pipeline."));
        try
        {
            while (true)
            {
                (LiveSocket? live, ConnectionFailure? failure) = await OpenAsync(token).ConfigureAwait(false);
                if (live is not null)
                {
                    live = await UntilGoneAsync(live, _settings.StableAfter).ConfigureAwait(false);
                    if (!live.Gone.IsCompleted && !_cycleToken.IsCancellationRequested)
                    {
                        _attempt = 0;
                        _retriedNow = false;
                        return Outcome.FromResult(new AttemptResult(live, null));
                    }

                    failure = await DropAsync(live).ConfigureAwait(false);
                    _cycleToken.ThrowIfCancellationRequested();
                }

                FailureAction action = Decide(failure!);
                if (action == FailureAction.Fatal)
                    return Outcome.FromResult(new AttemptResult(null, failure));
                if (action is FailureAction.RetryNow or FailureAction.Resume && !token.IsCancellationRequested && !IsClosing)
                    continue;
                return Outcome.FromException<AttemptResult>(failure!.Exception);
            }
        }
        catch (Exception e)
        {
            return Outcome.FromException<AttemptResult>(e); // Goes to the pipeline.
        }
        finally
        {
            Volatile.Write(ref _attempting, 0);
        }
    }

    private FailureAction Decide(ConnectionFailure failure)
    {
        _lastFailure = failure;
        FailureAction action = FailureAction.Default;
        try
        {
            action = _settings.ClassifyFailure?.Invoke(failure) ?? FailureAction.Default;
        }
        catch (Exception e)
        {
            Log.ClassifierFailed(_settings.Logger, e); // The built-in table decides.
        }

        if (!IsAction(action))
            action = ByContract(failure);
        if (!IsAction(action))
            action = FailureClassifier.Classify(failure, canRefresh: _settings.Endpoint is not null);
        if (action == FailureAction.NewSession)
        {
            Log.NewSession(_settings.Logger, _settings.Name);
            Tell(static hooks => hooks.OnNewSession());
        }

        if (action is not (FailureAction.RetryNow or FailureAction.Resume))
            return action;
        if (_retriedNow)
            return FailureAction.Retry;
        _retriedNow = true;
        return action;
    }

    private static bool IsAction(FailureAction action) => action is > FailureAction.Default and <= FailureAction.Resume;

    // What a script says of itself goes before what the contract says of close codes.
    private FailureAction ByContract(ConnectionFailure failure) =>
        failure.Exception.InnerException is FatalScriptException ? FailureAction.Fatal : _settings.Rules.Classify?.Invoke(failure) ?? FailureAction.Default;

    private void Tell(Action<ConnectionHooks> what)
    {
        try
        {
            what(_hooks);
        }
        catch (Exception e)
        {
            Log.HookFailed(_settings.Logger, e); // The connection goes on.
        }
    }

    // RFC 6455, section 7.2.3: the first reconnect after a drop comes after a random delay.
    private async ValueTask SpreadAsync()
    {
        TimeSpan wait = _settings.ReconnectSpread * Random.Shared.NextDouble();
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, _settings.TimeProvider, _cycleToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Enter(ConnectionState state, Exception? cause = null)
    {
        lock (_lock)
        {
            ConnectionState previous = _state;
            if (_ended || previous == state)
                return;
            _state = state;
            _notifier.Tell(new ConnectionStateChange(previous, state, cause, _attempt));
        }
    }
}
