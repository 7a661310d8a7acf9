using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using NetWebSockets;
using NetWebSockets.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of NetWebSockets.</summary>
public static class NetWebSocketServiceCollectionExtensions
{
    /// <summary>The configuration section that is bound when none is given: <c>NetWebSocket</c>.</summary>
    public const string DefaultSection = "NetWebSocket";

    /// <summary>
    /// Starts the registration of clients and sessions. Their options are read from the section <see cref="DefaultSection"/> of the
    /// registered <see cref="IConfiguration"/>, when there is one: <c>NetWebSocket:Clients:ChatClient:Uri</c> and so on. May be called
    /// several times.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <returns>A builder to add clients and sessions with.</returns>
    public static NetWebSocketBuilder AddNetWebSocket(this IServiceCollection services) => Add(services, null);

    /// <summary>Starts the registration of clients and sessions, with the section that holds their options.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section in place of <see cref="DefaultSection"/>; it has a child <c>Clients</c>.</param>
    /// <returns>A builder to add clients and sessions with.</returns>
    public static NetWebSocketBuilder AddNetWebSocket(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, section);
    }

    private static NetWebSocketBuilder Add(IServiceCollection services, IConfiguration? section)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions();
        services.TryAddSingleton<SessionSetups>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebSocketClientOptions>, ClientOptionsValidation>());
        return new NetWebSocketBuilder(services, section);
    }
}
