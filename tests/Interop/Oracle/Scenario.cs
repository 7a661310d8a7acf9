using System.Text;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Oracle;

/// <summary>One thing the client does at a moment.</summary>
/// <param name="When"><c>connecting</c>, <c>open</c>, <c>message</c>, <c>error</c> or <c>close</c>.</param>
/// <param name="What"><c>send</c> a text, <c>close</c> with or without a code, or note how much is <c>buffered</c>.</param>
/// <param name="Code">The code of a close.</param>
/// <param name="Text">The text of a send, the reason of a close.</param>
public sealed record ClientAction(string When, string What, int? Code = null, string Text = "");

/// <summary>One behaviour of a server, and what the client does meanwhile: run against Chromium and against NetWebSocket.</summary>
/// <param name="Name">What the server does, in words.</param>
/// <param name="Server">The server's side, from the accepted TCP connection on. What it leaves open, the harness reads to its end.</param>
/// <param name="Actions">The client's side.</param>
public sealed record Scenario(string Name, Func<ScriptedSide, Task> Server, params ClientAction[] Actions)
{
    /// <summary>Subprotocols the client offers.</summary>
    public string[] Protocols { get; init; } = [];

    /// <summary>Whether it is a broken frame after one message each way.</summary>
    public bool IsFault { get; init; }

    /// <summary>Whether Chromium needs a minute for it.</summary>
    public bool TakesAMinute { get; init; }

    /// <summary>Whether what the server sees is a matter of timing, and is not compared.</summary>
    public bool IsWireOpen { get; init; }

    /// <summary>Whether nothing listens.</summary>
    public bool Refused { get; init; }

    /// <summary>Set once the client has done what it does while connecting: a server that must not answer before it waits for this.</summary>
    public TaskCompletionSource HasActedWhileConnecting { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The name; test runners show it.</summary>
    public override string ToString() => Name;
}

/// <summary>The server's side of a scenario: writes what it is told, and keeps what the client sends.</summary>
public sealed class ScriptedSide(ScriptedPeer peer, CancellationToken cancellationToken)
{
    private readonly List<string> _wire = [];

    /// <summary>What the client sent, frame by frame, and how it ended the connection.</summary>
    public IReadOnlyList<string> Wire => _wire;

    /// <summary>The connection.</summary>
    public ScriptedPeer Peer => peer;

    /// <summary>Whether the client has ended the connection.</summary>
    public bool Ended { get; private set; }

    /// <summary>Answers the opening handshake, with the first bytes after it in the same packet.</summary>
    public Task OpenAsync(params byte[][] frames) =>
        peer.AcceptHandshakeAsync(sameWrite: frames.SelectMany(f => f).ToArray(), cancellationToken: cancellationToken);

    /// <summary>Answers the opening handshake with other bytes; {accept} stands for the right Sec-WebSocket-Accept.</summary>
    public async Task AnswerAsync(string response)
    {
        HandshakeHead request = await peer.ReadRequestAsync(cancellationToken);
        await peer.WriteAsync(response.Replace("{accept}", request.Accept, StringComparison.Ordinal), cancellationToken);
    }

    /// <summary>Whether <see cref="WriteAsync"/> writes byte by byte.</summary>
    public bool IsSlow { get; init; }

    /// <summary>Writes bytes.</summary>
    public Task WriteAsync(params byte[][] bytes)
    {
        byte[] all = [.. bytes.SelectMany(b => b)];
        return IsSlow ? peer.WriteByteByByteAsync(all, cancellationToken) : peer.WriteAsync(all, cancellationToken);
    }

    /// <summary>Reads one frame of the client.</summary>
    public async Task<ClientFrame?> ReadAsync()
    {
        if (Ended)
            return null;
        try
        {
            ClientFrame? frame = await peer.ReadFrameAsync(cancellationToken);
            Ended = frame is null;
            _wire.Add(frame is null ? "ended" : Describe(frame));
            return frame;
        }
        catch (IOException e) when (e is not EndOfStreamException)
        {
            // A reset and not a FIN, which only says that something the client no longer wanted was on its way.
            Ended = true;
            _wire.Add("ended");
            return null;
        }
    }

    /// <summary>Reads until the client has ended the connection.</summary>
    public async Task ReadToEndAsync()
    {
        while (await ReadAsync() is not null)
        {
        }
    }

    /// <summary>Reads until a close frame has come.</summary>
    public async Task<ClientFrame?> ReadCloseAsync()
    {
        ClientFrame? frame;
        do
            frame = await ReadAsync();
        while (frame is not null && frame.Opcode != Opcodes.Close);
        return frame;
    }

    /// <summary>Drops the connection with a reset.</summary>
    public void Reset()
    {
        Ended = true;
        _wire.Add("server reset");
        peer.Reset();
    }

    private static string Describe(ClientFrame frame)
    {
        string flags = (frame.Fin ? "" : " not-final") + (frame.Rsv == 0 ? "" : $" rsv {frame.Rsv}") + (frame.Masked ? "" : " UNMASKED");
        string payload = Encoding.UTF8.GetString(frame.Payload);
        return frame.Opcode switch
        {
            Opcodes.Close when frame.CloseCode is { } code => $"close {code} \"{frame.CloseReason}\"",
            Opcodes.Close => "close empty",
            Opcodes.Text => $"text \"{payload}\"",
            Opcodes.Ping => $"ping \"{payload}\"",
            Opcodes.Pong => $"pong \"{payload}\"",
            Opcodes.Binary => $"binary {Convert.ToHexString(frame.Payload)}",
            _ => $"opcode {frame.Opcode} {Convert.ToHexString(frame.Payload)}",
        } + flags;
    }
}
