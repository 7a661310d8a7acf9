using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace NetWebSockets.TestServers;

/// <summary>A WebSocket endpoint of a <see cref="KestrelServer"/>: the connection lives until the returned task is done.</summary>
/// <param name="socket">The accepted socket.</param>
/// <param name="context">The request.</param>
/// <param name="cancellationToken">Cancelled when the client is gone or the server stops abruptly.</param>
/// <returns>A task that is done when the endpoint is.</returns>
public delegate Task WebSocketEndpoint(WebSocket socket, HttpContext context, CancellationToken cancellationToken);

/// <summary>
/// A real Kestrel on loopback with WebSocket endpoints: the ready-made ones of <see cref="KestrelEndpoints"/> and the test's own. It
/// can be stopped, gently or abruptly, and started again on the same port.
/// </summary>
public sealed class KestrelServer : IAsyncDisposable
{
    private readonly KestrelServerOptions _options;
    private readonly ConcurrentDictionary<int, LiveSocket> _live = new();
    private readonly ConcurrentQueue<ReceivedMessage> _received = new();
    private readonly Lock _gate = new();
    private readonly List<(Func<bool> Condition, TaskCompletionSource Done)> _waiters = [];
    private WebApplication? _application;
    private int _connections;

    /// <summary>Describes a server; nothing listens until <see cref="StartAsync"/>.</summary>
    /// <param name="options">What it serves.</param>
    public KestrelServer(KestrelServerOptions? options = null) => _options = options ?? new KestrelServerOptions();

    /// <summary>The port; fixed by the first start.</summary>
    public int Port { get; private set; }

    /// <summary>WebSocket connections accepted so far, over all starts.</summary>
    public int ConnectionCount => Volatile.Read(ref _connections);

    /// <summary>WebSocket connections that are open now.</summary>
    public int LiveCount => _live.Count;

    /// <summary>The ledger: every whole message that endpoints received, in order, over all starts.</summary>
    public IReadOnlyList<ReceivedMessage> Received => [.. _received];

    /// <summary>Makes a server and starts it.</summary>
    /// <param name="options">What it serves.</param>
    /// <returns>The running server.</returns>
    public static async Task<KestrelServer> StartNewAsync(KestrelServerOptions? options = null)
    {
        KestrelServer server = new(options);
        await server.StartAsync().ConfigureAwait(false);
        return server;
    }

    /// <summary>The WebSocket address of a path.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="host">The host: 127.0.0.1 or localhost.</param>
    /// <returns>A ws or wss address.</returns>
    public Uri Uri(string path = "/echo", string host = "127.0.0.1") =>
        new($"{(_options.Certificate is null ? "ws" : "wss")}://{host}:{Port}{path}");

    /// <summary>The web address of a path.</summary>
    /// <param name="path">Path and query.</param>
    /// <returns>An http or https address.</returns>
    public Uri HttpUri(string path = "/") => new($"{(_options.Certificate is null ? "http" : "https")}://127.0.0.1:{Port}{path}");

