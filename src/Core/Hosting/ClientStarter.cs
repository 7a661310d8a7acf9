using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Hosting;

/// <summary>Connects one client when the host starts and closes it when the host stops.</summary>
internal sealed class ClientStarter(IServiceProvider services, ClientRegistration registration, bool waitUntilReady) : IHostedService
{
    private readonly ILogger _logger =
        services.GetService<ILoggerFactory>()?.CreateLogger("NetWebSockets.Hosting") ?? NullLogger.Instance;

    private IWebSocketClient? _client;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _client = registration.Resolve(services);
        Log.ConnectingAtStart(_logger, registration.Name);
        // Ending this wait never ends the connection, so the start's own token is right for both ways.
        Task ready = _client.ConnectAsync(waitUntilReady ? cancellationToken : CancellationToken.None);
        if (waitUntilReady)
            await ready.ConfigureAwait(false);
        else
            _ = ReportAsync(ready);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _client?.CloseAsync(cancellationToken) ?? Task.CompletedTask;

    private async Task ReportAsync(Task ready)
    {
        try
        {
            await ready.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Nobody awaits this start: the log and the health check tell.
            Log.ConnectAtStartFailed(_logger, registration.Name, e);
        }
    }
}
