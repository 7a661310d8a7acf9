using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace NetWebSockets.Hosting;

/// <summary>Tells the health of one registered client by its state.</summary>
internal sealed class WebSocketClientHealthCheck(IServiceProvider services, string clientName, string optionsName, Func<IServiceProvider, IWebSocketClient?> resolve)
    : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        IWebSocketClient client = resolve(services)
            ?? throw new InvalidOperationException($"The health check of {clientName} finds no such client: register it with AddNetWebSocket().AddClient.");
        ConnectionStateChange? failure = services.GetRequiredKeyedService<ClientStatus>(optionsName).LastFailure;
        ConnectionState state = client.State;
        Dictionary<string, object> data = new() { ["state"] = state.ToString() };
        if (failure is not null)
            data["attempt"] = failure.Attempt;

        return Task.FromResult(state switch
        {
            ConnectionState.Ready => HealthCheckResult.Healthy($"{clientName} is ready.", data),
            ConnectionState.Closed => Failed($"{clientName} has been closed."),
            ConnectionState.Faulted => Failed($"{clientName} has failed for good: {failure?.Cause?.Message}"),
            _ when failure is not null => HealthCheckResult.Degraded(
                $"{clientName} is connecting again after a failure: {failure.Cause!.Message}", failure.Cause, data),
            ConnectionState.Disconnected => HealthCheckResult.Degraded($"{clientName} is not connected.", null, data),
            _ => HealthCheckResult.Degraded($"{clientName} is connecting for the first time.", null, data),
        });

        HealthCheckResult Failed(string description) => new(context.Registration.FailureStatus, description, failure?.Cause, data);
    }
}
