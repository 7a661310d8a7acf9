using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NetWebSockets.Hosting;
using Polly;

namespace NetWebSockets;

/// <summary>Configures one registered client, and goes on to register others.</summary>
public sealed class WebSocketClientBuilder : NetWebSocketBuilder
{
    private readonly ClientRegistration _registration;

    internal WebSocketClientBuilder(NetWebSocketBuilder builder, ClientRegistration registration)
        : base(builder) => _registration = registration;

    /// <summary>The name of the client: the one it was registered under, otherwise that of its class.</summary>
    public string Name => _registration.Name;

    /// <summary>The name of its <see cref="WebSocketClientOptions"/> for <see cref="IOptionsMonitor{TOptions}"/>.</summary>
    public string OptionsName => _registration.OptionsName;

    /// <summary>Sets options, with services at hand. Runs after the configuration and after what was set before.</summary>
    /// <param name="configure">Sets them.</param>
    /// <returns>This builder.</returns>
    public WebSocketClientBuilder Configure(Action<WebSocketClientOptions, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddOptions<WebSocketClientOptions>(OptionsName).Configure(configure);
        return this;
    }

    /// <summary>
    /// Asks for address, headers and subprotocols at every attempt: the place to fetch a fresh token. See
    /// <see cref="WebSocketConnectionOptions.Endpoint"/>.
    /// </summary>
    /// <param name="endpoint">The factory.</param>
    /// <returns>This builder.</returns>
    public WebSocketClientBuilder UseEndpoint(Func<ConnectAttempt, CancellationToken, ValueTask<WebSocketEndpoint>> endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return Configure((options, _) => options.Endpoint = endpoint);
    }

    /// <inheritdoc cref="UseEndpoint(Func{ConnectAttempt, CancellationToken, ValueTask{WebSocketEndpoint}})"/>
    public WebSocketClientBuilder UseEndpoint(Func<IServiceProvider, ConnectAttempt, CancellationToken, ValueTask<WebSocketEndpoint>> endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return Configure((options, services) => options.Endpoint = (attempt, cancellationToken) => endpoint(services, attempt, cancellationToken));
    }

    /// <summary>
    /// Builds the connect pipeline from strategies of your own, in place of the default one; several calls add up in order. See
    /// <see cref="WebSocketConnectionOptions.ConfigureConnectPipeline"/>.
    /// </summary>
    /// <param name="configure">Adds strategies.</param>
    /// <returns>This builder.</returns>
    public WebSocketClientBuilder AddConnectPipeline(Action<ResiliencePipelineBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Configure((options, _) => options.ConfigureConnectPipeline += configure);
    }

    /// <inheritdoc cref="AddConnectPipeline(Action{ResiliencePipelineBuilder})"/>
    public WebSocketClientBuilder AddConnectPipeline(Action<ResiliencePipelineBuilder, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Configure((options, services) => options.ConfigureConnectPipeline += builder => configure(builder, services));
    }

    /// <summary>
    /// Says what to do about a failed attempt or a drop; <see cref="FailureAction.Default"/> means the built-in table. See
    /// <see cref="WebSocketConnectionOptions.ClassifyFailure"/>.
    /// </summary>
    /// <param name="classify">The classifier. It must not block.</param>
    /// <returns>This builder.</returns>
    public WebSocketClientBuilder ClassifyFailures(Func<ConnectionFailure, FailureAction> classify)
    {
        ArgumentNullException.ThrowIfNull(classify);
        return Configure((options, _) => options.ClassifyFailure = classify);
    }

    /// <summary>Connects through a session registered with <see cref="NetWebSocketBuilder.AddSession(string, Action{NetSessionOptions}?)"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>This builder.</returns>
    public WebSocketClientBuilder UseSession(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Configure((options, services) => options.Session = services.GetKeyedService<NetSession>(name)
            ?? throw new OptionsValidationException(
                OptionsName,
                typeof(WebSocketClientOptions),
                [$"{_registration.Describe()} uses the session '{name}', which is not registered: add it with AddSession(\"{name}\")."]));
    }

    /// <summary>
    /// Sets up the session of this client: the one that was chosen for it, otherwise one of its own, disposed with the provider.
    /// </summary>
    /// <param name="configure">Sets the session up: proxy, trust, cookies. Runs before the first attempt.</param>
    /// <returns>This builder.</returns>
    public WebSocketClientBuilder ConfigureSession(Action<NetSession> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return ConfigureSession(session =>
        {
            configure(session);
            return Task.CompletedTask;
        });
    }

    /// <inheritdoc cref="ConfigureSession(Action{NetSession})"/>
    /// <param name="configure">
    /// Sets the session up. The client waits for it before its first attempt; when it fails, the attempt fails, and the next one runs it
    /// again.
    /// </param>
    public WebSocketClientBuilder ConfigureSession(Func<NetSession, Task> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _registration.SessionSteps.Add(configure);
        return this;
    }

    /// <summary>Connects when the host starts, and closes when it stops.</summary>
    /// <param name="waitUntilReady">
    /// <see langword="true"/> lets the host's start wait until the client is ready and fail when it never will be;
    /// <see langword="false"/>, the default, starts connecting and goes on.
    /// </param>
    /// <returns>This builder.</returns>
    public WebSocketClientBuilder ConnectOnStart(bool waitUntilReady = false)
    {
        ClientRegistration registration = _registration;
        Services.AddSingleton<IHostedService>(services => new ClientStarter(services, registration, waitUntilReady));
        return this;
    }
}
