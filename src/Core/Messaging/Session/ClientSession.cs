using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using NetWebSockets.Connections;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>What one client keeps of its session with the peer: heartbeats, what resumes it, what is acknowledged, and the connect script.</summary>
internal sealed class ClientSession
{
    private readonly bool _watches;
    private readonly byte[]? _replyText;
    private readonly SessionText? _heartbeatText;
    private readonly Lock _lock = new();
    private readonly List<SocketSession> _sockets = [];
    private volatile SocketSession? _current;
    private Acknowledger _acknowledger;
    private long _lastHeartbeatId = -1;
    private int _scripts;

    /// <summary>Creates it.</summary>
    /// <param name="plan">The contract.</param>
    /// <param name="name">The name of the client, for logs and metrics.</param>
    /// <param name="logger">Where logs go.</param>
    public ClientSession(ContractPlan plan, string name, ILogger logger)
    {
        ClientContract contract = plan.Contract;
        Plan = plan;
        Name = name;
        Logger = logger;
        Time = TimeProvider.System;
        _watches = contract.Heartbeat is not null || contract.Resume is not null;
        _replyText = contract.Heartbeat?.ReplyText is { } text ? Encoding.UTF8.GetBytes(text) : null;
        _heartbeatText = contract.Heartbeat?.Text is { } heartbeat ? new SessionText(heartbeat) : null;
    }

    /// <summary>The contract.</summary>
    public ContractPlan Plan { get; }

    /// <summary>The name of the client.</summary>
    public string Name { get; }

    /// <summary>Where logs go.</summary>
    public ILogger Logger { get; }

    /// <summary>The clock. Set before the client connects, as all that follows.</summary>
    public TimeProvider Time
    {
        get;
        [MemberNotNull(nameof(Resume), nameof(_acknowledger))]
        set
        {
            field = value;
            Resume = new ResumeKeeper(Plan.Session, Plan.Contract.Resume, value);
            _acknowledger = new Acknowledger(Plan, this, value);
        }
    }

    /// <summary>Counts up call ids, for heartbeats that have one.</summary>
    public Func<long>? NextId { get; set; }

    /// <summary>The user's client, for its scripts.</summary>
    public Func<object?> Client { get; set; } = static () => null;

    /// <summary>Moves to another socket.</summary>
    public Action<Uri?>? Replace { get; set; }

    /// <summary>What there is to resume with.</summary>
    public ResumeKeeper Resume { get; private set; }

    /// <summary>Whether messages have to be acknowledged.</summary>
    public bool Acknowledges => Plan.Acknowledgements.Length > 0;

    /// <summary>The script of this client that the caller is inside of: what it sends goes out at once. Null for everybody else, and always while no script runs.</summary>
    public ScriptFlow? Flow => Volatile.Read(ref _scripts) > 0 && ScriptFlow.Current is { } flow && flow.Session == this ? flow : null;

    /// <summary>Sees every message that is JSON, before it is routed. Called by the pump only.</summary>
    /// <param name="message">The message.</param>
    /// <param name="found">What was found in it.</param>
    public void OnMessage(ReadOnlyMemory<byte> message, in ScannedMessage found)
    {
        if (_current is not { } socket)
            return;
        if (_watches)
            Watch(message.Span, found, socket);
        if (socket.Inbox is { } inbox && found.Route >= 0 && found.Route < Plan.ReceiveRoutes.Count)
        {
            int slot = Plan.PayloadSlots[found.Route];
            if (slot < 0 || found.Has(slot))
                inbox.Add(found.Route, slot < 0 ? message.Span : found.Value(slot, message.Span));
        }
    }

    /// <summary>Sees every text message before it is looked at: a heartbeat's answer need not be JSON.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether it was for the session, and goes nowhere else.</returns>
    public bool TryTakeText(ReadOnlyMemory<byte> message)
    {
        if (_replyText is null || !message.Span.SequenceEqual(_replyText))
            return false;
        _current?.Heartbeat?.OnReply();
        return true;
    }

    /// <summary>Takes the reply to a heartbeat that had the id of a call.</summary>
    /// <returns>Whether it was one; it goes nowhere else.</returns>
    public bool TryTakeReply(in ScannedMessage found) =>
        found.HasId && found.Id == Volatile.Read(ref _lastHeartbeatId) && Interlocked.CompareExchange(ref _lastHeartbeatId, -1, found.Id) == found.Id;

    /// <summary>Whether anything of a message has to be acknowledged once it is delivered.</summary>
    public bool MustAcknowledge(in ScannedMessage found) => Acknowledges && _acknowledger.Takes(found);

