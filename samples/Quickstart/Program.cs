// A typed chat client that outlives a restart of its server. The server is in ChatServer.cs, the client's contract in ChatContract.cs.
using System.Diagnostics;
using NetWebSockets;
using Quickstart;

Stopwatch clock = Stopwatch.StartNew();
Ledger ledger = new();
using CancellationTokenSource limit = new(TimeSpan.FromSeconds(18));

try
{
    await using ChatServer server = new();
    await server.StartAsync();
    Print("server", $"listens on {server.Address}");

    await using ChatClient chat = await ChatClient.ConnectAsync(
        new WebSocketClientOptions
        {
            Uri = server.Address,
            // The defaults are gentler to a server than a demonstration has time for.
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(200) },
            ReconnectSpread = TimeSpan.FromMilliseconds(100),
        },
        limit.Token);
    Print("state", $"{chat.State}");

    TaskCompletionSource dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    chat.StateChanged += (_, change) =>
    {
        Print("state", $"{change.Previous} -> {change.Current}{(change.Cause is null ? "" : $": {change.Cause.Message}")}");
        if (change.Previous == ConnectionState.Ready)
            dropped.TrySetResult();
        if (change.Current == ConnectionState.Closed)
            closed.TrySetResult();
    };

    // Registered from here on: nothing that is said can slip by before the loop has started. It goes on across reconnects.
    MessageStream<Said> said = chat.SaidMessages();
    Task listening = Task.Run(async () =>
    {
        await foreach (Said line in said)
        {
            Print("received", $"{line.From}: {line.Text}");
            ledger.Heard(line.Text);
        }
    });

    for (int i = 1; i <= 5; i++)
    {
        await SayAsync(chat, $"line {i}");
        Print("sent", $"line {i}");
    }

    await ledger.WhenHeardAsync(5, limit.Token);

    await server.StopAsync();
    Print("server", "has stopped without a word");
    await dropped.Task.WaitAsync(limit.Token);

    // Nobody is there. What is sent now waits, in order, until the connection is ready again.
    (string Text, Task Sent)[] waiting = [.. Enumerable.Range(6, 5).Select(i => $"line {i}").Select(text => (text, SayAsync(chat, text)))];
    Print("waiting", $"{waiting.Count(w => !w.Sent.IsCompleted)} lines, for the server to come back");
    await Task.Delay(TimeSpan.FromSeconds(1), limit.Token);
    await server.StartAsync();
    Print("server", "is back on the same port");

    foreach ((string text, Task sent) in waiting)
    {
        await sent;
        Print("sent", text);
    }

    await ledger.WhenHeardAsync(10, limit.Token);
    Print("restored", "the same stream brought what was said after the restart");

    // A call: one request, its reply matched back by an id.
    History history = await chat.GetHistoryAsync("lobby", count: 20, limit.Token);
    Print("call", $"the server remembers {history.Items.Length} lines");

    await chat.CloseAsync(limit.Token);
    await closed.Task.WaitAsync(limit.Token); // The steps are told by a thread of their own.
    await listening.WaitAsync(limit.Token);

    IReadOnlyList<string> differences = ledger.Differences([.. history.Items.Select(line => line.Text)]);
    Print("ledger", $"{ledger}, {differences.Count} lost or out of place");
    foreach (string difference in differences)
        Print("LOST", difference);
    return differences.Count == 0 ? 0 : 1;
}
catch (OperationCanceledException) when (limit.IsCancellationRequested)
{
    Print("FAILED", $"not done after 18 s: {ledger}");
    return 2;
}

Task SayAsync(ChatClient chat, string text)
{
    ledger.Sent(text);
    return chat.SayAsync("lobby", text, limit.Token).AsTask();
}

void Print(string what, string text) => Console.WriteLine($"{clock.Elapsed.TotalSeconds,6:0.00} s  {what,-9} {text}");
