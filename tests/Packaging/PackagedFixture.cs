using System.Reflection;
using NetWebSockets.PackagingTests;
using Xunit;

[assembly: AssemblyFixture(typeof(PackagedFixture))]

namespace NetWebSockets.PackagingTests;

/// <summary>Packs the packages once, and copies the consumer to a folder outside the repository that restores from them.</summary>
public sealed class PackagedFixture : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("netwebsockets-packaging-").FullName;

    public string Repository { get; } = FindRepository();

    public string Packages => Path.Combine(_root, "packages");

    public string Consumer => Path.Combine(_root, "consumer");

    public string Package(string id) => Directory.GetFiles(Packages, $"{id}.?.*.nupkg").Single(p => char.IsAsciiDigit(Path.GetFileName(p)[id.Length + 1]));

    public async ValueTask InitializeAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(3));
        string configuration = GetType().Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Configuration").Value!;
        foreach (string project in (string[])["src/Abstractions", "src/Core", "src/Pac"])
            await DotNet.RunAsync(Repository, limit.Token, "pack", project, "--no-build", "-c", configuration, "-o", Packages);

        Directory.CreateDirectory(Consumer);
        foreach (string file in Directory.GetFiles(Path.Combine(Repository, "tests", "Packaging", "Consumer")))
            File.Copy(file, Path.Combine(Consumer, Path.GetFileName(file)));
        string version = Path.GetFileNameWithoutExtension(Package("NetWebSockets"))["NetWebSockets.".Length..];
        // Restored packages go to a folder of this run: in the user's, a package of the same version from an earlier run would stay.
        // What the user's already has is taken from there.
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(
            Path.Combine(_root, "Directory.Build.props"),
            $"""
             <Project>
               <PropertyGroup>
                 <NetWebSocketsVersion>{version}</NetWebSocketsVersion>
                 <RestorePackagesPath>{Path.Combine(_root, "restored")}</RestorePackagesPath>
                 <RestoreFallbackFolders>{cache}</RestoreFallbackFolders>
                 <RestoreAdditionalProjectSources>{Packages}</RestoreAdditionalProjectSources>
               </PropertyGroup>
             </Project>
             """,
            limit.Token);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return default;
    }

    private static string FindRepository()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Sdk.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("Run these tests from the repository's own output.");
    }
}
