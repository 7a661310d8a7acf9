using System.IO.Pipelines;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Protocols;

/// <summary>ASP.NET Core's SignalR on Kestrel, with a hub whose methods do what a test says.</summary>
public sealed class HubServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly Channel<HubCallerContext> _connected = Channel.CreateUnbounded<HubCallerContext>();
    private readonly Channel<string> _notes = Channel.CreateUnbounded<string>();
    private readonly Channel<int> _cancelled = Channel.CreateUnbounded<int>();
    private IHubContext<SampleHub>? _hub;
    private IHubProtocol? _protocol;

    private HubServer(Action<HubOptions>? configure) => _kestrel = new KestrelServer(new KestrelServerOptions
    {
        ConfigureServices = services =>
        {
            services.AddSingleton(this);
            services.AddSignalR(options =>
            {
                options.MaximumParallelInvocationsPerClient = 16;
                configure?.Invoke(options);
            });
        },
        Configure = application =>
        {
            application.MapHub<SampleHub>("/hub", options => options.Transports = HttpTransportType.WebSockets);
            _hub = application.Services.GetRequiredService<IHubContext<SampleHub>>();
            _protocol = application.Services.GetServices<IHubProtocol>().First(p => p.Name == "json");
        },
    });

    /// <summary>What is done with a client that has shaken hands.</summary>
    public Func<Task> OnConnect { get; set; } = static () => Task.CompletedTask;

    /// <summary>What <c>Add</c> does.</summary>
    public Func<int, int, Task<int>> OnAdd { get; set; } = static (a, b) => Task.FromResult(a + b);

    /// <summary>What <c>Say</c> does.</summary>
    public Func<SampleHub, string, Task> OnSay { get; set; } = static (hub, text) => hub.Clients.All.SendAsync("Said", "hub", text);

    /// <summary>All clients.</summary>
    public IHubClients Clients => _hub!.Clients;

    /// <summary>Starts one.</summary>
    /// <param name="configure">Options of SignalR's.</param>
    /// <returns>The running server.</returns>
    public static async Task<HubServer> StartAsync(Action<HubOptions>? configure = null)
    {
        HubServer server = new(configure);
        await server.RestartAsync();
        return server;
    }

    /// <summary>The hub's address.</summary>
    public Uri Uri => _kestrel.Uri("/hub");

    /// <summary>Listens again, on the same port.</summary>
    public Task RestartAsync() => _kestrel.StartAsync();

    /// <summary>Goes down as a server does that is being deployed anew.</summary>
    public Task StopAsync() => _kestrel.StopAsync();

    /// <summary>The next client that has connected.</summary>
    public Task<HubCallerContext> ConnectedAsync() => NextAsync(_connected);

    /// <summary>The next note.</summary>
    public Task<string> NoteAsync() => NextAsync(_notes);

    /// <summary>The count of the next stream whose token was cancelled.</summary>
    public Task<int> CancelledAsync() => NextAsync(_cancelled);

    /// <summary>Whether another client has connected that nobody has asked for.</summary>
    public bool HasAnotherConnection => _connected.Reader.TryPeek(out _);

    /// <summary>Drops a connection as a network does.</summary>
    public static void Drop(HubCallerContext context) => context.GetHttpContext()!.Abort();

    /// <summary>Sends several invocations in one write of the transport, which makes one WebSocket message of them.</summary>
    public async Task SendBatchAsync(HubCallerContext context, params InvocationMessage[] messages)
    {
        byte[] batch = [.. messages.SelectMany(m => _protocol!.GetMessageBytes(m).ToArray())];
        PipeWriter output = context.Features.Get<IConnectionTransportFeature>()!.Transport!.Output;
        await output.WriteAsync(batch);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _kestrel.DisposeAsync();

    internal void OnConnected(HubCallerContext context) => _connected.Writer.TryWrite(context);

    internal void OnNote(string text) => _notes.Writer.TryWrite(text);

    internal void OnCancelled(int count) => _cancelled.Writer.TryWrite(count);

    private static Task<T> NextAsync<T>(Channel<T> channel) => channel.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();
}
