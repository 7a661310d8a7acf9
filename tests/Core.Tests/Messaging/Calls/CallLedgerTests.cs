using System.Text;
using System.Text.Json;
using NetWebSockets.Messaging;
using NetWebSockets.Tests.Connections;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Calls;

/// <summary>
/// A connection is cut at every byte of an exchange of calls and a send, and what the client was told is compared with what the server saw, on the socket that was cut and on the
/// next: every call and every send ends exactly once, what was not sent was never seen, what may have been sent was seen once at most, and a result means that it was seen.
/// </summary>
public class CallLedgerTests
{
    private const int Header = 6;

    public enum Cut
    {
        /// <summary>The server has read so many bytes of what the client sends.</summary>
        Requests,

        /// <summary>The server has read all, and written so many bytes of its replies.</summary>
        Replies,

        /// <summary>The server has written so many bytes of its answer to the opening handshake; the calls were made before.</summary>
        Handshake,
    }

    [Theory]
    [InlineData(Cut.Requests, false, 0)]
    [InlineData(Cut.Requests, true, 0)]
    [InlineData(Cut.Requests, false, 1)]
    [InlineData(Cut.Replies, false, 0)]
    [InlineData(Cut.Replies, true, 0)]
    [InlineData(Cut.Replies, false, 1)]
    [InlineData(Cut.Handshake, false, 0)]
    [InlineData(Cut.Handshake, false, 1)]
    public async Task What_the_client_was_told_is_what_the_server_saw(Cut where, bool idempotent, int maxInFlight)
    {
        int sent = 0;
        int notSent = 0;
        int results = 0;
        for (int at = 0; ; at++)
        {
            Exchange exchange = new(where, at, idempotent, maxInFlight);
            bool wasCut = await exchange.RunAsync();
            exchange.Check();
            results += exchange.Results;
            sent += exchange.FailedAsSent;
            notSent += exchange.FailedAsNotSent;
            if (!wasCut)
                break;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{where}: {results} results, {sent} failed as sent or unknown, {notSent} as not sent");
        Assert.True(results > 0);
        Assert.Equal(where != Cut.Handshake, sent > 0);
    }

    private sealed class Exchange(Cut where, int at, bool idempotent, int maxInFlight)
    {
        private static readonly SendRoute<int> Note = new("note", new Envelope(default, "{\"method\":\"note\",\"params\":"u8, "}"u8, payloadAtRoot: false), CallJson.Default.Int32, false);

        // By the number that each message carries as its parameter: on which sockets it was seen whole.
        private readonly Dictionary<int, List<int>> _seen = [];
        private readonly Dictionary<int, Task> _told = [];
        private readonly HashSet<long> _ids = [];

        public int Results { get; private set; }

        public int FailedAsSent { get; private set; }

        public int FailedAsNotSent { get; private set; }

        public async Task<bool> RunAsync()
        {
            CallContract calls = new() { Id = "/id", MaxInFlight = maxInFlight };
            await using ClientFixture client = ClientFixture.Create(CallContracts.JsonRpc(calls));
            States states = new(client.Runtime.Connection);
            bool cut;
            if (where == Cut.Handshake)
            {
                Begin(client);
                using ScriptedPeer first = await client.Server.AcceptAsync().Soon();
                cut = await CutHandshakeAsync(first);
                if (!cut)
                    await AnswerAsync(first, socket: 1, untilLast: false);
            }
            else
            {
                Task ready = client.Runtime.Connection.ConnectAsync();
                using ScriptedPeer first = await client.AcceptAsync();
                await ready.Soon();
                Begin(client);
                cut = where == Cut.Requests ? await CutRequestsAsync(first) : await CutRepliesAsync(first);
            }

            if (cut)
            {
                // The client has noticed, so that this goes out on the next socket; what waits goes out in order, so that it comes behind all others.
                await states.UntilAsync(ConnectionState.Disconnected);
                Begin(client, 4, isCall: true);
                ScriptedPeer second = await client.AcceptAsync();
                await AnswerAsync(second, socket: 2, untilLast: true);
            }

            foreach (Task told in _told.Values)
                await Task.WhenAny(told).Soon();
            return cut;
        }

        public void Check()
        {
            foreach ((int number, Task told) in _told)
            {
                List<int> seen = _seen.GetValueOrDefault(number, []);
                string what = $"{where} cut at {at}: message {number} ({(number == 2 ? "send" : "call")}) was seen on sockets [{string.Join(", ", seen)}] and told {told.Status} {told.Exception?.InnerException?.Message}";
                SendOutcome? failed = told.Exception?.InnerException switch
                {
                    CallErrorException => throw new InvalidOperationException("The server answers no errors."),
                    CallException call => call.Outcome,
                    SendException send => send.Outcome,
                    null => null,
                    _ => throw new InvalidOperationException(what, told.Exception),
                };
                bool mayBeTwice = idempotent && number != 2;
                Assert.True(seen.Count <= (mayBeTwice ? 2 : 1), what);
                if (failed == SendOutcome.NotSent)
                {
                    Assert.True(seen.Count == 0, what);
                    FailedAsNotSent++;
                }
                else if (failed is not null)
                {
                    Assert.True(!seen.Contains(2), what);
                    FailedAsSent++;
                }
                else if (number != 2)
                {
                    Assert.True(seen.Count > 0, what);
                    Results++;
                }
            }
        }

        private void Begin(ClientFixture client)
        {
            Begin(client, 1, isCall: true);
            Begin(client, 2, isCall: false);
            Begin(client, 3, isCall: true);
        }

        private void Begin(ClientFixture client, int number, bool isCall) => _told.Add(
            number,
            isCall
                ? client.Runtime.CallAsync(CallContracts.Add(idempotent: idempotent), number, CancellationToken.None)
                : client.Runtime.SendAsync(Note, number, CancellationToken.None).AsTask());

        // With one call in flight the second call's request comes after the first one's reply, which the server here never gives.
        private int Expected => maxInFlight == 1 ? 2 : 3;

        private async Task<bool> CutRequestsAsync(ScriptedPeer peer)
        {
            // One byte at a time, and none beyond what there is: without a cut all of it has come.
            byte[] bytes = new byte[at];
            int read = 0;
            List<string> whole = [];
            while (read < at && whole.Count < Expected)
            {
                await peer.Stream.ReadExactlyAsync(bytes.AsMemory(read, 1)).AsTask().Soon();
                read++;
                whole = Whole(bytes.AsSpan(0, read));
            }

            foreach (string text in whole)
                See(text, 1);
            if (whole.Count < Expected)
            {
                peer.Reset();
                return true;
            }

            foreach (string text in whole)
                await ReplyAsync(peer, text);
            if (maxInFlight == 1)
                await AnswerOneAsync(peer, 1);
            return false;
        }

        private async Task<bool> CutRepliesAsync(ScriptedPeer peer)
        {
            List<byte> replies = [];
            for (int i = 0; i < Expected; i++)
            {
                string text = await peer.ReadTextAsync();
                See(text, 1);
                if (IdOf(text) is { } id)
                    replies.AddRange(ServerFrame.Text(Reply(id)));
            }

            await peer.WriteAsync(replies.Take(at).ToArray()).Soon();
            if (at < replies.Count)
            {
                // The end of what was written, not a reset, which would take what the client has not read yet.
                peer.ShutdownSend();
                await peer.ReadToEndAsync().Soon();
                peer.Dispose();
                return true;
            }

            if (maxInFlight == 1)
                await AnswerOneAsync(peer, 1);
            return false;
        }

        private static async Task<bool> AcceptPartlyAsync(ScriptedPeer peer, int count)
        {
            HandshakeHead request = await peer.ReadRequestAsync().Soon();
            byte[] response = Encoding.ASCII.GetBytes(
                $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {request.Accept}\r\n\r\n");
            await peer.WriteAsync(response.AsMemory(0, Math.Min(count, response.Length))).Soon();
            return count < response.Length;
        }

        private async Task<bool> CutHandshakeAsync(ScriptedPeer peer)
        {
            // Every eighth byte: no message is on its way yet, and the handshake has tests of its own.
            bool cut = await AcceptPartlyAsync(peer, at * 8);
            if (cut)
                peer.Reset();
            return cut;
        }

        private async Task AnswerAsync(ScriptedPeer peer, int socket, bool untilLast)
        {
            for (int i = 0; untilLast ? !_seen.ContainsKey(4) : i < 3; i++)
                await AnswerOneAsync(peer, socket);
        }

        private async Task AnswerOneAsync(ScriptedPeer peer, int socket)
        {
            string text = await peer.ReadTextAsync();
            See(text, socket);
            await ReplyAsync(peer, text);
        }

        private static async Task ReplyAsync(ScriptedPeer peer, string text)
        {
            if (IdOf(text) is { } id)
                await peer.SendTextAsync(Reply(id)).Soon();
        }

        private static string Reply(long id) => $$"""{"id":{{id}},"result":1}""";

        private static long? IdOf(string text)
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.TryGetProperty("id", out JsonElement id) ? id.GetInt64() : null;
        }

        private void See(string text, int socket)
        {
            using JsonDocument document = JsonDocument.Parse(text);
            int number = document.RootElement.GetProperty("params").GetInt32();
            if (!_seen.TryGetValue(number, out List<int>? sockets))
            {
                _seen.Add(number, sockets = []);
                if (IdOf(text) is { } id)
                    Assert.True(_ids.Add(id), "An id is used for one call only.");
            }

            sockets.Add(socket);
        }

        // The frames that are whole in what was read. All are short and masked.
        private static List<string> Whole(ReadOnlySpan<byte> bytes)
        {
            List<string> texts = [];
            while (bytes.Length >= Header && bytes.Length >= Header + (bytes[1] & 0x7F))
            {
                int length = bytes[1] & 0x7F;
                byte[] payload = bytes.Slice(Header, length).ToArray();
                for (int i = 0; i < length; i++)
                    payload[i] ^= bytes[2 + (i & 3)];
                texts.Add(Encoding.UTF8.GetString(payload));
                bytes = bytes[(Header + length)..];
            }

            return texts;
        }
    }
}
