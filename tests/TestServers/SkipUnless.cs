using Xunit;

namespace NetWebSockets.TestServers;

/// <summary>
/// For tests that need a tool of the machine: without it they are skipped, saying how to get it. In continuous integration, where
/// NWS_CI is 1, a missing tool fails the test, so that nothing is skipped there unseen.
/// </summary>
public static class SkipUnless
{
    /// <summary>Whether a missing tool is a failure.</summary>
    public static bool IsStrict => Environment.GetEnvironmentVariable("NWS_CI") == "1";

    /// <summary>Finds a program on the PATH.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="howToGet">What to do to have it.</param>
    /// <returns>Its path.</returns>
    public static string RequireTool(string name, string? howToGet = null)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
        Require(path is not null, $"'{name}' is not on the PATH. {howToGet ?? $"Install it, for instance with: apt-get install {name}"}");
        return path!;
    }

    /// <summary>Skips, or fails in continuous integration, unless a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="reason">What is missing, and what to do to have it.</param>
    public static void Require(bool condition, string reason)
    {
        if (condition)
            return;
        if (IsStrict)
            Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
