using System.Diagnostics;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Proxies;

/// <summary>Debian's tinyproxy in a process of its own, with name and password.</summary>
internal sealed class TinyproxyServer : IAsyncDisposable
{
    public const string Name = "me";
    public const string Password = "s3cret";

    private readonly Process _process;
    private readonly string _folder;
    private readonly List<string> _log;
    private readonly Task _reading;

    private TinyproxyServer(Process process, string folder, int port, List<string> log, Task reading)
    {
        _process = process;
        _folder = folder;
        Port = port;
        _log = log;
        _reading = reading;
    }

    public int Port { get; }

    /// <summary>Starts the proxy, or skips the test when it is not there.</summary>
    public static Task<TinyproxyServer> StartAsync()
    {
        string tinyproxy = SkipUnless.RequireTool("tinyproxy");
        return FreePort.StartAsync(port => StartAsync(tinyproxy, port));
    }

    private static async Task<TinyproxyServer> StartAsync(string tinyproxy, int port)
    {
        string folder = Directory.CreateTempSubdirectory("nws-tinyproxy-").FullName;
        string configuration = Path.Combine(folder, "tinyproxy.conf");
        await File.WriteAllLinesAsync(
            configuration, [$"Port {port}", "Listen 127.0.0.1", "Timeout 60", "MaxClients 20", $"BasicAuth {Name} {Password}", "LogLevel Info"]);
        Process process = Process.Start(new ProcessStartInfo(tinyproxy) { RedirectStandardOutput = true, ArgumentList = { "-d", "-c", configuration } })!;
        var log = new List<string>();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task reading = ReadAsync(process, log, ready);
        var server = new TinyproxyServer(process, folder, port, log, reading);
        return await FreePort.ReadyAsync(server, ready.Task, server.DisposeAsync);
    }

    /// <summary>Ends the proxy.</summary>
    /// <returns>Its log.</returns>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        return _log;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task ReadAsync(Process process, List<string> log, TaskCompletionSource ready)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            log.Add(line);
            if (line.Contains("Accepting connections", StringComparison.Ordinal))
                ready.TrySetResult();
        }

        ready.TrySetException(new InvalidOperationException("tinyproxy did not start: " + string.Join('\n', log)));
    }
}
