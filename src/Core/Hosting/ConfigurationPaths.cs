using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace NetWebSockets.Hosting;

/// <summary>Where the options of clients and sessions stand in the configuration.</summary>
internal static class ConfigurationPaths
{
    /// <summary>The path of one client or session, for messages and to find it by.</summary>
    /// <param name="root">The section that was given to AddNetWebSocket; null for the default one.</param>
    /// <param name="group">Clients or Sessions.</param>
    /// <param name="name">The name.</param>
    /// <returns>The path.</returns>
    public static string Of(IConfiguration? root, string group, string name)
    {
        string rootPath = root is IConfigurationSection section ? section.Path : root is null ? NetWebSocketServiceCollectionExtensions.DefaultSection : "";
        return rootPath.Length == 0 ? ConfigurationPath.Combine(group, name) : ConfigurationPath.Combine(rootPath, group, name);
    }

    /// <summary>The section of one client or session.</summary>
    /// <param name="provider">Has the configuration, when no root was given.</param>
    /// <param name="root">The section that was given to AddNetWebSocket; null for the default one.</param>
    /// <param name="path">The path, as <see cref="Of"/> gave it.</param>
    /// <param name="group">Clients or Sessions.</param>
    /// <param name="name">The name.</param>
    /// <returns>The section; null when there is no configuration at all.</returns>
    public static IConfigurationSection? Find(IServiceProvider provider, IConfiguration? root, string path, string group, string name) =>
        root is not null ? root.GetSection(group).GetSection(name) : provider.GetService<IConfiguration>()?.GetSection(path);
}
