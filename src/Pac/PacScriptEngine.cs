using Acornima;
using Jint;
using NetWebSockets.Pac;

namespace NetWebSockets;

/// <summary>
/// Runs proxy scripts on Jint, with the functions that Chromium gives them and within limits. A session finds it by itself; make one to give
/// it other limits (<see cref="NetSessionOptions.ProxyScriptEngine"/>). Safe from many threads; one may serve many sessions.
/// </summary>
public sealed class PacScriptEngine : IProxyScriptEngine
{
    private readonly PacScriptEngineOptions _options;

    /// <summary>Creates an engine with the default limits.</summary>
    public PacScriptEngine()
        : this(new PacScriptEngineOptions())
    {
    }

    /// <summary>Creates an engine.</summary>
    /// <param name="options">Its limits; read now, later changes do nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not positive, or too large; the message names it.</exception>
    public PacScriptEngine(PacScriptEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Validated();
    }

    /// <inheritdoc/>
    public async ValueTask<IProxyScript> CompileAsync(string text, ProxyScriptContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(context);
        var script = new PacScript(Parse(text), context, _options);
        await script.CheckAsync(cancellationToken).ConfigureAwait(false);
        return script;
    }

    private static Prepared<Acornima.Ast.Script> Parse(string text)
    {
        try
        {
            return Engine.PrepareScript(text, "proxy script");
        }
        catch (ScriptPreparationException failure) when (failure.InnerException is ParseErrorException wrong)
        {
            throw new ProxyScriptException($"It does not compile: {wrong.Description}", wrong.LineNumber, wrong.Column + 1, wrong);
        }
        catch (ScriptPreparationException failure)
        {
            throw new ProxyScriptException($"It does not compile: {failure.InnerException?.Message ?? failure.Message}", innerException: failure);
        }
    }
}
