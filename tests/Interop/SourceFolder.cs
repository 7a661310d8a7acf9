namespace NetWebSockets.InteropTests;

/// <summary>Where these tests' sources are: for recordings, and for what npm installs beside its package.json.</summary>
public static class SourceFolder
{
    /// <summary>A path below the folder of this project.</summary>
    /// <param name="parts">The path.</param>
    /// <returns>The full path.</returns>
    public static string Path(params string[] parts)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "NetWebSockets.InteropTests.csproj")))
            folder = folder.Parent;
        return System.IO.Path.Combine([folder!.FullName, .. parts]);
    }
}
