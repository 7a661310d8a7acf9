using System.Text;

namespace NetWebSockets.Messaging;

/// <summary>What a script talks to the peer with, on one socket.</summary>
/// <param name="session">The client's session.</param>
/// <param name="socket">The socket.</param>
/// <param name="inbox">What came on it and was not asked for yet.</param>
/// <param name="stop">The script's token: what it waits for ends with it, whatever token it passes on.</param>
internal sealed class LiveConnectScript(ClientSession session, SocketSession socket, ScriptInbox inbox, CancellationToken stop) : ConnectScript
{
    private bool _forgotten;

    /// <inheritdoc/>
    public override ResumeState? Resume => _forgotten ? null : inbox.Resume(session.Resume);

    /// <inheritdoc/>
    public override int Attempt => socket.Sender.Attempt;

    /// <inheritdoc/>
    public override ValueTask SendAsync<T>(T message, CancellationToken cancellationToken = default)
    {
        if (message is null)
            throw new ArgumentNullException(nameof(message));
        SendRoute<T>? route = session.Plan.Contract.Sends.OfType<SendRoute<T>>().FirstOrDefault();
        return route is null
            ? ValueTask.FromException(new ArgumentException($"{session.Name} does not send {TypeName.Of(typeof(T))}: mark it with [Send<{session.Plan.Name}>(…)].", nameof(message)))
            : ClientSession.SendRecordAsync(socket.Sender, route, message, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask SendTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return socket.Sender.SendRawAsync(MessageKind.Text, Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask<T> ExpectAsync<T>(CancellationToken cancellationToken = default)
    {
        ScriptMessage message = await TakeAsync(RoutesOf<T>(), cancellationToken).ConfigureAwait(false);
        return Read<T>(message);
    }

    /// <inheritdoc/>
    public override async ValueTask<object> ExpectAnyAsync<T1, T2>(CancellationToken cancellationToken = default)
    {
        int[] first = RoutesOf<T1>();
        int[] second = RoutesOf<T2>();
        ScriptMessage message = await TakeAsync([.. first, .. second], cancellationToken).ConfigureAwait(false);
        return first.Contains(message.Route) ? Read<T1>(message)! : Read<T2>(message)!;
    }

    /// <inheritdoc/>
    public override void NewSession()
    {
        _forgotten = true;
        session.ForgetSession();
    }

    /// <inheritdoc/>
    public override Exception Fatal(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new Connections.FatalScriptException(message);
    }

    private async Task<ScriptMessage> TakeAsync(int[] routes, CancellationToken cancellationToken)
    {
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellationToken);
        return await inbox.TakeAsync(routes, both.Token).ConfigureAwait(false);
    }

    private int[] RoutesOf<T>()
    {
        IReadOnlyList<ReceiveRoute> routes = session.Plan.ReceiveRoutes;
        int[] numbers = [.. Enumerable.Range(0, routes.Count).Where(n => routes[n] is ReceiveRoute<T>)];
        return numbers.Length > 0
            ? numbers
            : throw new ArgumentException($"{session.Name} does not receive {TypeName.Of(typeof(T))}: mark it with [Receive<{session.Plan.Name}>(…)].");
    }

    private T Read<T>(ScriptMessage message) => ((ReceiveRoute<T>)session.Plan.ReceiveRoutes[message.Route]).Format.Read(message.Json);
}
