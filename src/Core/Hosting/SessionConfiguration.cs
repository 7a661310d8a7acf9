using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography.X509Certificates;
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
        [nameof(ProxyConfig.PacMandatory)] = (o, v) => v.Flag(x => o.PacMandatory = x),
        [nameof(ProxyConfig.ConnectTimeout)] = (o, v) => v.Time(x => o.ConnectTimeout = x),
        [nameof(ProxyConfig.ProxyRules)] = (o, v) => o.ProxyRules = v.Text,
        [nameof(ProxyConfig.ProxyBypassRules)] = (o, v) => o.ProxyBypassRules = v.Text,
        [nameof(ProxyConfig.Credentials)] = (o, v) => v.Children(CredentialSetters, o.Credentials ??= new NetworkCredential(), What),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, OptionSetter<HostResolverOptions>> HostResolverSetters = new Dictionary<string, OptionSetter<HostResolverOptions>>
    {
        [nameof(HostResolverOptions.SecureDnsMode)] = (o, v) => v.Choice<SecureDnsMode>("Off, Automatic or Secure", x => o.SecureDnsMode = x),
        [nameof(HostResolverOptions.SecureDnsServers)] = (o, v) => v.List(o.SecureDnsServers),
        [nameof(HostResolverOptions.SecureDnsTimeout)] = (o, v) => v.Time(x => o.SecureDnsTimeout = x),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, OptionSetter<TlsConfig>> TlsSetters = new Dictionary<string, OptionSetter<TlsConfig>>
    {
        [nameof(TlsConfig.MinVersion)] = (o, v) => v.Choice<TlsVersion>("Tls12 or Tls13", x => o.MinVersion = x),
        [nameof(TlsConfig.MaxVersion)] = (o, v) => v.Choice<TlsVersion>("Tls12 or Tls13", x => o.MaxVersion = x),
        [nameof(TlsConfig.RevocationMode)] = (o, v) => v.Choice<X509RevocationMode>("NoCheck, Online or Offline", x => o.RevocationMode = x),
        [nameof(TlsConfig.AllowUnknownRevocationStatus)] = (o, v) => v.Flag(x => o.AllowUnknownRevocationStatus = x),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, OptionSetter<NetSessionOptions>> Setters = new Dictionary<string, OptionSetter<NetSessionOptions>>
    {
        [nameof(NetSessionOptions.UserAgent)] = (o, v) => o.UserAgent = v.Text,
        [nameof(NetSessionOptions.StorageDirectory)] = (o, v) => o.StorageDirectory = v.Text,
        [nameof(NetSessionOptions.PublicSuffixListFile)] = (o, v) => o.PublicSuffixListFile = v.Text,
        [nameof(NetSessionOptions.HostResolverRules)] = (o, v) => o.HostResolverRules = v.Text,
        [nameof(NetSessionOptions.HostResolverOptions)] = (o, v) => v.Children(HostResolverSetters, o.HostResolverOptions ??= new HostResolverOptions(), What),
        [nameof(NetSessionOptions.CertificateAuthorityFiles)] = (o, v) => v.List(o.CertificateAuthorityFiles),
        [nameof(NetSessionOptions.CertificatePins)] = (o, v) => v.Lists(o.CertificatePins),
        [nameof(NetSessionOptions.Tls)] = (o, v) => v.Children(TlsSetters, o.Tls ??= new TlsConfig(), What),
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
