using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Jint;
using Jint.Constraints;
using Jint.Native;
using Jint.Runtime;

namespace NetWebSockets.Pac;

/// <summary>
/// A script, parsed once. Every question gets an engine of its own, so that none can spoil another. A script cannot wait: when it asks for a
/// host that has not been looked up yet, the run is given up, the host is looked up with no thread waiting, and the script starts over with the answer
/// at hand, as in Chromium.
/// </summary>
/// <param name="script">The parsed script.</param>
/// <param name="context">What it may ask.</param>
/// <param name="limits">Its limits.</param>
#pragma warning disable CA1001 // See _slots.
internal sealed class PacScript(Prepared<Acornima.Ast.Script> script, ProxyScriptContext context, PacScriptEngineOptions limits) : IProxyScript
#pragma warning restore CA1001
{
    private const string Name = "FindProxyForURL";

    // Never the whole time: a script that is caught in one expression leaves no time for its own error.
    private static readonly TimeSpan MaxRegexTime = TimeSpan.FromSeconds(1);

    // Limits are looked at between statements. A single built-in function that takes longer than this on top is not waited for.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    // Their memory and their waiting are beyond the limits, and no proxy script needs them.
    private static readonly string[] Withheld =
    [
        "ArrayBuffer", "SharedArrayBuffer", "Atomics", "DataView", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array",
        "Uint32Array", "Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "BigInt",
    ];

    // Never disposed, as nothing uses its wait handle: runs may still end after the script is gone.
    private readonly SemaphoreSlim _slots = new(limits.MaxConcurrency, limits.MaxConcurrency);

    /// <summary>Loads the script once, and sees whether it has a function to ask.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Done when it has.</returns>
    /// <exception cref="ProxyScriptException">It fails, or has none.</exception>
    public async ValueTask CheckAsync(CancellationToken cancellationToken) =>
        await RunAsync(static (_, _) => string.Empty, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<string> FindProxyAsync(string url, string host, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(host);
        return RunAsync((engine, function) => Answer(engine.Call(function, new JsString(url), new JsString(host))), cancellationToken);
    }

    private static string Answer(JsValue value)
    {
        if (value is not JsString)
            throw new ProxyScriptException($"{Name} returned {Describe(value)}, not a string such as 'DIRECT'");
        string answer = value.ToString();
        return Ascii.IsValid(answer)
            ? answer
            : throw new ProxyScriptException($"{Name} returned '{answer}', which has characters other than ASCII; write host names in Punycode");
    }

    private static string Describe(JsValue value) => value.Type switch
    {
        Types.Undefined => "undefined",
        Types.Null => "null",
        Types.Boolean => $"the boolean {(TypeConverter.ToBoolean(value) ? "true" : "false")}",
        Types.Number => $"the number {TypeConverter.ToString(value)}",
        Types.Symbol => "a symbol",
        Types.Object => "an object",
        _ => "something else",
    };

    private async ValueTask<string> RunAsync(Func<Engine, JsValue, string> ask, CancellationToken cancellationToken)
    {
        var run = new PacRun(context);
        TimeSpan left = limits.TimeLimit;
        while (true)
        {
            Attempt attempt = await AttemptAsync(run, ask, left, cancellationToken).ConfigureAwait(false);
            if (attempt.Pending is not { } pending)
            {
                foreach (string message in attempt.Alerts)
                    context.Alert(message);
                return attempt.Answer ?? throw attempt.Failure!;
            }

            if (run.Count >= limits.LookupLimit)
                throw new ProxyScriptException($"It looks up more than {limits.LookupLimit} hosts for one address");
            left -= attempt.Elapsed;
            if (left <= TimeSpan.Zero)
                throw TooLong();
            await run.LookUpAsync(pending, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Attempt> AttemptAsync(PacRun run, Func<Engine, JsValue, string> ask, TimeSpan left, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        // Its slot is taken until it has really ended, also when nobody waits for it any more.
        Task<Attempt> running = Task.Run(
            () =>
            {
                try
                {
                    return Run(run.Answers, ask, left, cancellationToken);
                }
                finally
                {
                    _slots.Release();
                }
            },
            CancellationToken.None);
        try
        {
            return await running.WaitAsync(left + Grace, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw TooLong();
        }
    }

    private Attempt Run(PacAnswers answers, Func<Engine, JsValue, string> ask, TimeSpan left, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        var functions = new PacFunctions(answers);
        var deadline = new OperationDeadlineConstraint();
        try
        {
            using var engine = new Engine(options => Configure(options, answers, deadline, left));
            functions.AddTo(engine);
            foreach (string name in Withheld)
                engine.Global.Delete(name);
            deadline.Begin(left, cancellationToken);
            engine.Execute(script);
            return new(ask(engine, Find(engine)), null, null, functions.Alerts, default);
        }
        catch (PendingLookupException pending)
        {
            return new(null, null, pending.Lookup, functions.Alerts, Stopwatch.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            // Whatever it is, a script has failed: the host must not.
            return new(null, failure as ProxyScriptException ?? Explain(failure), null, functions.Alerts, default);
        }
    }

    private void Configure(Options options, PacAnswers answers, OperationDeadlineConstraint deadline, TimeSpan left)
    {
        options.TimeSystem = answers.Clock;
        options.TimeZone = answers.Clock.DefaultTimeZone;
        options.AgentCanSuspend = false;
        options.Constraint(deadline);
        options.MaxStatements(limits.StatementLimit);
        options.LimitMemory(limits.MemoryLimit);
        options.LimitRecursion(limits.RecursionLimit);
        options.Constraints.StackOverflowGuard = true;
        options.Constraints.RegexTimeout = left < MaxRegexTime ? left : MaxRegexTime;
    }

    private static JsValue Find(Engine engine)
    {
        JsValue function = engine.GetValue(Name);
        return function is Jint.Native.Function.Function
            ? function
            : throw new ProxyScriptException(function.IsUndefined() ? $"It has no function {Name}" : $"{Name} is {Describe(function)}, not a function");
    }

    private ProxyScriptException Explain(Exception failure) => failure switch
    {
        JavaScriptException thrown when thrown.Location.Start.Line > 0 =>
            new(thrown.Message, thrown.Location.Start.Line, thrown.Location.Start.Column + 1, thrown),
        RegexMatchTimeoutException => new("A regular expression takes too long", innerException: failure),
        TimeoutException => TooLong(failure),
        StatementsCountOverflowException => new($"It executes more than {limits.StatementLimit} statements for one address", innerException: failure),
        MemoryLimitExceededException or OutOfMemoryException => new($"It needs more than {limits.MemoryLimit} bytes of memory for one address", innerException: failure),
        RecursionDepthOverflowException => new($"Its functions call themselves more than {limits.RecursionLimit} deep", innerException: failure),
        InsufficientExecutionStackException => new("It is nested too deeply", innerException: failure),
        _ => new($"{failure.Message.TrimEnd('.')} ({failure.GetType().Name})", innerException: failure),
    };

    private ProxyScriptException TooLong(Exception? failure = null) =>
        new(FormattableString.Invariant($"It computes longer than {limits.TimeLimit.TotalSeconds:0.###} s for one address"), innerException: failure);

    /// <summary>How one attempt ended: with an answer, a failure, or a look-up that must come first.</summary>
    /// <param name="Answer">The answer.</param>
    /// <param name="Failure">The failure.</param>
    /// <param name="Pending">The look-up.</param>
    /// <param name="Alerts">What the script said.</param>
    /// <param name="Elapsed">How long it took, when it was given up for a look-up.</param>
    private sealed record Attempt(string? Answer, ProxyScriptException? Failure, PacLookup? Pending, IReadOnlyList<string> Alerts, TimeSpan Elapsed);
}
