using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Reflection;
using NetWebSockets.PackagingTests;
using NetWebSockets.Tests.Handshake;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.AotSmokeTests;

/// <summary>A program that uses every kind of thing a contract can say, compiled to native code, says and sends what it does on the runtime.</summary>
public sealed class AotSmokeTests(ITestOutputHelper output)
{
    private const string ReadyLine = "ready after: ";

    private static readonly string[] Expected =
    [
        "topic: Price { Symbol = gold, Value = 1.5, Connection = 1 }",
        "subscription: RoomLine { Room = lobby, Connection = 1 }",
        "call: Sum { Value = 6 }",
        "call by method: 3.5",
        "error: zero Refusal { Code = zero, Message = Nothing divides by zero., Column = 4 }",
        "streamed replies: 1 2 3",
        "streamed reply: 1",
        "handler: smoke",
        "done: Done { Count = 100 }",
        "latest: Quote { Symbol = odd, Bid = 99 } Quote { Symbol = even, Bid = 100 }",
        "positional: Point { X = 3, Y = -4, Label = here }",
        """unknown: {"type":"strange"}""",
        "said: hello 0 a,b",
        "bytes: bytes",
        "memory: memory",
        "stream: 200000",
        "over the limit: NotSent",
        "topic after a drop: Price { Symbol = gold, Value = 1.5, Connection = 2 }",
        "subscription after a drop: RoomLine { Room = lobby, Connection = 2 }",
        "call after a drop: Sum { Value = 9 }",
        "closed: Closed",
        "rpc: hihi",
        "rpc error: -32000 The peer answered 'fail' with an error: It failed.",
        "health: Healthy",
        "rpc event: Logged { Line = a line }",
        "rpc subscription: Head { Number = 7 }",
        "batch: Tick { Number = 5 }",
        "socket: 10000 True",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_the_runtime_it_says_and_sends_what_it_should()
    {
        string configuration = Metadata("Configuration");
        string program = Path.Combine(Metadata("Client"), "bin", configuration, "net10.0", "NetWebSockets.AotSmoke.dll");

        await RunAsync("dotnet", [program], native: false);
    }

    [Fact]
    public async Task Compiled_to_native_code_without_a_warning_it_says_and_sends_the_same()
    {
        SkipUnless.Require(OperatingSystem.IsLinux(), "Native compilation is tested on Linux.");
        SkipUnless.RequireTool("clang", "It links native code: apt-get install clang zlib1g-dev");
        SkipUnless.Require(File.Exists("/usr/include/zlib.h"), "Native code is linked with zlib: apt-get install zlib1g-dev");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("netwebsockets-aot-");
        try
        {
            // Everything that is built for it is built there: the folders of the tree belong to the build that may run beside.
            string published = Path.Combine(folder.FullName, "published");
            string said = await DotNet.RunAsync(
                Metadata("Client"), Token, "publish", "-c", "Release", "-o", published, "--artifacts-path", Path.Combine(folder.FullName, "artifacts"), "-nodeReuse:false");
            Assert.DoesNotContain("warning", said, StringComparison.OrdinalIgnoreCase);
            FileInfo program = new(Path.Combine(published, "NetWebSockets.AotSmoke"));
            Assert.True(program.Exists, said);

            (double ready, double whole) = await RunAsync(program.FullName, [], native: true);
            string figures = string.Create(
                CultureInfo.InvariantCulture,
                $"AOT: {program.Length / 1e6:0.0} MB, ready {ready:0} ms after its start, done after {whole:0} ms");
            output.WriteLine(figures);
            // Not everything that runs tests shows what those that pass have written.
            await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "figures.txt"), figures + "\n", Token);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Nothing_of_the_product_or_the_program_turns_such_a_warning_off()
    {
        string client = Metadata("Client");
        string source = Path.GetFullPath(Path.Combine(client, "..", "..", "..", "src"));
        string[] files = [.. new[] { client, source }
            .SelectMany(static f => Directory.EnumerateFiles(f, "*.*", SearchOption.AllDirectories))
            .Where(static f => Path.GetExtension(f) is ".cs" or ".csproj" or ".props" or ".targets")
            .Where(static f => !f.Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj"))];

        Assert.Contains(files, static f => f.EndsWith("NetSession.cs", StringComparison.Ordinal));
        Assert.All(files, static f => Assert.DoesNotMatch("UnconditionalSuppressMessage|IL[23][0-9]{3}|RequiresUnreferencedCode|RequiresDynamicCode", File.ReadAllText(f)));
    }

    private static async Task<(double Ready, double Whole)> RunAsync(string program, string[] arguments, bool native)
    {
        await using SmokeServer server = await SmokeServer.StartAsync();
        await using LoopbackProxy proxy = new(LoopbackProxyKind.Http);
        long started = Stopwatch.GetTimestamp();
        string said = await DotNet.ProgramAsync(
            program,
            AppContext.BaseDirectory,
            Token,
            [.. arguments, server.Uri.ToString(), string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{proxy.Port}"), started.ToString(CultureInfo.InvariantCulture)]);
        double whole = Stopwatch.GetElapsedTime(started).TotalMilliseconds;

        string[] lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith(ReadyLine, lines[0], StringComparison.Ordinal);
        Assert.Equal([.. Expected, $"native: {native}"], lines[1..]);
        AssertSeen(server, proxy);
        return (double.Parse(lines[0].Split(' ')[^2], CultureInfo.InvariantCulture), whole);
    }

    private static void AssertSeen(SmokeServer server, LoopbackProxy proxy)
    {
        // The drop's socket is resumed at the session's own query.
        Assert.Equal([("Bearer smoke", "smoke.v1", ""), ("Bearer smoke", "smoke.v1", "?session=s1&after=11")], server.Handshakes);
        string[] first = [.. Texts(server, 1)];
        string[] second = [.. Texts(server, 2)];
        // The welcome tells the interval of the heartbeats, which begin with it, however long the script takes.
        Assert.Equal("""{"type":"log in","data":{"name":"smoke","resumed":false}}""", first.First(static t => !t.Contains("\"beat\"", StringComparison.Ordinal)));
        Assert.Contains("""{"type":"ack","sequence":10}""", first);
        Assert.Contains("""{"type":"ack","sequence":11}""", first);
        Assert.Contains("""{"type":"beat","data":{"last":11}}""", first);
        Assert.Contains("""{"id":"q1","error":{"code":"rude","message":"Say please."}}""", first);
        Assert.Contains("""{"id":"q2","result":{"name":"smoke"}}""", first);
        Assert.Single(first, static t => t.StartsWith("""{"type":"cancel","id":""", StringComparison.Ordinal));

        // The script goes first, then both subscriptions in their order; a last word before the close.
        string[] restored = [.. second.Where(static t => !t.Contains("\"beat\"", StringComparison.Ordinal) && !t.Contains("\"ack\"", StringComparison.Ordinal))];
        Assert.Equal("""{"type":"log in","data":{"name":"smoke","resumed":true}}""", restored[0]);
        Assert.Matches("""^\{"id":\d+,"type":"subscribe","data":\["price.gold"\]\}$""", restored[1]);
        Assert.Matches("""^\{"id":\d+,"type":"watch","data":\{"room":"lobby"\}\}$""", restored[2]);
        Assert.Contains("""{"type":"goodbye","data":{}}""", restored);

        Assert.Equal(["smoke/1"], server.UserAgents);
        Assert.Equal([string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Port}")], proxy.Requests);
    }

    private static IEnumerable<string> Texts(SmokeServer server, int connection) =>
        server.Received.Where(m => m.Path == "/smoke" && m.Connection == connection && m.Type == WebSocketMessageType.Text).Select(static m => m.Text);

    private static string Metadata(string key) =>
        typeof(AotSmokeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