    /// <summary>Listens, on the same port as before if there was one.</summary>
    /// <returns>A task that is done when the server listens.</returns>
    public async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(10));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port, listen =>
        {
            listen.Protocols = _options.Protocols;
            if (_options.Certificate is { } certificate)
                listen.UseHttps(certificate, https => _options.ConfigureHttps?.Invoke(https));
        }));

        _options.ConfigureServices?.Invoke(builder.Services);
        WebApplication application = builder.Build();
        application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        KestrelEndpoints.Map(application, this, _options.SubProtocols);
        foreach ((string path, WebSocketEndpoint endpoint) in _options.Endpoints)
            Map(application, path, endpoint, _options.SubProtocols);
        foreach ((string path, string body) in _options.Pages)
            application.MapGet(path, () => Results.Content(body, "text/html; charset=utf-8"));
        _options.Configure?.Invoke(application);
        await application.StartAsync().ConfigureAwait(false);
        IServerAddressesFeature addresses = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        Port = new Uri(addresses.Addresses.First()).Port;
        _application = application;
    }

    /// <summary>Stops listening and ends every connection.</summary>
    /// <param name="abruptly">
    /// <see langword="true"/> drops the connections as a crash does; <see langword="false"/> closes each with 1001 and waits for the client.
    /// </param>
    /// <returns>A task that is done when nothing is left.</returns>
    public async Task StopAsync(bool abruptly = false)
    {
        if (_application is not { } application)
            return;
        _application = null;
        using CancellationTokenSource now = new();
        if (abruptly)
            now.Cancel();

        // Before anybody is told or dropped, it no longer listens: who comes back at once must not get in at a server that goes down.
        Task stopped = application.Services.GetRequiredService<IServer>().StopAsync(now.Token);
        foreach (LiveSocket live in _live.Values)
        {
            if (abruptly)
                live.Drop();
            else
                await live.SayGoodbyeAsync().ConfigureAwait(false);
        }

        try
        {
            await application.StopAsync(now.Token).ConfigureAwait(false);
            await stopped.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (abruptly)
        {
            // That is what stopping abruptly means.
        }

        await application.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until the ledger holds at least a number of messages.</summary>
    /// <param name="count">The number.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The ledger.</returns>
    public async Task<IReadOnlyList<ReceivedMessage>> WaitForReceivedAsync(int count, CancellationToken cancellationToken = default)
    {
        await WhenAsync(() => _received.Count >= count, cancellationToken).ConfigureAwait(false);
        return Received;
    }

    /// <summary>Waits until at least a number of WebSocket connections have been accepted, over all starts.</summary>
    /// <param name="count">The number.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done then.</returns>
    public Task WaitForConnectionsAsync(int count, CancellationToken cancellationToken = default) =>
        WhenAsync(() => ConnectionCount >= count, cancellationToken);

    /// <summary>Waits until no WebSocket connection is open.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done then.</returns>
    public Task WaitForNoneLiveAsync(CancellationToken cancellationToken = default) => WhenAsync(() => _live.IsEmpty, cancellationToken);

    /// <summary>Receives one whole message in an endpoint and writes it into the ledger.</summary>
    /// <param name="socket">The endpoint's socket.</param>
    /// <param name="context">The endpoint's request.</param>
    /// <param name="cancellationToken">The endpoint's token.</param>
    /// <returns>The message, or <see langword="null"/> when the client closed.</returns>
    public async Task<ReceivedMessage?> ReceiveAsync(WebSocket socket, HttpContext context, CancellationToken cancellationToken)
    {
        if (await socket.ReceiveMessageAsync(cancellationToken).ConfigureAwait(false) is not var (type, data))
            return null;
        ReceivedMessage message = new(context.Request.Path, (int)context.Items["connection"]!, type, data);
        _received.Enqueue(message);
        Pulse();
        return message;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(abruptly: true).ConfigureAwait(false);

    internal void Map(WebApplication application, string path, WebSocketEndpoint endpoint, IList<string> subProtocols) =>
        application.Map(path, async context =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
                return;
            }

            string? chosen = context.Items["protocol"] as string
                ?? context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(subProtocols.Contains);

            // Counted before the client can know that it is open.
            int number = Interlocked.Increment(ref _connections);
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(
                new WebSocketAcceptContext { SubProtocol = chosen, DangerousEnableCompression = _options.Deflate }).ConfigureAwait(false);
            context.Items["connection"] = number;
            _live[number] = new LiveSocket(socket, context);
            Pulse();
            try
            {
                await endpoint(socket, context, context.RequestAborted).ConfigureAwait(false);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The client is gone, which is a test's right.
            }
            finally
            {
                _live.TryRemove(number, out _);
                Pulse();
            }
        });

    private async Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
            _waiters.Add((condition, done));
        Pulse();
        await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Pulse()
    {
        lock (_gate)
        {
            for (int i = _waiters.Count - 1; i >= 0; i--)
            {
                if (_waiters[i].Condition())
                {
                    _waiters[i].Done.TrySetResult();
                    _waiters.RemoveAt(i);
                }
            }
        }
    }

    private sealed record LiveSocket(WebSocket Socket, HttpContext Context)
    {
        public void Drop()
        {
            try
            {
                Context.Abort();
            }
            catch (ObjectDisposedException)
            {
                // The client left, and the request has ended by itself meanwhile.
            }
        }

        public async Task SayGoodbyeAsync()
        {
            try
            {
                await Socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "server is stopping", default).ConfigureAwait(false);
            }
            catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                // Closed or gone already.
            }
        }
    }
}
