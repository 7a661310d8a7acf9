using NetWebSockets.Connections;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>
/// One run of a script, and what is called inside it: the client's own methods send on the script's socket at once, where everybody else waits until the connection is ready.
/// </summary>
/// <param name="session">The client's session.</param>
/// <param name="socket">The socket.</param>
internal sealed class ScriptFlow(ClientSession session, SocketSession socket)
{
    private static readonly AsyncLocal<ScriptFlow?> Local = new();

    private readonly Lock _lock = new();
    private List<ISendObserver>? _calls = [];
    private volatile bool _ended;

    /// <summary>The run that the caller is inside of; null outside.</summary>
    public static ScriptFlow? Current => Local.Value is { _ended: false } flow ? flow : null;

    /// <summary>The client's session.</summary>
    public ClientSession Session { get; } = session;

    /// <summary>Runs a script inside.</summary>
    public async Task RunAsync(Func<object, ConnectScript, CancellationToken, ValueTask> script, object client, ConnectScript talk, CancellationToken cancellationToken)
    {
        // Only what is called from here on sees it: an async method takes its changes back when it returns.
        Local.Value = this;
        try
        {
            await script(client, talk, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ended = true;
        }
    }

    /// <summary>Sends a message of the client on the script's socket.</summary>
    public async ValueTask SendAsync(MessageKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        SendOutcome outcome = SendOutcome.Sent;
        try
        {
            await socket.Sender.SendAsync(kind, payload, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            outcome = (e as SendException)?.Outcome ?? (e as SendCanceledException)?.Outcome ?? SendOutcome.Unknown;
            throw;
        }
        finally
        {
            NetWebSocketMetrics.SendEnded(Session.Name, outcome);
        }
    }

    /// <summary>Sends a message of the client on the script's socket and tells an observer what became of it.</summary>
    public void Send(MessageKind kind, ReadOnlyMemory<byte> payload, ISendObserver observer, CancellationToken cancellationToken)
    {
        lock (_lock)
            _calls?.Add(observer);
        _ = SendAndTellAsync(SendAsync(kind, payload, cancellationToken), observer);
    }

    /// <summary>The socket is live: its drop ends the calls from here on.</summary>
    public void LetGo()
    {
        lock (_lock)
            _calls = null;
    }

    /// <summary>The socket never became live, and its end is no drop: the calls that went out on it have no answer.</summary>
    public void FailCalls(Exception cause)
    {
        List<ISendObserver>? calls;
        lock (_lock)
        {
            calls = _calls;
            _calls = null;
        }

        foreach (ISendObserver call in calls ?? [])
            call.OnSendFailed(new SendException(SendOutcome.Unknown, $"The socket was given up. {cause.Message}", cause));
    }

    private async Task SendAndTellAsync(ValueTask write, ISendObserver observer)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            observer.OnSendFailed(e);
            return;
        }

        observer.OnSent(socket.Sender.Number);
    }
}
