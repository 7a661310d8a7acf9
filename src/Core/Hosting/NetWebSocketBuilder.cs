using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NetWebSockets.Hosting;
using NetWebSockets.Messaging;

namespace NetWebSockets;

/// <summary>Registers clients and sessions; what <c>AddNetWebSocket</c> returns.</summary>
public class NetWebSocketBuilder
{
    private readonly IConfiguration? _section;

    internal NetWebSocketBuilder(IServiceCollection services, IConfiguration? section)
    {
        Services = services;
        _section = section;
    }

    private protected NetWebSocketBuilder(NetWebSocketBuilder builder)
        : this(builder.Services, builder._section)
    {
    }

    /// <summary>The services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Registers a generated client as a singleton, by its class and by its generated interface. It connects at its first use, or when
    /// the host starts (<see cref="WebSocketClientBuilder.ConnectOnStart"/>), and is closed when the provider is disposed asynchronously.
    /// </summary>
    /// <typeparam name="T">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
    /// <param name="configure">
    /// Sets options, after those of the configuration section <c>NetWebSocket:Clients:&lt;name of the class&gt;</c>.
    /// </param>
    /// <returns>A builder for this client.</returns>
    public WebSocketClientBuilder AddClient<T>(Action<WebSocketClientOptions>? configure = null)
        where T : class, IGeneratedClient<T> => ClientRegistration.Add<T>(this, null, _section, configure);

    /// <summary>
    /// Registers a generated client under a name: as a keyed singleton, by its class and by its generated interface. One class may be
    /// registered under many names.
    /// </summary>
    /// <typeparam name="T">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
    /// <param name="name">The key of the service.</param>
    /// <param name="configure">Sets options, after those of the configuration section <c>NetWebSocket:Clients:&lt;name&gt;</c>.</param>
    /// <returns>A builder for this client.</returns>
    public WebSocketClientBuilder AddClient<T>(string name, Action<WebSocketClientOptions>? configure = null)
        where T : class, IGeneratedClient<T>
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return ClientRegistration.Add<T>(this, name, _section, configure);
    }

    /// <summary>
    /// Registers a generated client whose class has a constructor with parameters, as a singleton, by its class and by its generated interface. The options are given
    /// to what the factory returns, which must not have been used.
    /// </summary>
    /// <typeparam name="T">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
    /// <param name="factory">Makes the client: <c>services => new Gateway(token, intents)</c>.</param>
    /// <param name="configure">
    /// Sets options, after those of the configuration section <c>NetWebSocket:Clients:&lt;name of the class&gt;</c>.
    /// </param>
    /// <returns>A builder for this client.</returns>
    [OverloadResolutionPriority(1)] // a lambda that does not look at its argument would fit both
    public WebSocketClientBuilder AddClient<T>(Func<IServiceProvider, T> factory, Action<WebSocketClientOptions>? configure = null)
        where T : class, IGeneratedClient<T>
    {
        ArgumentNullException.ThrowIfNull(factory);
        return ClientRegistration.Add(this, null, _section, configure, factory);
    }

    /// <summary>
    /// Registers a generated client whose class has a constructor with parameters under a name, as a keyed singleton. The options are given to what the factory
    /// returns, which must not have been used.
    /// </summary>
    /// <typeparam name="T">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
    /// <param name="name">The key of the service.</param>
    /// <param name="factory">Makes the client: <c>services => new Gateway(token, intents)</c>.</param>
    /// <param name="configure">Sets options, after those of the configuration section <c>NetWebSocket:Clients:&lt;name&gt;</c>.</param>
    /// <returns>A builder for this client.</returns>
    [OverloadResolutionPriority(1)]
    public WebSocketClientBuilder AddClient<T>(string name, Func<IServiceProvider, T> factory, Action<WebSocketClientOptions>? configure = null)
        where T : class, IGeneratedClient<T>
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(factory);
        return ClientRegistration.Add(this, name, _section, configure, factory);
    }

    /// <summary>
    /// Registers a session under a name, as a keyed singleton that is made when the host starts and disposed with the provider. A name that starts with
    /// <c>persist:</c> gives the partition of that name, kept on disk. Registering a name again sets further options.
    /// </summary>
    /// <param name="name">The key of the service, for <see cref="WebSocketClientBuilder.UseSession"/>.</param>
    /// <param name="configure">
    /// Sets what the session starts with, after the options of the configuration section <c>NetWebSocket:Sessions:&lt;name&gt;</c>: proxy, trust, hosts, User-Agent.
    /// </param>
    /// <returns>This builder.</returns>
    public NetWebSocketBuilder AddSession(string name, Action<NetSessionOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        SessionRegistration.Of(Services, name, _section);
        if (configure is not null)
            Services.AddOptions<NetSessionOptions>(name).Configure(configure);
        return this;
    }

    /// <inheritdoc cref="AddSession(string, Action{NetSessionOptions}?)"/>
    /// <param name="name">The key of the service, for <see cref="WebSocketClientBuilder.UseSession"/>.</param>
    /// <param name="configure">
    /// Sets the session up. Registered clients wait for it before their first attempt; when it fails, the attempt fails, and the next
    /// one runs it again.
    /// </param>
    public NetWebSocketBuilder AddSession(string name, Func<NetSession, Task> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        SessionRegistration.Of(Services, name, _section).Steps.Add(configure);
        return this;
    }
}
