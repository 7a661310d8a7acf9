using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NetWebSockets.IntegrationTests.Contracts;

namespace NetWebSockets.IntegrationTests.Samples;

/// <summary>The examples of README.md and docs/getting-started.md: that they compile is the test. Another test compares them.</summary>
internal static class GettingStartedExamples
{
    public static async Task ReadmeAsync()
    {
        await using ChatClient chat = await ChatClient.ConnectAsync("wss://chat.example/ws");

        await using MessageStream<Said> said = chat.SaidMessages();      // registered from here on
        await chat.SayAsync("lobby", "hello");                           // the fields of the record
        await chat.SendAsync(new Say("lobby", "hello again"));           // or the record

        History last = await chat.GetHistoryAsync("lobby", count: 20);   // a call: its reply is matched back by an id

        await foreach (Said line in said)                                // goes on across reconnects
            Console.WriteLine($"{line.From}: {line.Text}");

        _ = last;
    }

    public static async Task UseAsync()
    {
        await using ChatClient chat = await ChatClient.ConnectAsync("ws://127.0.0.1:5000/chat");

        await using MessageStream<Said> said = chat.SaidMessages();
        await chat.SayAsync("lobby", "hello");
        History last = await chat.GetHistoryAsync("lobby", count: 20);

        await foreach (Said line in said)
            Console.WriteLine($"{line.From}: {line.Text}");

        _ = last;
    }

    public static async Task OptionsAsync()
    {
        await using ChatClient chat = await ChatClient.ConnectAsync(new WebSocketClientOptions
        {
            Uri = new Uri("wss://chat.example/ws"),
            Endpoint = async (attempt, cancellationToken) => new WebSocketEndpoint(attempt.Uri)
            {
                Headers = { ["Authorization"] = await GetTokenAsync(cancellationToken) },      // fresh at every attempt
            },
            Reconnect = new ReconnectOptions { MaxDelay = TimeSpan.FromMinutes(1), MaxAttempts = 20 },
            KeepAliveInterval = TimeSpan.FromSeconds(20),
            CallTimeout = TimeSpan.FromSeconds(5),
        });
    }

    public static void Host(HostApplicationBuilder builder)
    {
        builder.Services.AddNetWebSocket()
            .AddSession("office", session => session.SetProxyAsync(new ProxyConfig { ProxyRules = "proxy.example:8080" }))
            .AddClient<ChatClient>(options => options.KeepAliveInterval = TimeSpan.FromSeconds(20))
            .UseSession("office")
            .UseEndpoint((services, attempt, cancellationToken) => services.GetRequiredService<Tokens>().EndpointAsync(attempt, cancellationToken))
            .ConnectOnStart();
        builder.Services.AddHealthChecks().AddNetWebSocketClient<ChatClient>();
    }

    public static async Task SocketAsync()
    {
        await using NetWebSocket socket = new("wss://echo.example");
        await socket.Opened;
        socket.Send("hello");
        await foreach (WebSocketMessage message in socket.ReadAllAsync())
            Console.WriteLine(message.Text);
    }

    private static Task<string> GetTokenAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled<string>(cancellationToken) : Task.FromResult("Bearer 1");

    private sealed class Tokens
    {
        public ValueTask<WebSocketEndpoint> EndpointAsync(ConnectAttempt attempt, CancellationToken cancellationToken) =>
            cancellationToken.IsCancellationRequested ? throw new OperationCanceledException(cancellationToken) : new(attempt.Endpoint);
    }
}
