using System.Runtime.InteropServices;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.PackagingTests;

/// <summary>A project outside the repository that has nothing but the packages. The generators must run from inside of them.</summary>
public sealed class ConsumerTests(PackagedFixture packaged)
{
    private static readonly string[] Expected = ["client: by hand 1+2+3", "provider: from a provider 4", "socket: raw"];

    [Fact]
    public async Task A_project_with_only_the_package_builds_its_contract_and_runs()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        string output = Directory.CreateDirectory(Path.Combine(packaged.Consumer, "..", "built")).FullName;

        await DotNet.RunAsync(packaged.Consumer, token, "build", "-o", output, "-nodeReuse:false");
        string said = await DotNet.RunAsync(output, token, Path.Combine(output, "Consumer.dll"), server.Uri().ToString());

        Assert.Equal([.. Expected, "native: False"], said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_same_project_compiled_to_native_code_runs_without_a_warning()
    {
        SkipUnless.Require(RuntimeInformation.RuntimeIdentifier.EndsWith("linux-x64", StringComparison.Ordinal) || OperatingSystem.IsLinux(), "Native compilation is tested on Linux.");
        SkipUnless.RequireTool("clang", "It links native code: apt-get install clang zlib1g-dev");
        CancellationToken token = TestContext.Current.CancellationToken;
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        // A folder of its own: the other test builds the same project at the same time.
        string project = Directory.CreateDirectory(Path.Combine(packaged.Consumer, "..", "native")).FullName;
        foreach (string file in Directory.GetFiles(packaged.Consumer))
            File.Copy(file, Path.Combine(project, Path.GetFileName(file)));
        string output = Path.Combine(project, "published");

        string published = await DotNet.RunAsync(project, token, "publish", "-c", "Release", "--use-current-runtime", "-o", output, "-nodeReuse:false");
        Assert.True(File.Exists(Path.Combine(output, "Consumer")), published);
        string said = await DotNet.ProgramAsync(Path.Combine(output, "Consumer"), output, token, server.Uri().ToString());

        Assert.Equal([.. Expected, "native: True"], said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
