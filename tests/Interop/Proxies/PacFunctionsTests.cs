using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Proxies;

/// <summary>
/// Asks Chromium's own proxy scripts for what the tests of NetWebSockets.Pac hold us to. A script tells its answers by <c>alert</c>, which Chromium writes into its
/// network log.
/// </summary>
public sealed partial class PacFunctionsTests
{
    // Chromium logs what a script says only up to a size, so a page asks for hosts that each have a share of the questions.
    private const int Share = 15;

    [Fact]
    public async Task The_recorded_answers_of_the_functions_are_those_of_Chromium()
    {
        string chromium = SkipUnless.RequireTool("chromium");
        using JsonDocument recorded = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Proxies", "pac-functions.json"), TestContext.Current.CancellationToken));
        JsonElement[] rows = [.. recorded.RootElement.EnumerateArray()];
        string page = string.Concat(Enumerable.Range(0, (rows.Length + Share - 1) / Share).Select(i => $"fetch('http://c{i * Share}.test/').catch(() => 0);"));
        await using KestrelServer server = await KestrelServer.StartNewAsync(new KestrelServerOptions
        {
            Pages = { ["/proxy.pac"] = Script(recorded.RootElement.GetRawText()), ["/page"] = $"<script>{page}</script>" },
        });

        string log = await RunAsync(chromium, $"http://127.0.0.1:{server.Port}");
        var answers = new SortedDictionary<int, string>();
        foreach (Match said in Said().Matches(log))
        {
            using JsonDocument text = JsonDocument.Parse($"\"{said.Groups[1].Value}\"");
            string[] parts = text.RootElement.GetString()!.Split(' ', 2);
            answers[int.Parse(parts[0], null)] = parts[1];
        }

        Assert.Equal(
            rows.Select(static (r, i) => $"{i} {r.GetProperty("ask").GetString()}: {(r.TryGetProperty("throws", out JsonElement thrown) ? $"throws {thrown.GetString()}" : r.GetProperty("answer").GetString())}"),
            rows.Select((r, i) => $"{i} {r.GetProperty("ask").GetString()}: {answers.GetValueOrDefault(i, "was not asked")}"));
    }

    private static string Script(string rows) =>
        $$"""
        var Real = Date, now = 0, rows = {{rows}};
        Date = function(y, m, d, h, min, s) { return arguments.length == 0 ? new Real(now) : new Real(y, m, d, h, min, s); };
        function FindProxyForURL(url, host) {
            var share = /^c(\d+)\.test$/.exec(host);
            for (var i = share ? +share[1] : rows.length, end = i + {{Share}}; i < end && i < rows.length; i++) {
                if (rows[i].now) now = Real.parse(rows[i].now);
                var answer;
                try { var value = eval(rows[i].ask); answer = value === undefined ? 'undefined' : JSON.stringify(value); }
                catch (e) { answer = 'throws ' + (e instanceof Error ? e.name : typeof e); }
                alert('#' + i + ' ' + answer);
            }
            return 'PROXY 127.0.0.1:9';
        }
        """;

    private static async Task<string> RunAsync(string chromium, string origin)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("nws-pac-functions-");
        try
        {
            string log = Path.Combine(folder.FullName, "net.json");
            ProcessStartInfo start = new(chromium)
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                Environment = { ["TZ"] = "America/New_York" },
                ArgumentList =
                {
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage", "--virtual-time-budget=20000", $"--user-data-dir={folder.FullName}", $"--log-net-log={log}",
                    $"--proxy-pac-url={origin}/proxy.pac", "--dump-dom", $"{origin}/page",
                },
            };
            using Process process = Process.Start(start)!;
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(90));
            try
            {
                await Task.WhenAll(
                    process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token), process.WaitForExitAsync(limit.Token));
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }

            return await File.ReadAllTextAsync(log, limit.Token);
        }
        finally
        {
            try
            {
                folder.Delete(recursive: true);
            }
            catch (IOException)
            {
                // A child that is still going down writes into it; the system's temporary folder is cleared by others.
            }
        }
    }

    [GeneratedRegex("""
        "message":"#((?:[^"\\]|\\.)*)"
        """)]
    private static partial Regex Said();
}
