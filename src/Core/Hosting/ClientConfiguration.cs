using System.Collections.Frozen;
using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace NetWebSockets.Hosting;

/// <summary>
/// Reads a client's options from its configuration section, key by key and without reflection. A key that does not exist or a value
/// that cannot be read is an error that names the key: a typing mistake must not silently leave a default in force.
/// </summary>
internal static class ClientConfiguration
{
    private delegate void Setter(WebSocketClientOptions options, ConfigurationValue value);

    private static readonly FrozenDictionary<string, Setter> ReconnectSetters = new Dictionary<string, Setter>
    {
        [nameof(ReconnectOptions.InitialDelay)] = (o, v) => v.Time(x => o.Reconnect.InitialDelay = x),
        [nameof(ReconnectOptions.MaxDelay)] = (o, v) => v.Time(x => o.Reconnect.MaxDelay = x),
        [nameof(ReconnectOptions.UseJitter)] = (o, v) => v.Flag(x => o.Reconnect.UseJitter = x),
        [nameof(ReconnectOptions.MaxAttempts)] = (o, v) => v.Count(x => o.Reconnect.MaxAttempts = x),
        [nameof(ReconnectOptions.MaxRetryAfter)] = (o, v) => v.Time(x => o.Reconnect.MaxRetryAfter = x),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    // The section's being there asks for compression; its settings may be left at their defaults.
    private static readonly FrozenDictionary<string, Setter> DeflateSetters = new Dictionary<string, Setter>
    {
        [nameof(PerMessageDeflateOptions.ClientContextTakeover)] = (o, v) => v.Flag(x => o.PerMessageDeflate!.ClientContextTakeover = x),
        [nameof(PerMessageDeflateOptions.ServerContextTakeover)] = (o, v) => v.Flag(x => o.PerMessageDeflate!.ServerContextTakeover = x),
        [nameof(PerMessageDeflateOptions.ClientMaxWindowBits)] = (o, v) => v.Count(x => o.PerMessageDeflate!.ClientMaxWindowBits = x),
        [nameof(PerMessageDeflateOptions.ServerMaxWindowBits)] = (o, v) => v.Count(x => o.PerMessageDeflate!.ServerMaxWindowBits = x),
        [nameof(PerMessageDeflateOptions.Threshold)] = (o, v) => v.Count(x => o.PerMessageDeflate!.Threshold = x),
        [nameof(PerMessageDeflateOptions.Level)] = (o, v) => v.Set(Level, "Fastest, Optimal, SmallestSize or NoCompression", x => o.PerMessageDeflate!.Level = x),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, Setter> Setters = new Dictionary<string, Setter>
    {
        [nameof(WebSocketClientOptions.Uri)] = (o, v) => v.Set(Address, "an absolute address, such as wss://example.com/ws", x => o.Uri = x, secret: true),
        [nameof(WebSocketClientOptions.Protocols)] = (o, v) => v.List(o.Protocols),
        [nameof(WebSocketClientOptions.Headers)] = (o, v) => v.Map(o.Headers),
        [nameof(WebSocketClientOptions.Origin)] = (o, v) => o.Origin = v.Text,
        [nameof(WebSocketClientOptions.UseSessionCookies)] = (o, v) => v.Flag(x => o.UseSessionCookies = x),
        [nameof(WebSocketClientOptions.Session)] = (o, v) => v.Session(x => o.Session = x),
        [nameof(WebSocketClientOptions.Partition)] = (o, v) => o.Partition = v.Text,
        [nameof(WebSocketClientOptions.HttpVersion)] = (o, v) => v.Set(HttpVersionOf, "1.1 or 2.0", x => o.HttpVersion = x),
        [nameof(WebSocketClientOptions.HttpVersionPolicy)] = (o, v) => v.Set(
            HttpVersionPolicyOf, "RequestVersionOrLower, RequestVersionOrHigher or RequestVersionExact", x => o.HttpVersionPolicy = x),
        [nameof(WebSocketClientOptions.MaxMessageSize)] = (o, v) => v.Number(x => o.MaxMessageSize = x),
        [nameof(WebSocketClientOptions.MaxFrameSize)] = (o, v) => v.Number(x => o.MaxFrameSize = x),
        [nameof(WebSocketClientOptions.PerMessageDeflate)] = (o, v) =>
        {
            if (v.IsFalse)
            {
                o.PerMessageDeflate = null;
                return;
            }

            o.PerMessageDeflate ??= new PerMessageDeflateOptions();
            v.Children(DeflateSetters, o);
        },
        [nameof(WebSocketClientOptions.ConnectTimeout)] = (o, v) => v.Time(x => o.ConnectTimeout = x),
        [nameof(WebSocketClientOptions.StableAfter)] = (o, v) => v.Time(x => o.StableAfter = x),
        [nameof(WebSocketClientOptions.ReconnectSpread)] = (o, v) => v.Time(x => o.ReconnectSpread = x),
        [nameof(WebSocketClientOptions.SendQueueCapacity)] = (o, v) => v.Count(x => o.SendQueueCapacity = x),
        [nameof(WebSocketClientOptions.SendQueueBytes)] = (o, v) => v.Number(x => o.SendQueueBytes = x),
        [nameof(WebSocketClientOptions.SendQueueFullMode)] = (o, v) => v.Set(FullMode, "Wait or Fail", x => o.SendQueueFullMode = x),
        [nameof(WebSocketClientOptions.MaxWaitingSends)] = (o, v) => v.Count(x => o.MaxWaitingSends = x),
        [nameof(WebSocketClientOptions.KeepAliveInterval)] = (o, v) => v.Time(x => o.KeepAliveInterval = x),
        [nameof(WebSocketClientOptions.KeepAliveTimeout)] = (o, v) => v.Time(x => o.KeepAliveTimeout = x),
        [nameof(WebSocketClientOptions.CloseTimeout)] = (o, v) => v.Time(x => o.CloseTimeout = x),
        [nameof(WebSocketClientOptions.CallTimeout)] = (o, v) => v.Time(x => o.CallTimeout = x),
        [nameof(WebSocketClientOptions.MaxPendingCalls)] = (o, v) => v.Count(x => o.MaxPendingCalls = x),
        [nameof(WebSocketClientOptions.Reconnect)] = (o, v) => v.Children(ReconnectSetters, o),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="OptionsValidationException">Something in the section is wrong; it has a sentence for each problem.</exception>
    public static void Apply(IConfiguration section, ClientRegistration registration, WebSocketClientOptions options, IServiceProvider services)
    {
        List<string> problems = [];
        Apply(Setters, section, options, services, problems);
        if (problems.Count > 0)
            throw new OptionsValidationException(registration.OptionsName, typeof(WebSocketClientOptions), problems);
    }

    private static void Apply(
        FrozenDictionary<string, Setter> setters, IConfiguration section, WebSocketClientOptions options, IServiceProvider services, List<string> problems)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (setters.TryGetValue(child.Key, out Setter? set))
                set(options, new ConfigurationValue(child, services, problems));
            else
                problems.Add($"{child.Path} is no option of a client. There are: {string.Join(", ", setters.Keys.Order(StringComparer.Ordinal))}.");
        }
    }

    private static (bool, Uri?) Address(string text) => (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri), uri);

