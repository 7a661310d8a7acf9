using System.Diagnostics;
using System.Text.RegularExpressions;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Chromium;

/// <summary>A headless Chromium of its own, with an empty profile; started once for the tests that share it, ended with them.</summary>
public sealed partial class ChromiumBrowser : IAsyncLifetime
{
    private Process? _process;
    private string? _profile;
    private Task _drain = Task.CompletedTask;

    /// <summary>The address of the browser's own DevTools endpoint.</summary>
    public Uri? Endpoint { get; private set; }

    /// <summary>Further arguments to start it with.</summary>
    public IList<string> Arguments { get; init; } = [];

    /// <summary>The DevTools endpoint of one page, by the id of its target.</summary>
    /// <param name="target">The id.</param>
    /// <returns>A ws address.</returns>
    public Uri PageEndpoint(string target) => new($"ws://{Endpoint!.Authority}/devtools/page/{target}");

    /// <summary>Skips the test when there is no browser.</summary>
    public void Require() => SkipUnless.RequireTool("chromium");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if ((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).All(p => !File.Exists(Path.Combine(p, "chromium"))))
            return; // Require says so in each test.

        _profile = Directory.CreateTempSubdirectory("nws-chromium-").FullName;
        ProcessStartInfo start = new("chromium")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0",
                $"--user-data-dir={_profile}",
            },
        };
        foreach (string argument in Arguments.Append("about:blank"))
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _drain = _process.StandardOutput.ReadToEndAsync();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (await _process.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                Endpoint = new Uri(match.Groups[1].Value);
                _drain = Task.WhenAll(_drain, _process.StandardError.ReadToEndAsync());
                return;
            }
        }

        throw new InvalidOperationException($"Chromium ended with {_process.ExitCode} before it listened for DevTools.");
    }

    /// <summary>Asks it to close and waits until it has; what it writes at its end is then complete.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await using DevTools root = await DevTools.ConnectAsync(Endpoint!);
        try
        {
            await root.CallAsync("Browser.close");
        }
        catch (InvalidOperationException)
        {
            // It may have gone before its answer was out.
        }

        await _process!.WaitForExitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _drain.WaitAsync(TimeSpan.FromSeconds(30));
        _process.Dispose();
        try
        {
            Directory.Delete(_profile!, recursive: true);
        }
        catch (IOException)
        {
            // A child that is still going down writes into it; the system's temporary folder is cleared by others.
        }
    }

    [GeneratedRegex(@"^DevTools listening on (ws://\S+)$")]
    private static partial Regex Listening();
}
