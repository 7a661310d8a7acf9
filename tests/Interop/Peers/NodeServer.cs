using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Peers;

/// <summary>The <c>ws</c> package's server in a process of its own: <c>node/server.mjs</c>.</summary>
public sealed class NodeServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string? _folder;
    private readonly bool _tls;
    private readonly int _port;

    private NodeServer(Process process, string? folder, bool tls, int port)
    {
        _process = process;
        _folder = folder;
        _tls = tls;
        _port = port;
    }

    /// <summary>Starts the server, or skips the test when node or the package is not there.</summary>
    /// <param name="certificate">The certificate to speak TLS with.</param>
    /// <param name="deflate">The options of ws' perMessageDeflate, as JSON; without them it does not compress.</param>
    /// <returns>The running server.</returns>
    public static async Task<NodeServer> StartAsync(X509Certificate2? certificate = null, string? deflate = null)
    {
        string node = SkipUnless.RequireTool("node", "Install Node.js 20 or newer.");
        string home = SourceFolder.Path("node");
        SkipUnless.Require(
            Directory.Exists(Path.Combine(home, "node_modules", "ws")), "The ws package is not installed. Run: npm ci --prefix tests/Interop/node");
        ProcessStartInfo start = new(node)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = home,
            ArgumentList = { Path.Combine(home, "server.mjs") },
        };
        if (deflate is not null)
            start.Environment["NWS_DEFLATE"] = deflate;
        string? folder = null;
        if (certificate is not null)
        {
            folder = Directory.CreateTempSubdirectory("nws-node-").FullName;
            string pem = Path.Combine(folder, "leaf.pem");
            string key = Path.Combine(folder, "leaf.key");
            await File.WriteAllTextAsync(pem, TestCertificates.ToPem(certificate));
            await File.WriteAllTextAsync(key, TestCertificates.KeyToPem(certificate));
            start.ArgumentList.Add(pem);
            start.ArgumentList.Add(key);
        }

        Process process = Process.Start(start)!;
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        if (line is null || !line.StartsWith("listening ", StringComparison.Ordinal))
            throw new InvalidOperationException($"server.mjs did not start; its first line was '{line}'.");
        return new NodeServer(process, folder, certificate is not null, int.Parse(line["listening ".Length..], CultureInfo.InvariantCulture));
    }

    /// <summary>The address of a path.</summary>
    /// <param name="path">Path and query.</param>
    /// <returns>A ws or wss address.</returns>
    public Uri Uri(string path) => new($"{(_tls ? "wss" : "ws")}://127.0.0.1:{_port}{path}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close(); // The server ends with its input.
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            throw;
        }
        finally
        {
            _process.Dispose();
            if (_folder is not null)
                Directory.Delete(_folder, recursive: true);
        }
    }
}
