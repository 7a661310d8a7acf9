using System.Diagnostics;
using System.Globalization;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Trust;

/// <summary>
/// OpenSSL's own server in a process of its own. It answers every request with status 200 and a page on the connection, which is no WebSocket but shows
/// that TLS went well.
/// </summary>
internal sealed class OpenSslServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;

    private OpenSslServer(Process process, int port, Task reading)
    {
        _process = process;
        Port = port;
        _reading = reading;
    }

    public int Port { get; }

    public Uri Uri => new($"wss://localhost:{Port}/");

    /// <summary>Starts it, or skips the test when it is not there.</summary>
    public static Task<OpenSslServer> StartAsync(string certificate, string key, params string[] more)
    {
        string openssl = SkipUnless.RequireTool("openssl");
        return FreePort.StartAsync(port => StartAsync(openssl, port, certificate, key, more));
    }

    private static async Task<OpenSslServer> StartAsync(string openssl, int port, string certificate, string key, string[] more)
    {
        string[] arguments =
            ["s_server", "-accept", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "-cert", certificate, "-key", key, "-www", .. more];
        Process process = Process.Start(
            new ProcessStartInfo(openssl, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task reading = ReadAsync(process, ready);
        var server = new OpenSslServer(process, port, reading);
        return await FreePort.ReadyAsync(server, ready.Task, server.DisposeAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private static async Task ReadAsync(Process process, TaskCompletionSource ready)
    {
        Task<string> errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ACCEPT", StringComparison.Ordinal))
                ready.TrySetResult();
        }

        ready.TrySetException(new InvalidOperationException("openssl s_server did not start: " + await errors));
    }
}
