using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace NetWebSockets.AotSmoke;

/// <summary>Calls, streams, subscriptions, handlers and binary messages, on both sides of a drop.</summary>
internal static class SmokeScenario
{
    public static async Task RunAsync(Uri server, long started, CancellationToken cancellationToken)
    {
        WebSocketClientOptions options = new()
        {
            Uri = new Uri(server, "/smoke"),
            ReconnectSpread = TimeSpan.Zero,
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(20) },
        };
        await using SmokeClient client = await SmokeClient.ConnectAsync("smoke", options, cancellationToken);
        Report.Line("ready after", Stopwatch.GetElapsedTime(started).TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture), "ms");

        await using MessageStream<Price> prices = client.Prices("gold");
        await using MessageStream<RoomLine> lines = client.SubscribeWatch("lobby");
        Report.Line("topic", await prices.ReadAsync(cancellationToken));
        Report.Line("subscription", await lines.ReadAsync(cancellationToken));
        await CallAsync(client, cancellationToken);
        await StreamAsync(client, cancellationToken);
        await SendBinaryAsync(client, cancellationToken);
        await client.BeatsAsync(cancellationToken);

        await client.DropAsync(cancellationToken);
        Report.Line("topic after a drop", await prices.ReadAsync(cancellationToken));
        Report.Line("subscription after a drop", await lines.ReadAsync(cancellationToken));
        // Restored subscriptions have their items before the client is ready; a call waits for that.
        Report.Line("call after a drop", await client.AddAsync([4, 5], cancellationToken));
        await client.CloseAsync(cancellationToken);
        Report.Line("closed", client.State);
    }

    private static async Task CallAsync(SmokeClient client, CancellationToken cancellationToken)
    {
        Report.Line("call", await client.AddAsync([1, 2, 3], cancellationToken));
        Report.Line("call by method", await client.DivideAsync(7, 2, cancellationToken));
        try
        {
            await client.DivideAsync(7, 0, cancellationToken);
        }
        catch (CallErrorException<Refusal> e)
        {
            Report.Line("error", e.Code, e.Error);
        }

        List<int> counted = [];
        await foreach (int number in client.Count(3).WithCancellation(cancellationToken))
            counted.Add(number);
        Report.Line("streamed replies", [.. counted]);
        await using (MessageStream<int> endless = client.Count(int.MaxValue))
            Report.Line("streamed reply", await endless.ReadAsync(cancellationToken));
        Report.Line("handler", await client.AskMeAsync(cancellationToken));
    }

    private static async Task StreamAsync(SmokeClient client, CancellationToken cancellationToken)
    {
        await using MessageStream<Quote> quotes = client.QuoteMessages();
        await using MessageStream<Done> done = client.Done();
        await using MessageStream<Point> points = client.Points();
        await using MessageStream<UnknownMessage> unknown = client.UnknownMessages();
        await using MessageStream<Said> said = client.SaidMessages();
        await client.BurstAsync(100, cancellationToken);
        Report.Line("done", await done.ReadAsync(cancellationToken));
        // All hundred have come; of each symbol there is the last.
        Report.Line("latest", await quotes.ReadAsync(cancellationToken), await quotes.ReadAsync(cancellationToken));
        Report.Line("positional", await points.ReadAsync(cancellationToken));
        Report.Line("unknown", await unknown.ReadAsync(cancellationToken));
        await client.SendAsync(new Say("hello", DateTimeOffset.UnixEpoch, ["a", "b"]), cancellationToken);
        Said heard = await said.ReadAsync(cancellationToken);
        Report.Line("said", heard.Text, heard.At.ToUnixTimeSeconds(), string.Join(',', heard.Tags!));
    }

    private static async Task SendBinaryAsync(SmokeClient client, CancellationToken cancellationToken)
    {
        await using MessageStream<byte[]> bytes = client.Bytes();
        await using MessageStream<Stream> streams = client.Streams();
        await using MessageStream<ReadOnlyMemory<byte>> memories = client.Memories();
        await client.SendBytesAsync("bytes"u8.ToArray(), cancellationToken);
        await client.SendMemoryAsync("memory"u8.ToArray(), cancellationToken);
        using MemoryStream sent = new(new byte[200_000]);
        Report.Line("bytes", Encoding.UTF8.GetString(await bytes.ReadAsync(cancellationToken)));
        Report.Line("memory", Encoding.UTF8.GetString((await memories.ReadAsync(cancellationToken)).Span));
        await client.SendStreamAsync(sent, cancellationToken);
        await using Stream received = await streams.ReadAsync(cancellationToken);
        using MemoryStream whole = new();
        await received.CopyToAsync(whole, cancellationToken);
        Report.Line("stream", whole.Length);
        try
        {
            await client.SendMemoryAsync(new byte[300_000], cancellationToken);
        }
        catch (SendException e)
        {
            Report.Line("over the limit", e.Outcome);
        }
    }
}
