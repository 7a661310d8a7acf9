using System.Diagnostics;

namespace NetWebSockets.PackagingTests;

/// <summary>Runs programs as somebody at a terminal would.</summary>
internal static class DotNet
{
    public static Task<string> RunAsync(string directory, CancellationToken cancellationToken, params string[] arguments) =>
        ProgramAsync("dotnet", directory, cancellationToken, arguments);

    /// <returns>What it wrote; an exit code other than 0 throws with it.</returns>
    public static async Task<string> ProgramAsync(string program, string directory, CancellationToken cancellationToken, params string[] arguments)
    {
        (int code, string output) = await TryProgramAsync(program, directory, cancellationToken, arguments);
        return code == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}\nexit code {code}\n{output}");
    }

    public static async Task<(int Code, string Output)> TryProgramAsync(
        string program, string directory, CancellationToken cancellationToken, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // What `dotnet test` hands down would lead the inner build astray; build servers would outlive the tests.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment.Remove("CI");
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
