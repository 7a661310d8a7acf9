using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using NetWebSockets.TestServers;
using Xunit;
using KestrelServer = NetWebSockets.TestServers.KestrelServer;
using KestrelServerOptions = NetWebSockets.TestServers.KestrelServerOptions;

namespace NetWebSockets.Tests.Sessions.Hosts;

/// <summary>A question as it came.</summary>
internal sealed record DnsAsked(string Name, ushort Type, string Method, string Protocol, string Host, byte[] Message);

/// <summary>A server of DNS over HTTPS on loopback, as <c>dns.test</c>; it knows the names that the test gives it.</summary>
internal sealed class DnsEndpoint : IAsyncDisposable
{
    public const string Rule = "MAP dns.test 127.0.0.1";

    /// <summary>A time-out for tests that are not about it, also on a machine that is busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly KestrelServer _server;
    private readonly X509Certificate2? _own;

    private DnsEndpoint(HttpProtocols protocols, X509Certificate2? certificate)
    {
        _own = certificate is null ? TestCertificates.Shared.LeafFor("dns.test") : null;
        _server = new KestrelServer(new KestrelServerOptions
        {
            Certificate = certificate ?? _own,
            Protocols = protocols,
            Configure = application => application.Map("/dns-query", ServeAsync),
        });
    }

    /// <summary>What was asked, in order.</summary>
    public ConcurrentQueue<DnsAsked> Asked { get; } = [];

    /// <summary>The names that exist.</summary>
    public ConcurrentDictionary<string, DnsRecord[]> Records { get; } = [];

    /// <summary>How long an absence holds.</summary>
    public uint NegativeSeconds { get; set; } = 30;

    /// <summary>Answers instead; returns whether it did.</summary>
    public Func<DnsAsked, HttpContext, Task<bool>>? Instead { get; set; }

    public int Port => _server.Port;

    public string Template => $"https://dns.test:{Port}/dns-query{{?dns}}";

    public string PostTemplate => $"https://dns.test:{Port}/dns-query";

    public int Count(string name) => Asked.Count(asked => asked.Name == name);

    public static async Task<DnsEndpoint> StartAsync(HttpProtocols protocols = HttpProtocols.Http1AndHttp2, X509Certificate2? certificate = null)
    {
        var endpoint = new DnsEndpoint(protocols, certificate);
        await endpoint._server.StartAsync();
        return endpoint;
    }

    public void Add(string name, params string[] addresses) =>
        Records[name] = [.. addresses.Select(address => DnsRecord.Address(name, address))];

    /// <summary>A session that asks this server.</summary>
    public NetSession NewSession(SecureDnsMode mode = SecureDnsMode.Secure, Action<NetSessionOptions>? configure = null) => NewSession([Template], mode, configure);

    public static NetSession NewSession(string[] templates, SecureDnsMode mode = SecureDnsMode.Secure, Action<NetSessionOptions>? configure = null) =>
        Tests.Handshake.Connecting.NewSession(options =>
        {
            options.CertificateAuthorities.Add(TestCertificates.Shared.Authority);
            options.HostResolverRules = Rule;
            options.HostResolverOptions = new HostResolverOptions { SecureDnsMode = mode, SecureDnsServers = [.. templates], SecureDnsTimeout = Patience };
            configure?.Invoke(options);
        });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _own?.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        byte[] query;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            query = Base64Url.DecodeFromChars(context.Request.Query["dns"].ToString());
        }
        else
        {
            Assert.Equal("application/dns-message", context.Request.ContentType);
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            query = body.ToArray();
        }

        (string name, ushort type) = DnsWriter.Question(query);
        var asked = new DnsAsked(name, type, context.Request.Method, context.Request.Protocol, context.Request.Host.Value!, query);
        Asked.Enqueue(asked);
        if (Instead is { } instead && await instead(asked, context))
            return;
        await AnswerAsync(context, Answer(name, type));
    }

    public static async Task AnswerAsync(HttpContext context, byte[] message)
    {
        context.Response.ContentType = "application/dns-message";
        context.Response.ContentLength = message.Length;
        await context.Response.Body.WriteAsync(message, context.RequestAborted);
    }

    private byte[] Answer(string name, ushort type)
    {
        bool exists = Records.TryGetValue(name, out DnsRecord[]? records);
        DnsRecord[] answers = [.. (records ?? []).Where(record => record.Type == type || record.Type == 5)];
        return DnsWriter.Answer(name, type, exists ? 0 : 3, answers, answers.Length == 0 ? [DnsRecord.Zone("test", 900, NegativeSeconds)] : null);
    }
}
