using System.Text;
using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Binary;

/// <summary>Binary messages of a contract, up and down.</summary>
public sealed class BinaryMessageTests : IAsyncDisposable
{
    private static readonly BinaryRoute<byte[]> All = new("all");
    private static readonly BinaryRoute<ReadOnlyMemory<byte>> Out = new("stdout", 1);
    private static readonly BinaryRoute<byte[]> OutDetail = new("detail", 1, 7);
    private static readonly BinaryRoute<Stream> Files = new("files", 2);

    private readonly ScriptedServer _server = new();
    private readonly ClientRuntime _runtime;
    private ScriptedPeer? _peer;

    public BinaryMessageTests() => _runtime = new ClientRuntime(
        new ClientContract { Name = "C", Binary = [All, Out, OutDetail, Files] },
        new WebSocketClientOptions { Uri = _server.Uri, MaxMessageSize = 1_000_000, CloseTimeout = TimeSpan.Zero });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        _peer?.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_longest_prefix_takes_a_message_and_is_not_part_of_it()
    {
        await using MessageStream<byte[]> all = _runtime.OpenBinary(All, null);
        await using MessageStream<ReadOnlyMemory<byte>> stdout = _runtime.OpenBinary(Out, null);
        await using MessageStream<byte[]> detail = _runtime.OpenBinary(OutDetail, null);
        ScriptedPeer peer = await ConnectAsync();
        foreach (byte[] message in (byte[][])[[1, 2, 3], [1, 7, 9], [9], [], [1], [1, 7]])
            await peer.SendBinaryAsync(message);
        Assert.Equal((byte[])[2, 3], (await stdout.ReadAsync(Token).AsTask().Soon()).ToArray());
        Assert.Equal((byte[])[9], await detail.ReadAsync(Token).AsTask().Soon());
        Assert.Equal((byte[])[9], await all.ReadAsync(Token).AsTask().Soon());
        Assert.Equal(Array.Empty<byte>(), await all.ReadAsync(Token).AsTask().Soon());
        Assert.Equal(Array.Empty<byte>(), (await stdout.ReadAsync(Token).AsTask().Soon()).ToArray());
        Assert.Equal(Array.Empty<byte>(), await detail.ReadAsync(Token).AsTask().Soon());
    }

    [Fact]
    public async Task A_stream_can_be_read_before_its_message_has_ended_and_the_next_waits_for_it()
    {
        await using MessageStream<Stream> files = _runtime.OpenBinary(Files, null);
        await using MessageStream<byte[]> all = _runtime.OpenBinary(All, null);
        ScriptedPeer peer = await ConnectAsync();
        await peer.SendFrameAsync(Opcodes.Binary, new byte[] { 2 }, fin: false);
        await peer.SendFrameAsync(Opcodes.Continuation, "abc"u8.ToArray(), fin: false);
        Stream file = await files.ReadAsync(Token).AsTask().Soon();
        byte[] buffer = new byte[3];
        await file.ReadExactlyAsync(buffer, Token).AsTask().Soon();
        Assert.Equal("abc"u8, buffer);
        await peer.SendFrameAsync(Opcodes.Continuation, "def"u8.ToArray(), fin: true);
        await peer.SendBinaryAsync(new byte[] { 2, 42 });
        await peer.SendFrameAsync(Opcodes.Binary, new byte[] { 9, 8 }, fin: false);
        await peer.SendFrameAsync(Opcodes.Continuation, new byte[] { 7 }, fin: true);
        using StreamReader reader = new(file);
        Assert.Equal("def", await reader.ReadToEndAsync(Token).Soon());
        Assert.Equal(42, (await files.ReadAsync(Token).AsTask().Soon()).ReadByte());
        Assert.Equal((byte[])[9, 8, 7], await all.ReadAsync(Token).AsTask().Soon());
    }

