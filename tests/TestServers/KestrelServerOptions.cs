using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace NetWebSockets.TestServers;

/// <summary>What a <see cref="KestrelServer"/> serves.</summary>
public sealed class KestrelServerOptions
{
    /// <summary>The certificate for https and wss; without one it serves http and ws.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Anything else of TLS: versions, client certificates, intermediates.</summary>
    public Action<HttpsConnectionAdapterOptions>? ConfigureHttps { get; set; }

    /// <summary>The HTTP versions. Default HTTP/1.1 only.</summary>
    public HttpProtocols Protocols { get; set; } = HttpProtocols.Http1;

    /// <summary>The subprotocols the ready-made endpoints choose from; the client's first that is in here wins. None by default.</summary>
    public IList<string> SubProtocols { get; } = [];

    /// <summary>Whether permessage-deflate is agreed to when a client offers it. Default false.</summary>
    public bool Deflate { get; set; }

    /// <summary>WebSocket endpoints of the test's own, by path. The token is cancelled when the server stops abruptly or the client is gone.</summary>
    public IDictionary<string, WebSocketEndpoint> Endpoints { get; } = new Dictionary<string, WebSocketEndpoint>();

    /// <summary>Pages by path: the body of each, served as text/html.</summary>
    public IDictionary<string, string> Pages { get; } = new Dictionary<string, string>();

    /// <summary>The services of what <see cref="Configure"/> adds.</summary>
    public Action<IServiceCollection>? ConfigureServices { get; set; }

    /// <summary>Anything else to add to the application.</summary>
    public Action<WebApplication>? Configure { get; set; }
}
