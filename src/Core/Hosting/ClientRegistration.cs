using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetWebSockets.Messaging;

namespace NetWebSockets.Hosting;

/// <summary>One client as it was registered: its names, and how to get it from a provider.</summary>
internal sealed class ClientRegistration
{
    private const string Group = "Clients";

    private ClientRegistration(string name, string optionsName, string section, Func<IServiceProvider, IWebSocketClient> resolve)
    {
        Name = name;
        OptionsName = optionsName;
        Section = section;
        Resolve = resolve;
    }

    /// <summary>The name it was registered under, otherwise that of its class.</summary>
    public string Name { get; }

    /// <summary>Different for every class and name, so that two classes of one name in two namespaces do not share options.</summary>
    public string OptionsName { get; }

    /// <summary>The path of its configuration section, for error messages.</summary>
    public string Section { get; }

    public Func<IServiceProvider, IWebSocketClient> Resolve { get; }

    /// <summary>Makes the client when its class has a constructor with parameters; null when it has none.</summary>
    public Func<IServiceProvider, object>? Factory { get; private set; }

    /// <summary>What is done to its session before the first attempt.</summary>
    public List<Func<NetSession, Task>> SessionSteps { get; } = [];

    /// <summary>How an error message names it: with the place where its options can be set.</summary>
    public string Describe() => $"{Name} (configuration section {Section})";

    public static WebSocketClientBuilder Add<T>(
        NetWebSocketBuilder builder, string? name, IConfiguration? root, Action<WebSocketClientOptions>? configure, Func<IServiceProvider, T>? factory = null)
        where T : class, IGeneratedClient<T>
    {
        IServiceCollection services = builder.Services;
        string optionsName = OptionsNameOf<T>(name);
        ClientRegistration? registration = Find(services, optionsName);
        if (registration is null)
        {
            string key = name ?? T.Contract.Name;
            registration = new ClientRegistration(
                key,
                optionsName,
                ConfigurationPaths.Of(root, Group, key),
                name is null ? provider => provider.GetRequiredService<T>() : provider => provider.GetRequiredKeyedService<T>(name));
            Register<T>(services, registration, name, root);
        }

        registration.Factory = factory ?? registration.Factory;

        // A second AddClient of the same client sets further options.
        if (configure is not null)
            services.AddOptions<WebSocketClientOptions>(optionsName).Configure(configure);
        return new WebSocketClientBuilder(builder, registration);
    }

    public static string OptionsNameOf<T>(string? name) => name is null ? typeof(T).ToString() : $"{typeof(T)}/{name}";

    private static ClientRegistration? Find(IServiceCollection services, string optionsName) =>
        services
            .Where(d => d.ServiceType == typeof(ClientRegistration) && !d.IsKeyedService)
            .Select(d => d.ImplementationInstance)
            .OfType<ClientRegistration>()
            .FirstOrDefault(r => r.OptionsName == optionsName);

    private static void Register<T>(IServiceCollection services, ClientRegistration registration, string? name, IConfiguration? root)
        where T : class, IGeneratedClient<T>
    {
        services.AddSingleton(registration);
        services.AddKeyedSingleton<ClientStatus>(registration.OptionsName);
        services.AddOptions<WebSocketClientOptions>(registration.OptionsName)
            .Configure<IServiceProvider>((options, provider) =>
            {
                if (T.Contract.Uri is { } uri)
                    options.Uri = new Uri(uri, UriKind.RelativeOrAbsolute);
                options.Name = registration.Name;
                options.LoggerFactory = provider.GetService<ILoggerFactory>() ?? options.LoggerFactory;
                options.TimeProvider = provider.GetService<TimeProvider>() ?? options.TimeProvider;
                if (ConfigurationPaths.Find(provider, root, registration.Section, Group, registration.Name) is { } section)
                    ClientConfiguration.Apply(section, registration, options, provider);
            })
            .ValidateOnStart();

        if (name is null)
        {
            services.AddSingleton(provider => ClientFactory.Create<T>(provider, registration));
            services.AddSingleton(T.InterfaceType, provider => provider.GetRequiredService<T>());
        }
        else
        {
            services.AddKeyedSingleton(name, (provider, _) => ClientFactory.Create<T>(provider, registration));
            services.AddKeyedSingleton(T.InterfaceType, name, (provider, _) => provider.GetRequiredKeyedService<T>(name));
        }
    }
}
