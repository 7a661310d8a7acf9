using System.Diagnostics;
using System.Globalization;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions.Storage;

/// <summary>A partition that several processes use at once.</summary>
public sealed class PartitionProcessTests : IDisposable
{
    private const string FolderVariable = "NWS_TEST_PARTITION";
    private const string WorkerVariable = "NWS_TEST_WORKER";
    private const string Partition = "persist:shared";
    private const int CookiesOfEach = 25;

    // Each of them is a test host that has to start first, beside everything else.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static readonly Uri Shop = new("wss://shop.com/");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Processes_that_write_at_once_lose_nothing_of_each_other_and_one_that_is_killed_destroys_nothing()
    {
        using Process killed = Start("killed", endless: true);
        Process[] workers = [Start("a"), Start("b")];
        try
        {
            // In the middle of its writes: it has told of some.
            await using (var told = new FileStream(Told("killed"), FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite))
            using (var reader = new StreamReader(told))
            {
                using var changes = new FileSystemWatcher(_folder.FullPath);
                using var changed = new SemaphoreSlim(0);
                changes.Changed += (_, _) => changed.Release();
                changes.EnableRaisingEvents = true;
                for (int lines = 0; lines < 5;)
                {
                    if (await reader.ReadLineAsync(Token) is not null)
                        lines++;
                    else
                        Assert.True(await changed.WaitAsync(Limit, Token), "The process has written nothing.");
                }
            }

            killed.Kill();
            await killed.WaitForExitAsync(Token).WaitAsync(Limit, Token);
            foreach (Process worker in workers)
            {
                string output = await worker.StandardOutput.ReadToEndAsync(Token).WaitAsync(Limit, Token);
                await worker.WaitForExitAsync(Token).WaitAsync(Limit, Token);
                Assert.True(worker.ExitCode == 0, output);
            }
        }
        finally
        {
            foreach (Process worker in (Process[])[killed, .. workers])
            {
                if (!worker.HasExited)
                    worker.Kill();
                worker.Dispose();
            }
        }

        // What a process was told is on disk, is on disk: of the killed one all that it has told of.
        string[] wanted = [.. File.ReadAllText(Told("killed")).Split('\n')[..^1], .. File.ReadAllLines(Told("a")), .. File.ReadAllLines(Told("b"))];
        Assert.True(wanted.Length >= 5 + (2 * CookiesOfEach));
        using NetSession session = NetSession.FromPartition(Partition, new NetSessionOptions { StorageDirectory = _folder.FullPath });
        Assert.Superset(wanted.ToHashSet(), session.Cookies.GetAll().Select(c => c.Name).ToHashSet());
    }

    /// <summary>What each of the processes runs; by itself, a process alone.</summary>
    [Fact]
    public async Task A_process_keeps_all_of_its_cookies()
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable) ?? _folder.FullPath;
        string worker = Environment.GetEnvironmentVariable(WorkerVariable) ?? "alone";
        bool endless = worker.EndsWith('*');
        worker = worker.TrimEnd('*');
        var options = new NetSessionOptions { StorageDirectory = folder };
        await using (var told = new StreamWriter(new FileStream(Path.Combine(folder, worker), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true })
        {
            await using NetSession session = NetSession.FromPartition(Partition, options);
            for (int i = 0; i < CookiesOfEach || endless; i++)
            {
                // Within what one domain may have.
                string name = string.Create(CultureInfo.InvariantCulture, $"{worker}{i % CookiesOfEach}");
                session.Cookies.Set(new CookieDetails { Url = Shop, Name = name, Value = $"{i}", Expires = DateTimeOffset.UtcNow.AddDays(1) });
                await session.Cookies.FlushAsync(Token);
                await told.WriteAsync(name + "\n");
            }
        }

        using NetSession again = NetSession.FromPartition(Partition, options);
        Assert.Superset(File.ReadAllLines(Path.Combine(folder, worker)).ToHashSet(), again.Cookies.GetAll().Select(c => c.Name).ToHashSet());
    }

    private string Told(string worker) => Path.Combine(_folder.FullPath, worker);

    private Process Start(string worker, bool endless = false)
    {
        string program = Path.ChangeExtension(typeof(PartitionProcessTests).Assembly.Location, OperatingSystem.IsWindows() ? "exe" : null);
        string test = $"{typeof(PartitionProcessTests).FullName}.{nameof(A_process_keeps_all_of_its_cookies)}";
        var start = new ProcessStartInfo(program, ["--no-progress", "--no-ansi", "--filter-method", test])
        {
            WorkingDirectory = _folder.FullPath,
            RedirectStandardOutput = true,
        };
        start.Environment[FolderVariable] = _folder.FullPath;
        start.Environment[WorkerVariable] = endless ? worker + "*" : worker;
        return Process.Start(start)!;
    }
}
