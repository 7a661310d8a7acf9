using System.Net;
using System.Net.Sockets;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.IntegrationTests.Contracts;

/// <summary>Generated code on a real socket: nested locators out and back, fields with defaults, the sender of events.</summary>
public class GeneratedClientTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_a_method_of_fields_sends_is_what_a_stream_reads()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using EchoClient client = await EchoClient.ConnectAsync(server.Uri(), TestContext.Current.CancellationToken).WaitAsync(Guard);
        await using MessageStream<Note> notes = client.NoteMessages();

        await client.NoteAsync("quote \" and é");
        await client.SendAsync(new Note("second", 8));

        Assert.Equal(new Note("quote \" and é", 7), await notes.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Guard));
        Assert.Equal(new Note("second", 8), await notes.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Guard));
        Assert.Equal(
            """{"meta":{"kind":"note"},"text":"second","number":8}""",
            (await server.WaitForReceivedAsync(2, TestContext.Current.CancellationToken).WaitAsync(Guard))[1].Text);
    }

    [Fact]
    public async Task A_call_finds_its_reply_by_nested_locators()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using EchoClient client = await EchoClient.ConnectAsync(server.Uri().ToString(), TestContext.Current.CancellationToken).WaitAsync(Guard);

        Ask result = await client.AskAsync("why?", TestContext.Current.CancellationToken).WaitAsync(Guard);

        Assert.Equal(new Ask("why?"), result);
    }

    [Fact]
    public async Task The_sender_of_a_state_change_is_the_client()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using EchoClient client = await EchoClient.ConnectAsync(server.Uri(), TestContext.Current.CancellationToken).WaitAsync(Guard);
        TaskCompletionSource<object?> sender = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int removed = 0;
        client.StateChanged += Removed;
        client.StateChanged += (_, _) => throw new InvalidOperationException("One that throws does not stop the next.");
        client.StateChanged += (from, change) =>
        {
            if (change.Current == ConnectionState.Closed)
                sender.TrySetResult(from);
        };
        client.StateChanged -= Removed;

        await client.CloseAsync(TestContext.Current.CancellationToken).WaitAsync(Guard);

        Assert.Same(client, await sender.Task.WaitAsync(Guard));
        Assert.Equal(ConnectionState.Closed, client.State);
        Assert.Equal(0, removed);

        // Steps of connecting may still be on their way when it is added; that of closing comes after it was removed.
        void Removed(object? from, ConnectionStateChange change) => Interlocked.Add(ref removed, change.Current == ConnectionState.Closed ? 1 : 0);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_gives_up_connecting()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0); // takes connections and never answers a handshake
        silent.Start();
        using CancellationTokenSource source = new();
        Task<EchoClient> connecting = EchoClient.ConnectAsync($"ws://{silent.LocalEndpoint}/", source.Token);
        using Socket accepted = await silent.AcceptSocketAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Guard);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Guard));
        byte[] request = new byte[4096];
        while (await ReadAsync() > 0)
        {
            // The request of the handshake; then the connection must end, for nobody holds the client.
        }

        async Task<int> ReadAsync()
        {
            try
            {
                return await accepted.ReceiveAsync(request, TestContext.Current.CancellationToken).AsTask().WaitAsync(Guard);
            }
            catch (SocketException)
            {
                return 0; // reset: ended as well
            }
        }
    }

    [Theory]
    [InlineData("chat.example/ws")]
    [InlineData("")]
    public async Task An_address_that_is_not_absolute_is_told_at_once(string uri) =>
        await Assert.ThrowsAsync<ArgumentException>(() => EchoClient.ConnectAsync(uri, TestContext.Current.CancellationToken));
}
