using Microsoft.Extensions.DependencyInjection;
using NetWebSockets.Messaging;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Clients;

/// <summary>Clients whose class has a constructor of its own: made by ConnectAsync, by new, and by a host.</summary>
public sealed class ConstructedClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConnectAsync_takes_what_the_constructor_takes()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();

        await using ConstructedClient byText = await ConstructedClient.ConnectAsync("a", 1, server.Uri().ToString(), Token).WaitAsync(Limit, Token);
        await using ConstructedClient byUri = await ConstructedClient.ConnectAsync("b", 2, server.Uri(), Token).WaitAsync(Limit, Token);
        await using ConstructedClient byOptions = await ConstructedClient.ConnectAsync("c", 3, new WebSocketClientOptions { Uri = server.Uri() }, Token).WaitAsync(Limit, Token);

        Assert.Equal([("a", 1), ("b", 2), ("c", 3)], new[] { byText, byUri, byOptions }.Select(static c => (c.Token, c.Number)));
        Assert.All([byText, byUri, byOptions], static c => Assert.Equal(ConnectionState.Ready, c.State));
        await using MessageStream<Said> said = byUri.SaidMessages();
        await byUri.SaidAsync("hello", Token);
        Assert.Equal(new Said("hello"), await said.ReadAsync(Token).AsTask().WaitAsync(Limit, Token));
    }

    [Fact]
    public async Task A_client_made_with_new_connects_to_the_default_address_at_its_first_use()
    {
        PlainlyConstructedClient client = new();
        await using (client)
        {
            Assert.True(client.Made);
            Assert.Equal(ConnectionState.Disconnected, client.State);
            TaskCompletionSource connecting = new(TaskCreationOptions.RunContinuationsAsynchronously);
            client.StateChanged += (sender, change) =>
            {
                Assert.Same(client, sender);
                if (change.Current == ConnectionState.Connecting)
                    connecting.TrySetResult();
            };

            Task sent = client.SaidAsync("waits", Token).AsTask();

            await connecting.Task.WaitAsync(Limit, Token);
            Assert.False(sent.IsCompletedSuccessfully);
            await client.CloseAsync(Token).WaitAsync(Limit, Token);
            await Assert.ThrowsAsync<SendException>(() => sent.WaitAsync(Limit, Token));
        }

        Assert.Equal(ConnectionState.Closed, client.State);
    }

    [Fact]
    public async Task The_runtime_knows_its_client()
    {
        PlainlyConstructedClient made = Create<PlainlyConstructedClient>(out ClientRuntime runtime);

        Assert.Same(made, runtime.Client);
        await made.DisposeAsync();
    }

    [Fact]
    public async Task A_client_without_an_address_says_so_at_its_first_use_and_can_be_disposed_unused()
    {
        ConstructedClient client = new("a", 1);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => { _ = ((IWebSocketClient)client).ConnectAsync(Token); });

        Assert.Contains("no address: give one to ConstructedClient.ConnectAsync", error.Message, StringComparison.Ordinal);
        await client.DisposeAsync();
        await new ConstructedClient("b", 2).DisposeAsync();
    }

    [Fact]
    public async Task Threads_that_use_a_new_client_at_once_share_one_connection()
    {
        for (int round = 0; round < 50; round++)
        {
            PlainlyConstructedClient client = new();
            using Barrier together = new(4);
            Task<object>[] uses = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                together.SignalAndWait(Token);
                return (object)client.Closed;
            }, Token))];

            object[] closed = await Task.WhenAll(uses).WaitAsync(Limit, Token);

            Assert.All(closed, one => Assert.Same(closed[0], one));
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Options_come_too_late_for_a_client_in_use()
    {
        PlainlyConstructedClient client = new();
        _ = client.State;

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Attach(client, new WebSocketClientOptions()));

        Assert.Contains("PlainlyConstructedClient is in use already", error.Message, StringComparison.Ordinal);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_host_makes_a_client_by_its_factory_with_the_options_of_its_registration()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        ServiceCollection services = new();
        services.AddSingleton("the token");
        services.AddNetWebSocket()
            .AddClient<ConstructedClient>(provider => new ConstructedClient(provider.GetRequiredService<string>(), 1), o => o.Uri = server.Uri())
            .AddClient<ConstructedClient>("other", _ => new ConstructedClient("o", 2))
            .Configure((o, _) => o.Uri = server.Uri());
        await using ServiceProvider provider = services.BuildServiceProvider();

        ConstructedClient client = provider.GetRequiredService<ConstructedClient>();
        ConstructedClient other = provider.GetRequiredKeyedService<ConstructedClient>("other");

        Assert.Same(client, provider.GetRequiredService<IConstructedClient>());
        Assert.Equal([("the token", 1), ("o", 2)], new[] { client, other }.Select(static c => (c.Token, c.Number)));
        await client.SaidAsync("hello", Token).AsTask().WaitAsync(Limit, Token);
        await other.SaidAsync("hello", Token).AsTask().WaitAsync(Limit, Token);
        Assert.Equal(ConnectionState.Ready, client.State);
    }

    [Fact]
    public async Task A_host_makes_a_client_whose_constructor_takes_nothing_without_a_factory()
    {
        ServiceCollection services = new();
        services.AddNetWebSocket().AddClient<PlainlyConstructedClient>();
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.True(provider.GetRequiredService<PlainlyConstructedClient>().Made);
    }

    [Fact]
    public async Task A_host_without_a_factory_says_what_to_write()
    {
        ServiceCollection services = new();
        services.AddNetWebSocket().AddClient<ConstructedClient>(o => o.Uri = new Uri("ws://127.0.0.1:9"));
        await using ServiceProvider provider = services.BuildServiceProvider();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(provider.GetRequiredService<ConstructedClient>);

        Assert.Contains("AddClient<ConstructedClient>(services => new ConstructedClient(token, number))", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_factory_that_returns_null_is_told()
    {
        ServiceCollection services = new();
        services.AddNetWebSocket().AddClient<ConstructedClient>(_ => null!, o => o.Uri = new Uri("ws://127.0.0.1:9"));
        await using ServiceProvider provider = services.BuildServiceProvider();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(provider.GetRequiredService<ConstructedClient>);

        Assert.Contains("returned null", error.Message, StringComparison.Ordinal);
    }

    private static T Create<T>(out ClientRuntime runtime)
        where T : class, IGeneratedClient<T> => T.Create(runtime = new ClientRuntime(T.Contract, new WebSocketClientOptions()));

    private static void Attach<T>(T client, WebSocketClientOptions options)
        where T : class, IGeneratedClient<T> => T.Attach(client, options);
}
