using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetWebSockets.Benchmarks;

/// <summary>A node process that does what it is told, one JSON line each way. It has the core of the process that starts it.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    public const string NotInstalled = "not installed";

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "node", "bench.mjs");

    private Process? _process;

    public string? NodeVersion { get; private set; }

    public string? WsVersion { get; private set; }

    public bool HasNative { get; private set; }

    public int Major { get; private set; }

    /// <summary>Where node is missing, nothing happens.</summary>
    public async Task StartAsync()
    {
        string? version = await VersionAsync();
        if (version is null)
            return;
        string[] parts = version.TrimStart('v').Split('.');
        Major = int.Parse(parts[0], CultureInfo.InvariantCulture);
        int minor = int.Parse(parts[1], CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("--no-warnings");
        start.ArgumentList.Add("--expose-gc");
        // Built in, behind this switch at first.
        if ((Major == 20 && minor >= 10) || Major == 21)
            start.ArgumentList.Add("--experimental-websocket");
        start.ArgumentList.Add(Script);
        _process = Process.Start(start)!;
        NodeReply hello = await RunAsync(new NodeCommand("hello"));
        NodeVersion = version.TrimStart('v');
        WsVersion = hello.Ws;
        HasNative = hello.Native;
    }

    public async Task<NodeReply> RunAsync(NodeCommand command)
    {
        Process process = _process ?? throw new InvalidOperationException("node does not run.");
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command, NodeJson.Default.NodeCommand));
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new IOException("node has ended.");
        NodeReply reply = JsonSerializer.Deserialize(line, NodeJson.Default.NodeReply)!;
        return reply.Error is null ? reply : throw new IOException($"node: {reply.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<string?> VersionAsync()
    {
        try
        {
            using Process node = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true })!;
            string version = (await node.StandardOutput.ReadToEndAsync()).Trim();
            await node.WaitForExitAsync();
            return node.ExitCode == 0 ? version : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

/// <summary>What node is to do.</summary>
internal sealed record NodeCommand(string Work, bool Native = false, string Url = "", int Count = 0, int Size = 0, int Outstanding = 1, bool Deflate = false);

/// <summary>What node answers: milliseconds for all, or the median in microseconds, or bytes for a connection.</summary>
internal sealed record NodeReply(double? Elapsed, double? Median, double? Bytes, string? Ws, bool Native, string? Error);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NodeCommand)), JsonSerializable(typeof(NodeReply))]
internal sealed partial class NodeJson : JsonSerializerContext;
