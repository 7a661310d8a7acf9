using System.Collections.Frozen;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace NetWebSockets.Hosting;

/// <summary>Reads a session's options from its configuration section.</summary>
internal static class SessionConfiguration
{
    private const string What = "a session";

    private static readonly FrozenDictionary<string, OptionSetter<NetworkCredential>> CredentialSetters = new Dictionary<string, OptionSetter<NetworkCredential>>
    {
        [nameof(NetworkCredential.UserName)] = (o, v) => o.UserName = v.Text,
        [nameof(NetworkCredential.Password)] = (o, v) => o.Password = v.Text,
        [nameof(NetworkCredential.Domain)] = (o, v) => o.Domain = v.Text,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, OptionSetter<ProxyConfig>> ProxySetters = new Dictionary<string, OptionSetter<ProxyConfig>>
    {
        [nameof(ProxyConfig.Mode)] = (o, v) => v.Choice<ProxyMode>("Direct, AutoDetect, PacScript, FixedServers or System", x => o.Mode = x),
        [nameof(ProxyConfig.PacScript)] = (o, v) => v.Address("http://proxy.example/proxy.pac", x => o.PacScript = x),
        [nameof(ProxyConfig.ProxyRules)] = (o, v) => o.ProxyRules = v.Text,
        [nameof(ProxyConfig.ProxyBypassRules)] = (o, v) => o.ProxyBypassRules = v.Text,
        [nameof(ProxyConfig.Credentials)] = (o, v) => v.Children(CredentialSetters, o.Credentials ??= new NetworkCredential(), What),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, OptionSetter<NetSessionOptions>> Setters = new Dictionary<string, OptionSetter<NetSessionOptions>>
    {
        [nameof(NetSessionOptions.UserAgent)] = (o, v) => o.UserAgent = v.Text,
        [nameof(NetSessionOptions.Proxy)] = (o, v) => v.Children(ProxySetters, o.Proxy ??= new ProxyConfig(), What),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="OptionsValidationException">Something in the section is wrong; it has a sentence for each problem.</exception>
    public static void Apply(IConfiguration section, SessionRegistration registration, NetSessionOptions options, IServiceProvider services)
    {
        List<string> problems = [];
        ConfigurationReader.Apply(Setters, section, options, What, services, problems);
        if (problems.Count > 0)
            throw new OptionsValidationException(registration.Name, typeof(NetSessionOptions), problems);
    }
}
