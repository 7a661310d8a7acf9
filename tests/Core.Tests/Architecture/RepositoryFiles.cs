namespace NetWebSockets.Tests.Architecture;

/// <summary>The repository that this test was built in.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "artifacts", "TestResults", ".git"];

    public static string Root { get; } = FindRoot();

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    public static string Relative(string path) => System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>Files below a folder, without what builds leave there.</summary>
    public static IEnumerable<string> Find(string folder, string pattern)
    {
        DirectoryInfo start = new(Path(folder));
        return Walk(start);

        IEnumerable<string> Walk(DirectoryInfo directory) =>
            directory.EnumerateFiles(pattern).Select(f => f.FullName)
                .Concat(directory.EnumerateDirectories().Where(d => !Skipped.Contains(d.Name)).SelectMany(Walk))
                .Order(StringComparer.Ordinal);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(d.FullName, "Sdk.sln")))
                return d.FullName;
        }

        throw new InvalidOperationException($"No Sdk.sln above {AppContext.BaseDirectory}: run the tests from the repository's own output.");
    }
}
