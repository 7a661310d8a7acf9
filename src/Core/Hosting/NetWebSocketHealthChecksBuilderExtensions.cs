using Microsoft.Extensions.Diagnostics.HealthChecks;
using NetWebSockets;
using NetWebSockets.Hosting;
using NetWebSockets.Messaging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Health checks of registered clients.</summary>
public static class NetWebSocketHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a health check of a registered client: healthy while it is <see cref="ConnectionState.Ready"/>, degraded while it connects or
    /// reconnects, and unhealthy once it is <see cref="ConnectionState.Closed"/> or <see cref="ConnectionState.Faulted"/>.
    /// </summary>
    /// <typeparam name="T">The class of the client.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="clientName">The name that the client was registered under, when it was.</param>
    /// <param name="name">The name of the check; by default that of the client.</param>
    /// <param name="failureStatus">The status in place of unhealthy.</param>
    /// <param name="tags">Tags to choose checks by.</param>
    /// <returns>The builder.</returns>
    public static IHealthChecksBuilder AddNetWebSocketClient<T>(
        this IHealthChecksBuilder builder,
        string? clientName = null,
        string? name = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
        where T : class, IGeneratedClient<T>
    {
        ArgumentNullException.ThrowIfNull(builder);
        string client = clientName ?? T.Contract.Name;
        string optionsName = ClientRegistration.OptionsNameOf<T>(clientName);
        return builder.Add(new HealthCheckRegistration(
            name ?? client,
            services => new WebSocketClientHealthCheck(
                services,
                client,
                optionsName,
                provider => clientName is null ? provider.GetService<T>() : provider.GetKeyedService<T>(clientName)),
            failureStatus,
            tags));
    }
}
