using System.Collections.Frozen;
using Microsoft.Extensions.Configuration;

namespace NetWebSockets.Hosting;

/// <summary>Sets one option from its place in the configuration.</summary>
/// <typeparam name="T">The options.</typeparam>
/// <param name="options">The options.</param>
/// <param name="value">What the configuration says.</param>
internal delegate void OptionSetter<in T>(T options, ConfigurationValue value);

/// <summary>
/// Reads options from a configuration section, key by key and without reflection. A key that does not exist or a value that cannot be read is a
/// problem that names the key: a typing mistake must not silently leave a default in force.
/// </summary>
internal static class ConfigurationReader
{
    /// <summary>Reads a section.</summary>
    /// <typeparam name="T">The options.</typeparam>
    /// <param name="setters">The keys that there are; case does not matter.</param>
    /// <param name="section">The section.</param>
    /// <param name="options">What is set.</param>
    /// <param name="what">Whose options they are, for the problems.</param>
    /// <param name="services">Where named things are found.</param>
    /// <param name="problems">Gets a sentence for each problem.</param>
    public static void Apply<T>(
        FrozenDictionary<string, OptionSetter<T>> setters, IConfiguration section, T options, string what, IServiceProvider services, List<string> problems)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (setters.TryGetValue(child.Key, out OptionSetter<T>? set))
                set(options, new ConfigurationValue(child, services, problems));
            else
                problems.Add($"{child.Path} is no option of {what}. There are: {string.Join(", ", setters.Keys.Order(StringComparer.Ordinal))}.");
        }
    }
}
