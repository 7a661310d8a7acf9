using NetWebSockets.TestServers;
using Polly;
using Polly.Retry;
using Xunit;

namespace NetWebSockets.InteropTests.Endurance;

/// <summary>Promises 8 and 9 of docs/reliability.md, on a whole <see cref="WebSocketConnection"/>.</summary>
[Collection(EnduranceCollection.Name)]
public sealed class ReconnectEnduranceTests
{
    private const int Reconnects = 10_000;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Ten_thousand_reconnects_leave_nothing_behind()
    {
        TaskCompletionSource early = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource late = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        const int Early = Reconnects / 10;
        await using var server = new RawServer(async connection =>
        {
            await connection.AcceptAsync(ServerFrame.Text($"{connection.Number}"));
            if (connection.Number == Early)
            {
                early.SetResult();
                await goOn.Task;
            }
            else if (connection.Number > Reconnects)
            {
                late.TrySetResult();
                await connection.ReadToEndAsync();
                return;
            }

            // In turn: the end of the stream, a reset, a close frame.
            switch (connection.Number % 3)
            {
                case 0:
                    connection.Reset();
                    break;
                case 1:
                    connection.ShutdownSend();
                    await connection.ReadToEndAsync();
                    break;
                default:
                    await connection.WriteAsync(ServerFrame.Close(1001));
                    connection.ShutdownSend();
                    await connection.ReadToEndAsync();
                    break;
            }
        });
        var time = new CountingTime();
        await using NetSession session = new();
        await using var connection = new WebSocketConnection(Options(server, session, o => o.TimeProvider = time));
        int read = 0;
        Task reading = Task.Run(async () =>
        {
            await foreach (WebSocketMessage _ in connection.ReadAllAsync())
                read++;
        });
        await connection.ConnectAsync().WaitAsync(Limit, TestContext.Current.CancellationToken);

        // After the first thousand everything that is made once has been made: the next nine thousand must not add to it.
        await early.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        long held = GC.GetTotalMemory(forceFullCollection: true);
        int timers = time.Live;
        int? sockets = OpenSockets.Count();
        bool IsFew() => time.Live <= timers + 5 && (OpenSockets.Count() ?? 0) - (sockets ?? 0) <= 5;
        goOn.SetResult();
        await late.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - held;
        Assert.InRange(grown, long.MinValue, 1024 * 1024);   // a hundred bytes for each reconnect would be as much again

        // Those of the present socket and of the attempt that is just over; sides of others may still be on their way out.
        for (long begun = Environment.TickCount64; !IsFew() && Environment.TickCount64 - begun < 10_000;)
            await Task.Yield();
        Assert.True(IsFew(), $"{time.Live} timers and {OpenSockets.Count()} sockets are open, and there were {timers} and {sockets}.");
        Assert.InRange(session.LiveCount, 0, 1);
        Assert.Equal(Reconnects + 1, server.ConnectionCount);

        await connection.CloseAsync().WaitAsync(Limit, TestContext.Current.CancellationToken);
        await reading.WaitAsync(Limit, TestContext.Current.CancellationToken);

        // The close may have come to its deadline: the socket that it dropped lets go on a thread of its own.
        await time.WhenNoneAsync().WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.Equal(0, session.LiveCount);
        Assert.Null(server.Failure);

        // A reset may throw away what had not been read; everything else is read.
        Assert.InRange(read, (Reconnects * 2 / 3) - 1, Reconnects + 1);
    }

    [Fact]
    public async Task A_drop_at_every_byte_of_a_conversation_loses_no_whole_message_and_shows_no_half_one()
    {
        (byte[] all, Func<int, IEnumerable<string>> wholeIn) = ShortConversation();
        TaskCompletionSource last = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async connection =>
        {
            int at = connection.Number - 1;
            if (at > all.Length)
            {
                await connection.AcceptAsync();
                last.TrySetResult();
                await connection.ReadToEndAsync();
                return;
            }

            // Half of what comes, in the packet of the handshake's answer.
            int first = at % 2 == 0 ? 0 : at / 2;
            await connection.AcceptAsync(all.AsMemory(0, first));
            await connection.WriteAsync(all.AsMemory(first, at - first));
            connection.ShutdownSend();
            await connection.ReadToEndAsync();
        });
        await using NetSession session = new();
        await using var connection = new WebSocketConnection(Options(server, session));
        List<string> read = [];
        Task reading = Task.Run(async () =>
        {
            await foreach (WebSocketMessage message in connection.ReadAllAsync())
                read.Add(message.IsText ? message.Text : Convert.ToHexString(message.Data.Span));
        });
        await connection.ConnectAsync().WaitAsync(Limit, TestContext.Current.CancellationToken);
        await last.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        await connection.CloseAsync().WaitAsync(Limit, TestContext.Current.CancellationToken);
        await reading.WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, all.Length + 1).SelectMany(wholeIn), read);
        Assert.Null(server.Failure);
    }

    private static WebSocketConnectionOptions Options(RawServer server, NetSession session, Action<WebSocketConnectionOptions>? change = null)
    {
        WebSocketConnectionOptions options = new()
        {
            Uri = server.Uri,
            Session = session,
            StableAfter = TimeSpan.Zero,
            ReconnectSpread = TimeSpan.Zero,
            CloseTimeout = TimeSpan.FromMilliseconds(100),
            ConfigureConnectPipeline = p => p.AddRetry(new RetryStrategyOptions { MaxRetryAttempts = int.MaxValue, Delay = TimeSpan.Zero }),
        };
        change?.Invoke(options);
        return options;
    }

    private static (byte[] All, Func<int, IEnumerable<string>> WholeIn) ShortConversation()
    {
        (byte[] Frame, string? Message)[] frames =
        [
            (ServerFrame.Text("one"), "one"),
            (ServerFrame.Encode(Opcodes.Ping, "p"u8), null),
            (ServerFrame.Text("gr", fin: false), null),
            (ServerFrame.Encode(Opcodes.Pong, []), null),
            (ServerFrame.Continuation([0xC3], fin: false), null),
            (ServerFrame.Continuation([0xBC, 0x21], fin: true), "gr\u00FC!"),
            (ServerFrame.Binary(new byte[130]), new string('0', 260)),
            (ServerFrame.Text(""), ""),
            (ServerFrame.Text("last"), "last"),
        ];
        return ([.. frames.SelectMany(f => f.Frame)], WholeIn);

        IEnumerable<string> WholeIn(int bytes)
        {
            int end = 0;
            foreach ((byte[] frame, string? message) in frames)
            {
                end += frame.Length;
                if (end <= bytes && message is not null)
                    yield return message;
            }
        }
    }
}
