using System.Diagnostics;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Proxies;

/// <summary>Debian's danted (SOCKS 4 and 5) in a process of its own, with or without name and password. It knows no passwords but those of the machine's users.</summary>
internal sealed class DanteServer : IAsyncDisposable
{
    public const string Password = "s3cret";

    private readonly Process _process;
    private readonly string _folder;
    private readonly List<string> _log;
    private readonly Task _reading;

    private DanteServer(Process process, string folder, int port, string? user, List<string> log, Task reading)
    {
        _process = process;
        _folder = folder;
        Port = port;
        User = user;
        _log = log;
        _reading = reading;
    }

    public int Port { get; }

    /// <summary>The user whose password it asks for: one of the machine, which lives as long as this; null when it asks for none.</summary>
    public string? User { get; }

    /// <summary>Starts the proxy, or skips the test when it is not there.</summary>
    public static async Task<DanteServer> StartAsync(bool asksForPassword = false)
    {
        string danted = SkipUnless.RequireTool("danted", "Install it, for instance with: apt-get install dante-server");
        string? user = null;
        if (asksForPassword)
        {
            SkipUnless.Require(Environment.UserName == "root", "danted asks for passwords of the machine's users only, and only root can add one: run as root.");
            user = "nws-" + Guid.NewGuid().ToString("N")[..12];
            await RunAsync("useradd", null, "--no-create-home", "--shell", "/usr/sbin/nologin", user);
            await RunAsync("chpasswd", $"{user}:{Password}\n");
        }

        try
        {
            return await FreePort.StartAsync(port => StartAsync(danted, user, port));
        }
        catch
        {
            await RemoveAsync(user);
            throw;
        }
    }

    private static async Task<DanteServer> StartAsync(string danted, string? user, int port)
    {
        string folder = Directory.CreateTempSubdirectory("nws-danted-").FullName;
        string configuration = Path.Combine(folder, "danted.conf");
        await File.WriteAllLinesAsync(configuration,
        [
            "logoutput: stdout",
            $"internal: 127.0.0.1 port = {port}",
            "external: lo",
            "clientmethod: none",
            $"socksmethod: {(user is null ? "none" : "username")}",
            .. Environment.UserName == "root" ? new[] { "user.privileged: root", "user.unprivileged: nobody" } : [],
            "client pass {",
            "  from: 127.0.0.0/8 to: 0.0.0.0/0",
            "}",
            "socks pass {",
            "  from: 127.0.0.0/8 to: 0.0.0.0/0",
            "  protocol: tcp",
            "  command: connect",
            "  log: connect error",
            "}",
        ]);
        Process process = Process.Start(
            new ProcessStartInfo(danted) { RedirectStandardOutput = true, ArgumentList = { "-f", configuration, "-p", Path.Combine(folder, "danted.pid") } })!;
        var log = new List<string>();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task reading = ReadAsync(process, log, ready);
        var server = new DanteServer(process, folder, port, user, log, reading);
        return await FreePort.ReadyAsync(server, ready.Task, server.EndAsync);
    }

    /// <summary>Ends the proxy.</summary>
    /// <returns>Its log.</returns>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _reading;
        return _log;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await RemoveAsync(User);
    }

    private async ValueTask EndAsync()
    {
        await StopAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Task RemoveAsync(string? user) => user is null ? Task.CompletedTask : RunAsync("userdel", null, user);

    private static async Task ReadAsync(Process process, List<string> log, TaskCompletionSource ready)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            log.Add(line);
            if (line.Contains("running", StringComparison.Ordinal))
                ready.TrySetResult();
        }

        ready.TrySetException(new InvalidOperationException("danted did not start: " + string.Join('\n', log)));
    }

    private static async Task RunAsync(string tool, string? input, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(SkipUnless.RequireTool(tool), arguments) { RedirectStandardInput = true, RedirectStandardError = true })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{tool} ended with {process.ExitCode}: {errors}");
    }
}