    /// <summary>Acknowledges a message once it is delivered. Called by the pump only.</summary>
    /// <param name="delivered">Done when it is.</param>
    /// <param name="message">The message; it stays as it is until what is returned is done.</param>
    /// <param name="found">What was found in it.</param>
    /// <returns>Done when the pump may go on.</returns>
    public ValueTask AcknowledgeAfter(ValueTask delivered, ReadOnlyMemory<byte> message, in ScannedMessage found)
    {
        if (_current is not { IsOver: false } socket)
            return delivered;
        if (!delivered.IsCompletedSuccessfully)
            return LaterAsync(delivered, message, found, socket);
        delivered.GetAwaiter().GetResult();
        return _acknowledger.OnDelivered(message.Span, found, socket.Sender);

        async ValueTask LaterAsync(ValueTask delivered, ReadOnlyMemory<byte> message, ScannedMessage found, SocketSession socket)
        {
            await delivered.ConfigureAwait(false);
            await _acknowledger.OnDelivered(message.Span, found, socket.Sender).ConfigureAwait(false);
        }
    }

    /// <summary>Where an attempt goes, given where it would go. The peer may have told another address.</summary>
    public WebSocketEndpoint Redirect(WebSocketEndpoint endpoint) => Plan.Contract.Resume is null ? endpoint : Resume.Redirect(endpoint);

