using System.Collections.Frozen;
using System.IO.Compression;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace NetWebSockets.Hosting;

/// <summary>
/// Reads a client's options from its configuration section, key by key and without reflection. A key that does not exist or a value
/// that cannot be read is an error that names the key: a typing mistake must not silently leave a default in force.
/// </summary>
internal static class ClientConfiguration
{
    private const string What = "a client";

    private static readonly FrozenDictionary<string, OptionSetter<WebSocketClientOptions>> ReconnectSetters = new Dictionary<string, OptionSetter<WebSocketClientOptions>>
    {
        [nameof(ReconnectOptions.InitialDelay)] = (o, v) => v.Time(x => o.Reconnect.InitialDelay = x),
        [nameof(ReconnectOptions.MaxDelay)] = (o, v) => v.Time(x => o.Reconnect.MaxDelay = x),
        [nameof(ReconnectOptions.UseJitter)] = (o, v) => v.Flag(x => o.Reconnect.UseJitter = x),
        [nameof(ReconnectOptions.MaxAttempts)] = (o, v) => v.Count(x => o.Reconnect.MaxAttempts = x),
        [nameof(ReconnectOptions.MaxRetryAfter)] = (o, v) => v.Time(x => o.Reconnect.MaxRetryAfter = x),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    // The section's being there asks for compression; its settings may be left at their defaults.
    private static readonly FrozenDictionary<string, OptionSetter<WebSocketClientOptions>> DeflateSetters = new Dictionary<string, OptionSetter<WebSocketClientOptions>>
    {
        [nameof(PerMessageDeflateOptions.ClientContextTakeover)] = (o, v) => v.Flag(x => o.PerMessageDeflate!.ClientContextTakeover = x),
        [nameof(PerMessageDeflateOptions.ServerContextTakeover)] = (o, v) => v.Flag(x => o.PerMessageDeflate!.ServerContextTakeover = x),
        [nameof(PerMessageDeflateOptions.ClientMaxWindowBits)] = (o, v) => v.Count(x => o.PerMessageDeflate!.ClientMaxWindowBits = x),
        [nameof(PerMessageDeflateOptions.ServerMaxWindowBits)] = (o, v) => v.Count(x => o.PerMessageDeflate!.ServerMaxWindowBits = x),
        [nameof(PerMessageDeflateOptions.Threshold)] = (o, v) => v.Count(x => o.PerMessageDeflate!.Threshold = x),
        [nameof(PerMessageDeflateOptions.Level)] = (o, v) => v.Choice<CompressionLevel>("Fastest, Optimal, SmallestSize or NoCompression", x => o.PerMessageDeflate!.Level = x),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, OptionSetter<WebSocketClientOptions>> Setters = new Dictionary<string, OptionSetter<WebSocketClientOptions>>
    {
        [nameof(WebSocketClientOptions.Uri)] = (o, v) => v.Address("wss://example.com/ws", x => o.Uri = x),
        [nameof(WebSocketClientOptions.Protocols)] = (o, v) => v.List(o.Protocols),
        [nameof(WebSocketClientOptions.Headers)] = (o, v) => v.Map(o.Headers),
        [nameof(WebSocketClientOptions.Origin)] = (o, v) => o.Origin = v.Text,
        [nameof(WebSocketClientOptions.UseSessionCookies)] = (o, v) => v.Flag(x => o.UseSessionCookies = x),
        [nameof(WebSocketClientOptions.Session)] = (o, v) => v.Session(x => o.Session = x),
        [nameof(WebSocketClientOptions.Partition)] = (o, v) => o.Partition = v.Text,
        [nameof(WebSocketClientOptions.HttpVersion)] = (o, v) => v.Set(HttpVersionOf, "1.1 or 2.0", x => o.HttpVersion = x),
        [nameof(WebSocketClientOptions.HttpVersionPolicy)] = (o, v) =>
            v.Choice<HttpVersionPolicy>("RequestVersionOrLower, RequestVersionOrHigher or RequestVersionExact", x => o.HttpVersionPolicy = x),
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
            v.Children(DeflateSetters, o, What);
        },
        [nameof(WebSocketClientOptions.ConnectTimeout)] = (o, v) => v.Time(x => o.ConnectTimeout = x),
        [nameof(WebSocketClientOptions.StableAfter)] = (o, v) => v.Time(x => o.StableAfter = x),
        [nameof(WebSocketClientOptions.ReconnectSpread)] = (o, v) => v.Time(x => o.ReconnectSpread = x),
        [nameof(WebSocketClientOptions.SendQueueCapacity)] = (o, v) => v.Count(x => o.SendQueueCapacity = x),
        [nameof(WebSocketClientOptions.SendQueueBytes)] = (o, v) => v.Number(x => o.SendQueueBytes = x),
        [nameof(WebSocketClientOptions.SendQueueFullMode)] = (o, v) => v.Choice<SendQueueFullMode>("Wait or Fail", x => o.SendQueueFullMode = x),
        [nameof(WebSocketClientOptions.MaxWaitingSends)] = (o, v) => v.Count(x => o.MaxWaitingSends = x),
        [nameof(WebSocketClientOptions.KeepAliveInterval)] = (o, v) => v.Time(x => o.KeepAliveInterval = x),
        [nameof(WebSocketClientOptions.KeepAliveTimeout)] = (o, v) => v.Time(x => o.KeepAliveTimeout = x),
        [nameof(WebSocketClientOptions.CloseTimeout)] = (o, v) => v.Time(x => o.CloseTimeout = x),
        [nameof(WebSocketClientOptions.CallTimeout)] = (o, v) => v.Time(x => o.CallTimeout = x),
        [nameof(WebSocketClientOptions.MaxPendingCalls)] = (o, v) => v.Count(x => o.MaxPendingCalls = x),
        [nameof(WebSocketClientOptions.Reconnect)] = (o, v) => v.Children(ReconnectSetters, o, What),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="OptionsValidationException">Something in the section is wrong; it has a sentence for each problem.</exception>
    public static void Apply(IConfiguration section, ClientRegistration registration, WebSocketClientOptions options, IServiceProvider services)
    {
        List<string> problems = [];
        ConfigurationReader.Apply(Setters, section, options, What, services, problems);
        if (problems.Count > 0)
            throw new OptionsValidationException(registration.OptionsName, typeof(WebSocketClientOptions), problems);
    }

    private static (bool, Version?) HttpVersionOf(string text) => (Version.TryParse(text, out Version? version), version);
}
