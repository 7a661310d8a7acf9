using System.Text;
using System.Text.Json;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;

namespace NetWebSockets.Tests.Messaging.Subscriptions;

/// <summary>
/// A server that keeps the books of what clients subscribe to, call and send, on any number of connections one after another, and that can be told to cut the first of them at any
/// byte that comes or after any message that goes.
/// </summary>
internal sealed class LedgerServer : IAsyncDisposable
{
    private readonly ScriptedServer _server = new();
    private readonly Lock _lock = new();
    private readonly Random _random = new(11);
    private readonly Task _run;
    private readonly List<string> _problems = [];
    private readonly List<(int Connection, string Text)> _messages = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Connection? _current;
    private int _connections;

    public LedgerServer() => _run = RunAsync();

    public Uri Uri => _server.Uri;

    /// <summary>How many bytes of the first connection's client are read before it is cut.</summary>
    public int CutAfterBytes { get; init; } = int.MaxValue;

    /// <summary>How many messages are sent on the first connection before it is cut.</summary>
    public int CutAfterMessages { get; init; } = int.MaxValue;

    /// <summary>Whether replies come late and out of order.</summary>
    public bool Shuffles { get; init; }

    /// <summary>How many bytes came on the first connection before it was cut.</summary>
    public int BytesRead { get; private set; }

