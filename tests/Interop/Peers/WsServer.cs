using System.Security.Cryptography.X509Certificates;
using NetWebSockets.InteropTests.Servers;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Peers;

/// <summary>The <c>ws</c> package's server: <c>node/server.mjs</c>.</summary>
public sealed class WsServer : IAsyncDisposable
{
    private readonly NodeServer _server;
    private readonly string? _folder;

    private WsServer(NodeServer server, string? folder)
    {
        _server = server;
        _folder = folder;
    }

    /// <summary>Starts the server, or skips the test when node or the package is not there.</summary>
    /// <param name="certificate">The certificate to speak TLS with.</param>
    /// <param name="deflate">The options of ws' perMessageDeflate, as JSON; without them it does not compress.</param>
    /// <returns>The running server.</returns>
    public static async Task<WsServer> StartAsync(X509Certificate2? certificate = null, string? deflate = null)
    {
        Dictionary<string, string> environment = deflate is null ? [] : new() { ["NWS_DEFLATE"] = deflate };
        if (certificate is null)
            return new WsServer(await NodeServer.StartAsync("server.mjs", environment: environment), null);
        string folder = Directory.CreateTempSubdirectory("nws-node-").FullName;
        string pem = Path.Combine(folder, "leaf.pem");
        string key = Path.Combine(folder, "leaf.key");
        await File.WriteAllTextAsync(pem, TestCertificates.ToPem(certificate));
        await File.WriteAllTextAsync(key, TestCertificates.KeyToPem(certificate));
        return new WsServer(await NodeServer.StartAsync("server.mjs", [pem, key], environment, "wss"), folder);
    }

    /// <summary>The address of a path.</summary>
    /// <param name="path">Path and query.</param>
    /// <returns>A ws or wss address.</returns>
    public Uri Uri(string path) => _server.Uri(path);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _server.DisposeAsync();
        }
        finally
        {
            if (_folder is not null)
                Directory.Delete(_folder, recursive: true);
        }
    }
}