    [Fact]
    public async Task Asking_for_the_next_gives_up_the_rest_of_the_last()
    {
        await using MessageStream<Stream> files = _runtime.OpenBinary(Files, null);
        ScriptedPeer peer = await ConnectAsync();
        await peer.SendBinaryAsync((byte[])[2, .. new byte[300_000]]);
        await peer.SendBinaryAsync(new byte[] { 2, 5 });
        Stream first = await files.ReadAsync(Token).AsTask().Soon();
        Assert.Equal(0, first.ReadByte());
        Stream second = await files.ReadAsync(Token).AsTask().Soon();
        Assert.Equal(5, second.ReadByte());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => first.ReadAsync(new byte[1], Token).AsTask());
    }

    [Fact]
    public async Task A_drop_inside_a_message_fails_its_stream_and_the_next_socket_goes_on()
    {
        await using MessageStream<Stream> files = _runtime.OpenBinary(Files, null);
        ScriptedPeer peer = await ConnectAsync();
        await peer.SendFrameAsync(Opcodes.Binary, new byte[] { 2, 1 }, fin: false);
        Stream file = await files.ReadAsync(Token).AsTask().Soon();
        Assert.Equal(1, file.ReadByte());
        Task<int> reading = file.ReadAsync(new byte[1], Token).AsTask();
        peer.Reset();
        await Assert.ThrowsAsync<IOException>(() => reading.Soon());
        _peer = await _server.AcceptOpenAsync(cancellationToken: Token).Soon();
        await _peer.SendBinaryAsync(new byte[] { 2, 6 });
        Assert.Equal(6, (await files.ReadAsync(Token).AsTask().Soon()).ReadByte());
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_does_not_keep_the_client_from_closing()
    {
        await using MessageStream<Stream> files = _runtime.OpenBinary(Files, null);
        ScriptedPeer peer = await ConnectAsync();
        await peer.SendBinaryAsync((byte[])[2, .. new byte[300_000]]);
        Stream file = await files.ReadAsync(Token).AsTask().Soon();
        await _runtime.DisposeAsync().AsTask().Soon();
        await Assert.ThrowsAsync<IOException>(() => file.ReadAtLeastAsync(new byte[300_000], 300_000, cancellationToken: Token).AsTask().Soon());
    }

    [Fact]
    public async Task Disposing_a_stream_of_streams_lets_the_connection_read_on()
    {
        MessageStream<Stream> files = _runtime.OpenBinary(Files, null);
        await using MessageStream<byte[]> all = _runtime.OpenBinary(All, null);
        ScriptedPeer peer = await ConnectAsync();
        await peer.SendBinaryAsync((byte[])[2, .. new byte[300_000]]);
        await peer.SendBinaryAsync(new byte[] { 9 });
        Assert.True(await files.WaitToReadAsync(Token).AsTask().Soon());
        await files.DisposeAsync();
        Assert.Equal((byte[])[9], await all.ReadAsync(Token).AsTask().Soon());
        await using MessageStream<Stream> again = _runtime.OpenBinary(Files, null);
        await peer.SendBinaryAsync(new byte[] { 2, 3 });
        Assert.Equal(3, (await again.ReadAsync(Token).AsTask().Soon()).ReadByte());
    }

    [Fact]
    public void A_second_reader_of_streams_is_refused()
    {
        _ = _runtime.OpenBinary(Files, null);
        Assert.Contains("'files' is open already", Assert.Throws<InvalidOperationException>(() => _runtime.OpenBinary(Files, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_put_together_keeps_to_the_limit()
    {
        await using MessageStream<Stream> files = _runtime.OpenBinary(Files, null);
        await using MessageStream<byte[]> all = _runtime.OpenBinary(All, null);
        await using MessageStream<UnknownMessage> unknown = _runtime.OpenUnknown(null);
        ScriptedPeer peer = await ConnectAsync();
        for (int i = 0; i < 3; i++)
            await peer.SendFrameAsync(i == 0 ? Opcodes.Binary : Opcodes.Continuation, Enumerable.Repeat((byte)9, 400_000).ToArray(), fin: i == 2);
        await peer.SendBinaryAsync(new byte[] { 9, 1 });
        byte[] next = await all.ReadAsync(Token).AsTask().Soon();
        Assert.Equal([9, 1], next);
        Assert.Contains("larger than MaxMessageSize", (await unknown.ReadAsync(Token).AsTask().Soon()).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_go_up_behind_their_prefix()
    {
        ScriptedPeer peer = await ConnectAsync();
        await _runtime.SendBinaryAsync("abc"u8.ToArray(), null, Token);
        await _runtime.SendBinaryAsync("def"u8.ToArray(), [4, 5], Token);
        Assert.Equal("abc"u8.ToArray(), (await peer.ReadFrameAsync().Soon())!.Payload);
        ClientFrame frame = (await peer.ReadFrameAsync().Soon())!;
        Assert.Equal(Opcodes.Binary, frame.Opcode);
        Assert.Equal([4, 5, .. "def"u8], frame.Payload);
    }

    [Fact]
    public async Task A_stream_goes_up_as_it_is_read_also_when_it_waited_for_the_connection()
    {
        byte[] data = new byte[200_000];
        new Random(5).NextBytes(data);
        Task sending = _runtime.SendBinaryAsync(new MemoryStream(data), [7], Token).AsTask();
        ScriptedPeer peer = await ConnectAsync();
        MemoryStream received = new();
        ClientFrame frame;
        do
        {
            frame = (await peer.ReadFrameAsync().Soon())!;
            received.Write(frame.Payload);
        }
        while (!frame.Fin);
        await sending.Soon();
        Assert.Equal([7, .. data], received.ToArray());
    }

    [Fact]
    public async Task A_stream_that_was_begun_when_the_connection_dropped_has_an_unknown_outcome()
    {
        ScriptedPeer peer = await ConnectAsync();
        var source = new GatedStream();
        Task sending = _runtime.SendBinaryAsync(source, null, Token).AsTask();
        Assert.Equal("begun", Encoding.UTF8.GetString((await peer.ReadFrameAsync().Soon())!.Payload));
        peer.Reset();
        SendException lost = await Assert.ThrowsAsync<SendException>(async () =>
        {
            source.Go();
            await sending.Soon();
        });
        Assert.Equal(SendOutcome.Unknown, lost.Outcome);
    }

    [Fact]
    public async Task A_token_takes_back_a_stream_that_waits_and_not_the_connection()
    {
        using CancellationTokenSource cancel = new();
        Task sending = _runtime.SendBinaryAsync(new MemoryStream([1]), null, cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.Equal(SendOutcome.NotSent, (await Assert.ThrowsAsync<SendCanceledException>(() => sending.Soon())).Outcome);
        ScriptedPeer peer = await ConnectAsync();
        await _runtime.SendBinaryAsync("next"u8.ToArray(), null, Token);
        Assert.Equal("next"u8.ToArray(), (await peer.ReadFrameAsync().Soon())!.Payload);
    }

    [Fact]
    public async Task A_closed_client_sends_no_stream()
    {
        await ConnectAsync();
        await _runtime.DisposeAsync();
        Assert.Equal(SendOutcome.NotSent, (await Assert.ThrowsAsync<SendException>(() => _runtime.SendBinaryAsync(new MemoryStream([1]), null, Token).AsTask().Soon())).Outcome);
    }

    private async Task<ScriptedPeer> ConnectAsync()
    {
        Task ready = _runtime.Connection.ConnectAsync(Token);
        _peer = await _server.AcceptOpenAsync(cancellationToken: Token).Soon();
        await ready.Soon();
        return _peer;
    }

    // Gives a word at once, and the end when it is let go.
    private sealed class GatedStream : MemoryStream
    {
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _begun;

        public void Go() => _go.TrySetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_begun)
            {
                _begun = true;
                "begun"u8.CopyTo(buffer.Span);
                return 5;
            }

            await _go.Task;
            buffer.Span[0] = 0;
            return 1;
        }
    }
}
