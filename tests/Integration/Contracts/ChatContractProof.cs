namespace NetWebSockets.IntegrationTests.Contracts;

/// <summary>The calls of the quick start, written as a user writes them: that this compiles is the test.</summary>
internal static class ChatContractProof
{
    public static async Task QuickStartAsync()
    {
        await using var chat = await ChatClient.ConnectAsync("ws://127.0.0.1:5000/chat");

        await using MessageStream<Said> said = chat.SaidMessages();
        await chat.SayAsync("lobby", "hello");
        await chat.SendAsync(new Say("lobby", "hello again"));

        History last = await chat.GetHistoryAsync("lobby", count: 20);

        await foreach (Said m in said)
            Console.WriteLine($"{m.From}: {m.Text} ({last.Items.Length})");
    }

    public static async Task ByItsInterfaceAsync(IChatClient chat, CancellationToken cancellationToken)
    {
        await chat.ConnectAsync(cancellationToken);
        History last = await chat.CallAsync(new GetHistory("lobby", 20), cancellationToken);
        await foreach (Said m in chat.SaidMessages(new MessageStreamOptions { Capacity = 8 }).WithCancellation(cancellationToken))
            await chat.SayAsync(m.Room, m.Text + last.Items.Length, cancellationToken);
        await chat.CloseAsync(cancellationToken);
    }
}
