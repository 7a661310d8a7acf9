using System.Collections.Frozen;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace NetWebSockets.Hosting;

/// <summary>What the configuration says at one key.</summary>
/// <param name="section">The key, its value and its children.</param>
/// <param name="services">Where named things are found.</param>
/// <param name="problems">Gets a sentence when the value cannot be read.</param>
internal readonly struct ConfigurationValue(IConfigurationSection section, IServiceProvider services, List<string> problems)
{
    public string? Text => section.Value;

    public bool IsFalse => bool.TryParse(section.Value, out bool value) && !value;

    public void Set<T>(Func<string, (bool Ok, T? Value)> parse, string expected, Action<T> set, bool secret = false)
    {
        (bool ok, T? value) = section.Value is { } text ? parse(text) : default;
        if (ok)
            set(value!);
        else
            problems.Add(secret || section.Value is null
                ? $"{section.Path} is not {expected}."
                : $"{section.Path} is '{section.Value}', which is not {expected}.");
    }

    public void Time(Action<TimeSpan> set) =>
        Set(
            text => string.Equals(text, "Infinite", StringComparison.OrdinalIgnoreCase)
                ? (true, Timeout.InfiniteTimeSpan)
                : (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan value) && text.Contains(':', StringComparison.Ordinal), value),
            "a time as hours:minutes:seconds, such as 00:00:30, or Infinite",
            set);

    public void Flag(Action<bool> set) => Set(text => (bool.TryParse(text, out bool value), value), "true or false", set);

    public void Count(Action<int> set) =>
        Set(text => (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value), value), "a whole number", set);

    public void Number(Action<long> set) =>
        Set(text => (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value), value), "a whole number", set);

    public void List(IList<string> list)
    {
        // The whole list at once, or nothing is left of what code set before.
        list.Clear();
        foreach (string? item in section.Value is { Length: > 0 } one ? one.Split(',', StringSplitOptions.TrimEntries) : section.GetChildren().Select(c => c.Value))
        {
            if (!string.IsNullOrEmpty(item))
                list.Add(item);
        }
    }

    public void Map(IDictionary<string, string> map)
    {
        foreach (IConfigurationSection child in section.GetChildren())
            map[child.Key] = child.Value ?? "";
    }

    public void Lists(IDictionary<string, IList<string>> map)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            List<string> items = [];
            new ConfigurationValue(child, services, problems).List(items);
            map[child.Key] = items;
        }
    }

    public void Session(Action<NetSession> set)
    {
        if (section.Value is { Length: > 0 } name && services.GetKeyedService<NetSession>(name) is { } session)
            set(session);
        else
            problems.Add($"{section.Path} is '{section.Value}', which is not the name of a session: register it with AddSession(\"{section.Value}\").");
    }

    public void Address(string example, Action<Uri> set) =>
        // An address may have a token in it, so it is never shown.
        Set(text => (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri), uri), $"an absolute address, such as {example}", set, secret: true);

    public void Choice<TEnum>(string expected, Action<TEnum> set)
        where TEnum : struct, Enum =>
        Set(text => (Enum.TryParse(text, ignoreCase: true, out TEnum value) && Enum.IsDefined(value), value), expected, set);

    public void Children<T>(FrozenDictionary<string, OptionSetter<T>> setters, T options, string what) =>
        ConfigurationReader.Apply(setters, section, options, what, services, problems);
}