    /// <summary>Whether the first connection was cut as it was told to.</summary>
    public bool HasCut { get; private set; }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>What a client may not do: subscribe to what it has, end what it does not have.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_lock)
                return [.. _problems];
        }
    }

    /// <summary>What came whole.</summary>
    public IReadOnlyList<(int Connection, string Text)> Messages
    {
        get
        {
            lock (_lock)
                return [.. _messages];
        }
    }

    /// <summary>What the last connection is subscribed to.</summary>
    public IReadOnlyList<string> Subscribed
    {
        get
        {
            lock (_lock)
                return _current is { Ended: false, IsDropped: false } current ? [.. current.Topics.Concat(current.Keys.Select(k => k.Value)).Order(StringComparer.Ordinal)] : [];
        }
    }

    public async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(Support.Limit);
        while (true)
        {
            Task changed;
            lock (_lock)
                changed = _changed.Task;
            if (condition())
                return;
            await changed.WaitAsync(limit.Token);
        }
    }

    /// <summary>Sends an item to everything that the last connection is subscribed to.</summary>
    public async Task PublishAsync()
    {
        Connection? current;
        List<string> items = [];
        lock (_lock)
        {
            current = _current;
            if (current is null || current.Ended || current.IsDropped)
                return;
            items.AddRange(current.Topics.Select(t => $$$"""{"stream":"{{{t}}}","data":{"s":"{{{t}}}","n":{{{current.Number}}}}}"""));
            items.AddRange(current.Keys.Select(k => $$"""{"method":"eth_subscription","params":{"subscription":"{{k.Key}}","result":{"s":"{{k.Value}}","n":{{current.Number}} } } }"""));
        }

        foreach (string item in items)
            await current.SendAsync(item);
    }

    /// <summary>Drops the last connection.</summary>
    public void Drop()
    {
        lock (_lock)
        {
            if (_current is { IsDropped: false, Ended: false } current)
            {
                current.IsDropped = true;
                current.Peer.Reset();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _run.Soon();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            Connection connection;
            try
            {
                ScriptedPeer peer = await _server.AcceptAsync();
                connection = new Connection(this, peer, Interlocked.Increment(ref _connections));
                await peer.AcceptHandshakeAsync();
            }
            catch (Exception e) when (e is System.Threading.Channels.ChannelClosedException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                continue;
            }

            lock (_lock)
                _current = connection;
            Pulse();
            try
            {
                await connection.ReadAsync();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The client, or the cut, has ended it.
            }

            lock (_lock)
                connection.Ended = true;
            Pulse();
        }
    }

    private void Pulse()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }

    private sealed class Connection(LedgerServer server, ScriptedPeer peer, int number)
    {
        private readonly List<byte> _bytes = [];
        private readonly SemaphoreSlim _writing = new(1);
        private readonly List<string> _held = [];
        private int _read;
        private int _sent;

        public ScriptedPeer Peer { get; } = peer;

        public int Number { get; } = number;

        public HashSet<string> Topics { get; } = [];

        public Dictionary<string, string> Keys { get; } = [];

        public bool Ended { get; set; }

        public bool IsDropped { get; set; }

        public async Task ReadAsync()
        {
            byte[] buffer = new byte[4096];
            int limit = Number == 1 ? server.CutAfterBytes : int.MaxValue;
            while (true)
            {
                int count = limit == _read ? 0 : await Peer.Stream.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, limit - _read)));
                if (count == 0)
                {
                    if (limit == _read)
                        Cut();
                    return;
                }

                _read += count;
                if (Number == 1)
                    server.BytesRead = _read;
                _bytes.AddRange(buffer.AsSpan(0, count));
                while (TryTake(out string? text))
                    await OnMessageAsync(text);
            }
        }

        public async Task SendAsync(string text)
        {
            await _writing.WaitAsync();
            try
            {
                await Peer.SendTextAsync(text);
                if (Number == 1 && ++_sent == server.CutAfterMessages)
                    Cut();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // It is cut.
            }
            finally
            {
                _writing.Release();
            }
        }

        private void Cut()
        {
            server.HasCut = true;
            Peer.Reset();
        }

        private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? text)
        {
            text = null;
            if (_bytes.Count < 2)
                return false;
            int length = _bytes[1] & 0x7F;
            int head = 2;
            if (length == 126)
            {
                if (_bytes.Count < 4)
                    return false;
                length = (_bytes[2] << 8) | _bytes[3];
                head = 4;
            }

            if (_bytes.Count < head + 4 + length)
                return false;
            byte[] payload = new byte[length];
            for (int i = 0; i < length; i++)
                payload[i] = (byte)(_bytes[head + 4 + i] ^ _bytes[head + (i & 3)]);
            bool isText = (_bytes[0] & 0xF) == Opcodes.Text;
            _bytes.RemoveRange(0, head + 4 + length);
            text = isText ? Encoding.UTF8.GetString(payload) : "";
            return true;
        }

        private async Task OnMessageAsync(string text)
        {
            if (text.Length == 0)
                return;
            string? reply = null;
            lock (server._lock)
            {
                server._messages.Add((Number, text));
                using JsonDocument document = JsonDocument.Parse(text);
                JsonElement message = document.RootElement;
                string? method = message.TryGetProperty("method", out JsonElement m) ? m.GetString() : null;
                string result = "null";
                if (method is "SUBSCRIBE" or "UNSUBSCRIBE")
                {
                    foreach (string topic in message.Topics())
                    {
                        if (!(method == "SUBSCRIBE" ? Topics.Add(topic) : Topics.Remove(topic)))
                            server._problems.Add($"connection {Number}: {method} of {topic} once too often");
                    }
                }
                else if (method == "eth_subscribe")
                {
                    string key = $"0x{Number}{Keys.Count}{server._random.Next():x}";
                    Keys.Add(key, message.GetProperty("params")[0].GetString()!);
                    result = $"\"{key}\"";
                }
                else if (method == "eth_unsubscribe" && !Keys.Remove(message.GetProperty("params")[0].GetString()!))
                {
                    server._problems.Add($"connection {Number}: {text} of nothing");
                }
                else if (method == "echo")
                {
                    result = message.GetProperty("params").GetRawText();
                }

                if (message.TryGetProperty("id", out JsonElement id))
                    reply = $$"""{"id":{{id.GetRawText()}},"result":{{result}}}""";
            }

            server.Pulse();
            if (reply is null)
                return;
            _held.Add(reply);

            // Replies that are held go with a later one, or when nothing else has come.
            if (server.Shuffles && server._random.Next(3) == 0 && Peer.Stream is System.Net.Sockets.NetworkStream { DataAvailable: true })
                return;
            string[] replies = [.. _held];
            _held.Clear();
            if (server.Shuffles)
                server._random.Shuffle(replies);
            foreach (string one in replies)
                await SendAsync(one);
        }
    }
}
