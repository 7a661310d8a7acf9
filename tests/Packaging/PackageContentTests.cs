using System.IO.Compression;
using System.Xml.Linq;
using Xunit;

namespace NetWebSockets.PackagingTests;

public sealed class PackageContentTests(PackagedFixture packaged)
{
    [Fact]
    public void The_package_carries_runtime_documentation_generators_readme_and_licence()
    {
        using ZipArchive package = ZipFile.OpenRead(packaged.Package("NetWebSockets"));

        string[] files = [.. package.Entries.Select(e => e.FullName).Where(IsContent).Order(StringComparer.Ordinal)];

        Assert.Equal(
            [
                "LICENSE",
                "README.md",
                "analyzers/dotnet/cs/NetWebSockets.Generators.CodeFixes.dll",
                "analyzers/dotnet/cs/NetWebSockets.Generators.dll",
                "lib/net10.0/NetWebSockets.dll",
                "lib/net10.0/NetWebSockets.xml",
            ],
            files);
    }

    [Fact]
    public void The_abstractions_carry_nothing_but_themselves()
    {
        using ZipArchive package = ZipFile.OpenRead(packaged.Package("NetWebSockets.Abstractions"));

        string[] files = [.. package.Entries.Select(e => e.FullName).Where(IsContent).Order(StringComparer.Ordinal)];

        Assert.Equal(["LICENSE", "README.md", "lib/net10.0/NetWebSockets.Abstractions.dll", "lib/net10.0/NetWebSockets.Abstractions.xml"], files);
        Assert.Empty(Dependencies(package));
    }

    [Fact]
    public void The_script_engine_stands_in_a_package_of_its_own_and_needs_nothing_but_Jint()
    {
        using ZipArchive package = ZipFile.OpenRead(packaged.Package("NetWebSockets.Pac"));

        string[] files = [.. package.Entries.Select(e => e.FullName).Where(IsContent).Order(StringComparer.Ordinal)];

        Assert.Equal(["LICENSE", "README.md", "lib/net10.0/NetWebSockets.Pac.dll", "lib/net10.0/NetWebSockets.Pac.xml"], files);
        Assert.Equal(["Jint", "NetWebSockets"], Dependencies(package).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_package_depends_on_what_the_design_names_and_on_nothing_else()
    {
        using ZipArchive package = ZipFile.OpenRead(packaged.Package("NetWebSockets"));

        Assert.Equal(
            [
                "Microsoft.Extensions.DependencyInjection.Abstractions",
                "Microsoft.Extensions.Diagnostics.HealthChecks",
                "Microsoft.Extensions.Hosting.Abstractions",
                "Microsoft.Extensions.Logging.Abstractions",
                "Microsoft.Extensions.Options",
                "Microsoft.Extensions.Options.ConfigurationExtensions",
                "NetWebSockets.Abstractions",
                "Polly.Core",
                "Polly.Extensions",
            ],
            Dependencies(package).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("NetWebSockets")]
    [InlineData("NetWebSockets.Abstractions")]
    [InlineData("NetWebSockets.Pac")]
    public void The_package_names_its_licence_readme_and_purpose(string id)
    {
        using ZipArchive package = ZipFile.OpenRead(packaged.Package(id));

        XElement metadata = Metadata(package);

        Assert.Equal("MIT", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.NotEqual("", Value("description"));
        Assert.NotEqual("", Value("tags"));

        string? Value(string name) => metadata.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value;
    }

    private static bool IsContent(string path) =>
        !path.StartsWith("_rels/", StringComparison.Ordinal) && !path.StartsWith("package/", StringComparison.Ordinal)
        && !path.EndsWith(".nuspec", StringComparison.Ordinal) && path != "[Content_Types].xml";

    private static XElement Metadata(ZipArchive package)
    {
        using Stream nuspec = package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(nuspec).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
    }

    private static IEnumerable<string> Dependencies(ZipArchive package) =>
        Metadata(package).Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")!.Value);
}
