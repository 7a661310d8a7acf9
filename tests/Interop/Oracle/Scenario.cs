using System.IO.Compression;
using System.Text;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Oracle;

/// <summary>One thing the client does at a moment.</summary>
/// <param name="When"><c>connecting</c>, <c>open</c>, <c>first message</c>, <c>message</c>, <c>error</c> or <c>close</c>.</param>
/// <param name="What">
/// <c>send</c> a text, <c>send bytes</c>: the text as UTF-8, <c>echo</c> the message that has just come, <c>close</c> with or without a code, note how much is
/// <c>buffered</c> or what the <c>state</c> is.
/// </param>
/// <param name="Code">The code of a close.</param>
/// <param name="Text">The text of a send, the reason of a close.</param>
/// <param name="Repeat">How often the text is repeated.</param>
public sealed record ClientAction(string When, string What, int? Code = null, string Text = "", int Repeat = 1);

/// <summary>One behaviour of a server, and what the client does meanwhile: run against Chromium and against NetWebSocket.</summary>
/// <param name="Name">What the server does, in words.</param>
/// <param name="Server">The server's side, from the accepted TCP connection on. What it leaves open, the harness reads to its end.</param>
/// <param name="Actions">The client's side.</param>
public sealed record Scenario(string Name, Func<ScriptedSide, Task> Server, params ClientAction[] Actions)
{
    /// <summary>Subprotocols the client offers.</summary>
    public string[] Protocols { get; init; } = [];

    /// <summary>Whether it is run once more with what the server writes after the handshake coming byte by byte.</summary>
    public bool IsAlsoSlow { get; init; }

    /// <summary>Whether permessage-deflate is offered; Chromium always does.</summary>
    public bool Deflate { get; init; }

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
    private readonly List<byte> _compressed = [];
    private readonly List<byte> _message = [];
    private ClientFrame? _first;
    private int _inflatedLength;

    /// <summary>What the client sent, message by message, inflated where it came compressed, and how it ended the connection.</summary>
    public IReadOnlyList<string> Wire => _wire;

    /// <summary>The connection.</summary>
    public ScriptedPeer Peer => peer;

    /// <summary>Whether the client has ended the connection.</summary>
    public bool Ended { get; private set; }

    /// <summary>Answers the opening handshake, with the first bytes after it in the same packet.</summary>
    public async Task OpenAsync(params byte[][] frames)
    {
        byte[] all = [.. frames.SelectMany(f => f)];
        await peer.AcceptHandshakeAsync(headers: Extensions is null ? null : [$"Sec-WebSocket-Extensions: {Extensions}"], sameWrite: IsSlow ? default : all, cancellationToken: cancellationToken);
        if (IsSlow)
            await WriteAsync(all);
    }

    /// <summary>The extensions that <see cref="OpenAsync"/> agrees to.</summary>
    public string? Extensions { get; set; }

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
            if (frame is null)
                _wire.Add("ended");
            else if (frame.Opcode is Opcodes.Continuation or Opcodes.Text or Opcodes.Binary)
                AddToMessage(frame);
            else
                _wire.Add(Describe(frame.Opcode, frame.Rsv, frame.Payload, frame) + (frame.Fin ? "" : " not-final"));
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

    /// <summary>Reads until a whole message has come.</summary>
    public async Task ReadMessageAsync()
    {
        ClientFrame? frame;
        do
            frame = await ReadAsync();
        while (frame is not null && !(frame.Fin && frame.Opcode is Opcodes.Continuation or Opcodes.Text or Opcodes.Binary));
    }

    /// <summary>Closes with 1000, and ends the connection once the client has answered.</summary>
    public async Task SayGoodbyeAsync()
    {
        await WriteAsync(ServerFrame.Close(1000, "so"));
        await ReadCloseAsync();
        if (!Ended)
            peer.ShutdownSend();
    }

    // How a message is cut into frames is a client's own business, so that only whole messages are compared; also, what a compressor makes of it.
    private void AddToMessage(ClientFrame frame)
    {
        if ((_first is null) == (frame.Opcode == Opcodes.Continuation))
            _wire.Add($"opcode {frame.Opcode} out of turn");
        _first ??= frame;
        _message.AddRange(frame.Payload);
        if (frame != _first && frame.Rsv != 0)
            _wire.Add("a continuation with reserved bits");
        if (!frame.Fin)
            return;
        byte[] payload = [.. _message];
        _wire.Add(Describe(_first.Opcode, _first.Rsv, _first.Rsv == 4 ? Inflate(payload) : payload, frame));
        _first = null;
        _message.Clear();
    }

    // All that was ever compressed is inflated again, and what comes on top is the message: it may refer to those before.
    private byte[] Inflate(byte[] payload)
    {
        _compressed.AddRange(payload);
        _compressed.AddRange([0x00, 0x00, 0xFF, 0xFF]);
        using DeflateStream inflater = new(new MemoryStream([.. _compressed]), CompressionMode.Decompress);
        using MemoryStream all = new();
        byte[] piece = new byte[4096];
        for (int count = inflater.Read(piece); count > 0; count = inflater.Read(piece))
            all.Write(piece, 0, count);
        byte[] message = all.ToArray()[_inflatedLength..];
        _inflatedLength = (int)all.Length;
        return message;
    }

    private static string Describe(int opcode, int rsv, byte[] payload, ClientFrame frame)
    {
        string flags = (rsv == 0 ? "" : $" rsv {rsv}") + (frame.Masked ? "" : " UNMASKED");
        return opcode switch
        {
            Opcodes.Close when frame.CloseCode is { } code => $"close {code} \"{frame.CloseReason}\"",
            Opcodes.Close => "close empty",
            Opcodes.Text => Seen.Text(payload),
            Opcodes.Binary => Seen.Binary(payload),
            Opcodes.Ping => $"ping \"{Encoding.Latin1.GetString(payload)}\"",
            Opcodes.Pong => $"pong \"{Encoding.Latin1.GetString(payload)}\"",
            _ => $"opcode {opcode} {Convert.ToHexString(payload)}",
        } + flags;
    }
}