    private static (bool, Version?) HttpVersionOf(string text) => (Version.TryParse(text, out Version? version), version);

    private static (bool, HttpVersionPolicy) HttpVersionPolicyOf(string text) =>
        (Enum.TryParse(text, ignoreCase: true, out HttpVersionPolicy policy) && Enum.IsDefined(policy), policy);

    private static (bool, CompressionLevel) Level(string text) =>
        (Enum.TryParse(text, ignoreCase: true, out CompressionLevel level) && Enum.IsDefined(level), level);

    private static (bool, SendQueueFullMode) FullMode(string text) =>
        (Enum.TryParse(text, ignoreCase: true, out SendQueueFullMode mode) && Enum.IsDefined(mode), mode);

    private readonly struct ConfigurationValue(IConfigurationSection section, IServiceProvider services, List<string> problems)
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

        public void Session(Action<NetSession> set)
        {
            if (section.Value is { Length: > 0 } name && services.GetKeyedService<NetSession>(name) is { } session)
                set(session);
            else
                problems.Add($"{section.Path} is '{section.Value}', which is not the name of a session: register it with AddSession(\"{section.Value}\").");
        }

        public void Children(FrozenDictionary<string, Setter> setters, WebSocketClientOptions options) =>
            Apply(setters, section, options, services, problems);
    }
}
