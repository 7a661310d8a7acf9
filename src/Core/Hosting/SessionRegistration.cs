using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace NetWebSockets.Hosting;

/// <summary>One session as it was registered.</summary>
internal sealed class SessionRegistration
{
    private const string Group = "Sessions";

    private SessionRegistration(string name, string section)
    {
        Name = name;
        Section = section;
    }

    /// <summary>The key of the service.</summary>
    public string Name { get; }

    /// <summary>The path of its configuration section, for error messages.</summary>
    public string Section { get; }

    /// <summary>What sets it up before the first attempt through it.</summary>
    public List<Func<NetSession, Task>> Steps { get; } = [];

    /// <summary>How an error message names it: with the place where its options can be set.</summary>
    public string Describe() => $"The session '{Name}' (configuration section {Section})";

    /// <summary>Finds the registration of a name, or makes it.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name.</param>
    /// <param name="root">The section that was given to AddNetWebSocket; null for the default one.</param>
    /// <returns>The registration.</returns>
    public static SessionRegistration Of(IServiceCollection services, string name, IConfiguration? root)
    {
        SessionRegistration? registration = services
            .Where(d => d.ServiceType == typeof(SessionRegistration) && !d.IsKeyedService)
            .Select(d => d.ImplementationInstance)
            .OfType<SessionRegistration>()
            .FirstOrDefault(r => r.Name == name);
        if (registration is not null)
            return registration;

        registration = new SessionRegistration(name, ConfigurationPaths.Of(root, Group, name));
        Register(services, registration, root);
        return registration;
    }

    private static void Register(IServiceCollection services, SessionRegistration registration, IConfiguration? root)
    {
        services.AddSingleton(registration);
        services.AddOptions<NetSessionOptions>(registration.Name)
            .Configure<IServiceProvider>((options, provider) =>
            {
                options.LoggerFactory = provider.GetService<ILoggerFactory>() ?? options.LoggerFactory;
                options.TimeProvider = provider.GetService<TimeProvider>() ?? options.TimeProvider;
                if (ConfigurationPaths.Find(provider, root, registration.Section, Group, registration.Name) is { } section)
                    SessionConfiguration.Apply(section, registration, options, provider);
            })
            .ValidateOnStart();
        services.AddKeyedSingleton(registration.Name, (provider, _) => provider.GetRequiredService<SessionSetups>().CreateSession(registration));
        services.AddSingleton<IHostedService>(provider => new SessionStarter(provider, registration));
    }
}
