using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace NetWebSockets.IntegrationTests.Samples;

public sealed class QuickstartTests
{
    [Fact]
    public async Task The_quick_start_loses_nothing_when_its_server_restarts_and_ends_by_itself_within_20_seconds()
    {
        (int code, string output, TimeSpan took) = await RunAsync(TestContext.Current.CancellationToken);

        Assert.True(code == 0, output);
        Assert.True(took < TimeSpan.FromSeconds(20), $"It took {took}:\n{output}");
        Assert.Contains("10 sent, 10 came back, 0 lost or out of place", output, StringComparison.Ordinal);
        Assert.Equal(Lines(1, 10), Told(output, "sent"));
        Assert.Equal(Lines(1, 10).Select(l => $"you: {l}"), Told(output, "received"));
        string[] states = [.. Told(output, "state")];
        Assert.Contains(states, s => s.StartsWith("Ready -> Disconnected: ", StringComparison.Ordinal));
        Assert.Equal("Restoring -> Ready", states[^2]);
        Assert.Equal("Ready -> Closed", states[^1]);
    }

    private static IEnumerable<string> Lines(int first, int count) => Enumerable.Range(first, count).Select(i => $"line {i}");

    private static IEnumerable<string> Told(string output, string what) =>
        Regex.Matches(output, $@"^ *[\d.]+ s  {what} +(.*?)\r?$", RegexOptions.Multiline).Select(m => m.Groups[1].Value);

    private static async Task<(int Code, string Output, TimeSpan Took)> RunAsync(CancellationToken cancellationToken)
    {
        string configuration = typeof(QuickstartTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "Configuration").Value!;
        // …/tests/Integration/bin/<configuration>/net10.0
        string root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));
        string program = Path.Combine(root, "samples", "Quickstart", "bin", configuration, "net10.0", "Quickstart.dll");
        ProcessStartInfo start = new("dotnet", [program]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };

        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
            return (process.ExitCode, await output + await error, Stopwatch.GetElapsedTime(begin));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
