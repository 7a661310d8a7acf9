using NetWebSockets.IntegrationTests.Contracts;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.IntegrationTests.Messaging;

public class BackPressureTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_slow_reader_makes_the_peer_wait_and_loses_nothing()
    {
        const int Count = 1024;
        const int Size = 64 * 1024;

        // What may be under way: the stream's buffer, the client's read buffer, and what two kernels hold for a loopback connection.
        const int MostUnderWay = 400;
        int read = 0;
        int mostUnderWay = 0;
        string text = new('x', Size);
        KestrelServerOptions server = new();
        server.Endpoints["/flood"] = async (socket, _, token) =>
        {
            for (int i = 0; i < Count; i++)
            {
                await socket.SendTextAsync($$"""{"type":"said","room":"{{i}}","from":"server","text":"{{text}}"}""", token);
                mostUnderWay = Math.Max(mostUnderWay, i + 1 - Volatile.Read(ref read));
            }

            await socket.ReceiveMessageAsync(token);
            await socket.AnswerCloseAsync(token);
        };
        server.Endpoints["/chat"] = KeepBusy;
        await using KestrelServer kestrel = await KestrelServer.StartNewAsync(server);
        await using ChatClient other = await ChatClient.ConnectAsync(kestrel.Uri("/chat"), TestContext.Current.CancellationToken);
        ChatClient chat = Create<ChatClient>(kestrel.Uri("/flood"));
        await using MessageStream<Said> said = chat.SaidMessages(new MessageStreamOptions { Capacity = 8 });
        await ((IChatClient)chat).ConnectAsync(TestContext.Current.CancellationToken);

        for (int i = 0; i < Count; i++)
        {
            Said item = await said.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Guard, TestContext.Current.CancellationToken);
            Assert.Equal($"{i}", item.Room);
            Interlocked.Increment(ref read);

            // Slow because it waits for something else, as real readers do.
            await other.GetHistoryAsync("lobby", i).WaitAsync(Guard, TestContext.Current.CancellationToken);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"messages of 64 KiB under way at most: {mostUnderWay} of {Count}");
        Assert.InRange(mostUnderWay, 1, MostUnderWay);
        Assert.Equal(0, said.Dropped);
        await chat.DisposeAsync().AsTask().WaitAsync(Guard, TestContext.Current.CancellationToken);

        async Task KeepBusy(System.Net.WebSockets.WebSocket socket, Microsoft.AspNetCore.Http.HttpContext context, CancellationToken token)
        {
            for (int id = 1; await socket.ReceiveMessageAsync(token) is not null; id++)
                await socket.SendTextAsync($$"""{"id":{{id}},"result":{"items":[]} }""", token);
        }
    }

    private static T Create<T>(Uri uri)
        where T : class, NetWebSockets.Messaging.IGeneratedClient<T> =>
        T.Create(new NetWebSockets.Messaging.ClientRuntime(T.Contract, new WebSocketClientOptions { Uri = uri }));
}