    /// <summary>A socket is open: runs the connect script on it.</summary>
    public async ValueTask OnScriptingAsync(ScriptSender sender, CancellationToken cancellationToken)
    {
        var socket = new SocketSession(sender)
        {
            Heartbeat = Plan.Contract.Heartbeat is { } heartbeat ? new Heartbeat(heartbeat, this, sender, Time) : null,
        };
        bool overlaps;
        lock (_lock)
        {
            overlaps = _sockets.Count > 0;
            _sockets.Add(socket);
        }

        // Where sockets overlap, each message says on which it came.
        if (!overlaps)
            _current = socket;
        if (Plan.Contract.OnConnected is { } script)
        {
            socket.Flow = new ScriptFlow(this, socket);
            await RunAsync(script, socket, socket.Flow, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The messages from here on came on this socket.</summary>
    public void OnMessagesOf(ScriptSender sender)
    {
        if (_current?.Sender != sender)
            _current = Find(sender);
    }

    /// <summary>The connection is ready on this socket.</summary>
    public void OnReady(ScriptSender sender)
    {
        if (Find(sender) is not { } socket)
            return;
        Resume.OnReady();
        lock (_lock)
        {
            foreach (SocketSession other in _sockets)
                other.IsReplaced = other != socket;
        }

        socket.Flow?.LetGo();
        socket.Heartbeat?.OnReady();
        if (Acknowledges)
            _acknowledger.OnReady(sender);
    }

    /// <summary>The user closes a connection that is ready: says what is still to be said, and hears what is still to be heard.</summary>
    public async ValueTask OnClosingAsync(ScriptSender sender, CancellationToken cancellationToken)
    {
        if (Find(sender) is not { } socket)
            return;
        if (Plan.Contract.OnClosing is { } script)
            await RunAsync(script, socket, new ScriptFlow(this, socket), cancellationToken).ConfigureAwait(false);
        if (Acknowledges)
            await _acknowledger.FlushAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The live socket, or that of an attempt, is gone.</summary>
    public void OnDropped()
    {
        Resume.OnDropped();
        SocketSession[] gone;
        lock (_lock)
        {
            gone = [.. _sockets];
            _sockets.Clear();
        }

        _current = null;
        foreach (SocketSession socket in gone)
            End(socket);
    }

    /// <summary>One of two sockets is gone, and the connection goes on with the other.</summary>
    /// <param name="sender">The socket.</param>
    /// <param name="cause">Why it was given up before it was ready; null when it was replaced.</param>
    public void OnGone(ScriptSender sender, Exception? cause)
    {
        if (Find(sender) is not { } socket)
            return;
        lock (_lock)
            _sockets.Remove(socket);
        End(socket);
        if (cause is not null)
            socket.Flow?.FailCalls(cause);
    }

    /// <summary>The peer's session is over.</summary>
    public void ForgetSession()
    {
        Resume.Forget();
        _acknowledger.Forget();
    }

    /// <summary>The client has ended.</summary>
    public void OnEnded()
    {
        OnDropped();
        _acknowledger.Dispose();
    }

    /// <summary>Sends a record past the queue.</summary>
    public static ValueTask SendRecordAsync<T>(ScriptSender sender, SendRoute<T> route, T message, CancellationToken cancellationToken)
    {
        MessageEncoder encoder = MessageEncoder.Rent();
        try
        {
            return SendTextAsync(sender, encoder.Encode(route.Envelope, default, route.Format, message), framed: true, cancellationToken);
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
        finally
        {
            encoder.Return();
        }
    }

    /// <summary>Sends a message past the queue.</summary>
    /// <param name="sender">The socket.</param>
    /// <param name="message">The message; copied.</param>
    /// <param name="framed">Whether it is put into a WebSocket message as the contract says, or goes as it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static ValueTask SendTextAsync(ScriptSender sender, ReadOnlyMemory<byte> message, bool framed, CancellationToken cancellationToken) =>
        framed ? sender.SendAsync(MessageKind.Text, message, cancellationToken) : sender.SendRawAsync(MessageKind.Text, message, cancellationToken);

    /// <summary>Sends a heartbeat that is a message.</summary>
    public ValueTask SendHeartbeatAsync(ScriptSender sender)
    {
        object? sequence = Resume.Sequence;
        if (_heartbeatText is { } text)
        {
            var output = new ArrayBufferWriter<byte>();
            text.Write(output, name => Encoding.UTF8.GetBytes(Fill(name, sequence)));
            return SendTextAsync(sender, output.WrittenMemory, text.IsJson, CancellationToken.None);
        }

        MessageEncoder encoder = MessageEncoder.Rent();
        try
        {
            return SendTextAsync(sender, Plan.Contract.Heartbeat!.Send!.Encode(encoder, sequence), framed: true, CancellationToken.None);
        }
        finally
        {
            encoder.Return();
        }
    }

    private string Fill(string name, object? sequence)
    {
        switch (name)
        {
            case "sequence":
                return sequence switch
                {
                    null => "null",
                    string text => Encoding.UTF8.GetString(JsonText.Quote(text)),
                    _ => Convert.ToString(sequence, CultureInfo.InvariantCulture)!,
                };
            case "id":
                long id = NextId?.Invoke() ?? 0;
                Volatile.Write(ref _lastHeartbeatId, id);
                string number = id.ToString(CultureInfo.InvariantCulture);
                return Plan.Contract.Calls?.IdKind == CallIdKind.String ? $"\"{number}\"" : number;
            case "time":
                return Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            default:
                return $"{{{name}}}";
        }
    }

    private async Task RunAsync(
        Func<object, ConnectScript, CancellationToken, ValueTask> script, SocketSession socket, ScriptFlow flow, CancellationToken cancellationToken)
    {
        var inbox = new ScriptInbox();
        socket.Inbox = inbox;
        Interlocked.Increment(ref _scripts);
        try
        {
            await flow.RunAsync(script, Client()!, new LiveConnectScript(this, socket, inbox, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _scripts);
            socket.Inbox = null;
            inbox.Close();
        }
    }

    private void Watch(ReadOnlySpan<byte> message, in ScannedMessage found, SocketSession socket)
    {
        SessionPlan plan = Plan.Session;
        if (socket.IsOver)
            return;
        if (Plan.Contract.Resume is not null && Resume.IsToldBy(found))
        {
            socket.Inbox?.KeepBefore(Resume);
            if (Resume.OnMessage(message, found) is { } noAddress)
                Log.NoAddress(Logger, Name, noAddress);
        }

        if (found.Route < 0)
            return;
        if (socket.Heartbeat is { } heartbeat)
        {
            if (found.Route == plan.IntervalRoute && plan.IntervalAt >= 0)
                TakeInterval(found.Value(plan.IntervalAt, message), heartbeat);
            if (found.Route == plan.ReplyRoute)
                heartbeat.OnReply();
            if (found.Route == plan.RequestRoute)
                heartbeat.OnRequest();
        }

        // While a script runs, it is the script's.
        if (found.Route == plan.EndedRoute && socket is { Inbox: null, IsReplaced: false })
        {
            bool resumable = found.Value(plan.Resumable, message).SequenceEqual("true"u8);
            socket.IsOver = !resumable;
            Log.SessionEnded(Logger, Name, resumable);
            if (!resumable)
                ForgetSession();
            socket.Sender.Drop(new ConnectionException($"The peer has ended the session{(resumable ? ", which can be resumed" : "")}."));
        }

        if (found.Route == plan.ReplaceRoute)
        {
            string? told = JsonText.GetString(found.Value(plan.ReplaceAddress, message));
            Uri? address = told is null ? null : ResumeKeeper.AddressOf(told);
            if (told is not null && address is null)
                Log.NoAddress(Logger, Name, told);
            Replace?.Invoke(address);
        }
    }

    private void TakeInterval(ReadOnlySpan<byte> value, Heartbeat heartbeat)
    {
        Span<byte> buffer = stackalloc byte[JsonText.MaxEscaped];
        if (!JsonText.TryGet(value, buffer, out ReadOnlySpan<byte> text)
            || !Utf8Parser.TryParse(text, out double number, out int consumed) || consumed != text.Length
            || number * Plan.Contract.Heartbeat!.IntervalUnit.TotalMilliseconds is not (>= 1 and <= int.MaxValue and var milliseconds))
        {
            Log.NoInterval(Logger, Name, JsonText.GetString(value) ?? "nothing");
            return;
        }

        heartbeat.OnInterval(TimeSpan.FromMilliseconds(milliseconds));
    }

    private SocketSession? Find(ScriptSender sender)
    {
        lock (_lock)
            return _sockets.Find(s => s.Sender == sender);
    }

    private void End(SocketSession socket)
    {
        socket.Heartbeat?.Dispose();
        _acknowledger.OnGone(socket.Sender);
    }
}
