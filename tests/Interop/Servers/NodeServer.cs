using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Servers;

/// <summary>A server of <c>tests/Interop/node</c> in a process of its own. It takes commands, and says what it does.</summary>
public sealed class NodeServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _scheme;
    private readonly int _port;
    private readonly SpokenLines _lines = new();
    private readonly Task _reading;

    private NodeServer(Process process, string scheme, int port)
    {
        _process = process;
        _scheme = scheme;
        _port = port;
        _reading = ReadAsync();
    }

    /// <summary>Everything that the server has said since it listens.</summary>
    public IReadOnlyList<string> Lines => _lines.All;

    /// <summary>Starts a server, or skips the test when node or its packages are not there.</summary>
    /// <param name="script">The file in <c>tests/Interop/node</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables of its environment.</param>
    /// <param name="scheme">What its addresses begin with: ws or wss.</param>
    /// <returns>The running server.</returns>
    public static async Task<NodeServer> StartAsync(
        string script, IEnumerable<string>? arguments = null, IEnumerable<KeyValuePair<string, string>>? environment = null, string scheme = "ws")
    {
        string node = SkipUnless.RequireTool("node", "Install Node.js 20 or newer.");
        string home = SourceFolder.Path("node");
        await RequirePackagesAsync(home);
        ProcessStartInfo start = new(node)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = home,
            ArgumentList = { Path.Combine(home, script) },
        };
        foreach (string argument in arguments ?? [])
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment ?? [])
            start.Environment[name] = value;
        Process process = Process.Start(start)!;
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        if (line is null || !line.StartsWith("listening ", StringComparison.Ordinal))
            throw new InvalidOperationException($"{script} did not start; its first line was '{line}'.");
        return new NodeServer(process, scheme, int.Parse(line["listening ".Length..], CultureInfo.InvariantCulture));
    }

    /// <summary>The address of a path.</summary>
    /// <param name="path">Path and query.</param>
    /// <returns>A ws or wss address.</returns>
    public Uri Uri(string path = "/") => new($"{_scheme}://127.0.0.1:{_port}{path}");

    /// <summary>Gives the server a command, and waits until it is carried out.</summary>
    /// <param name="command">The command.</param>
    /// <returns>A task.</returns>
    public async Task DoAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        await SaysAsync($"did {command}");
    }

    /// <summary>Waits until the server says a line that begins so. Each line is taken once; those passed over can still be taken.</summary>
    /// <param name="start">The beginning of the line.</param>
    /// <returns>The line.</returns>
    public Task<string> SaysAsync(string start) => _lines.TakeAsync(start).WaitAsync(Limit);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close(); // The server ends with its input.
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            await _reading;
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            throw;
        }
        finally
        {
            _process.Dispose();
        }
    }

    private static async Task RequirePackagesAsync(string home)
    {
        using JsonDocument package = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(home, "package.json")));
        foreach (JsonProperty dependency in package.RootElement.GetProperty("dependencies").EnumerateObject())
        {
            SkipUnless.Require(
                Directory.Exists(Path.Combine(home, "node_modules", dependency.Name)),
                $"The {dependency.Name} package is not installed. Run: npm ci --prefix tests/Interop/node");
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _lines.Add(line);
        _lines.End();
    }
}
