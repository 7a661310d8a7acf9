using NetWebSockets.Sessions;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions.Storage;

/// <summary>Sessions <c>persist:…</c> by their names and folders.</summary>
public sealed class PartitionTests : IDisposable
{
    private static readonly Uri Shop = new("wss://shop.com/");

    private readonly TemporaryFolder _folder = new();
    private readonly string _name = "persist:" + Guid.NewGuid();

    private NetSessionOptions Options => new() { StorageDirectory = _folder.FullPath };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_session_on_disk_comes_back_with_the_cookies_that_outlive_it()
    {
        NetSession first = NetSession.FromPartition(_name, Options);
        first.Cookies.Set(new CookieDetails
        {
            Url = Shop,
            Name = "kept",
            Value = "ä\"1",
            Domain = "shop.com",
            Path = "/p",
            Secure = true,
            HttpOnly = true,
            SameSite = CookieSameSite.Strict,
            Expires = DateTimeOffset.UtcNow.AddDays(1),
        });
        first.Cookies.Set(Shop, "gone", "2");
        SessionCookie kept = first.Cookies.Get(new CookieFilter { Name = "kept" })[0];
        Assert.True(first.IsPersistent);
        Assert.StartsWith(_folder.FullPath, first.StoragePath, StringComparison.Ordinal);
        await first.DisposeAsync();
        using NetSession second = NetSession.FromPartition(_name, Options);

        Assert.NotSame(first, second);
        Assert.Equal([kept], second.Cookies.GetAll());
    }

    [Fact]
    public void Other_sessions_are_in_memory()
    {
        using NetSession own = NewSession(options => options.StorageDirectory = _folder.FullPath);
        using NetSession named = NetSession.FromPartition(Guid.NewGuid().ToString(), Options);

        Assert.All([own, named, NetSession.Default], session => Assert.True(!session.IsPersistent && session.StoragePath is null));
        Assert.True(named.Cookies.FlushAsync(Token).IsCompletedSuccessfully);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void Many_that_ask_for_a_name_at_once_get_one_session()
    {
        using var start = new Barrier(8);
        var sessions = new NetSession[8];
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            sessions[i] = NetSession.FromPartition(_name, Options);
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();

        Assert.All(sessions, session => Assert.Same(sessions[0], session));
        sessions[0].Dispose();
    }

    [Fact]
    public void A_session_that_could_not_be_made_is_tried_again_by_the_next_one_that_asks()
    {
        Assert.Throws<ArgumentException>(() => NetSession.FromPartition(_name, new NetSessionOptions { PublicSuffixListFile = "/nowhere", StorageDirectory = _folder.FullPath }));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
        using NetSession session = NetSession.FromPartition(_name, Options);

        Assert.True(session.IsPersistent);
    }

    [Theory]
    [InlineData("work", "work")]
    [InlineData("Work", "%57ork")]
    [InlineData("a_b-1", "a_b-1")]
    [InlineData("../x", "%2E%2E%2Fx")]
    [InlineData("a\\b:c*%", "a%5Cb%3Ac%2A%25")]
    [InlineData(" ", "%20")]
    [InlineData("ä", "%C3%A4")]
    [InlineData("con", "%63on")]
    [InlineData("lpt1", "%6Cpt1")]
    [InlineData("console", "console")]
    [InlineData("a\nb", "a%0Ab")]
    public void Any_name_makes_a_folder_of_its_own(string name, string folder) => Assert.Equal(folder, PartitionDirectory.FolderName(name));

    [Fact]
    public void A_long_name_makes_a_short_folder_of_its_own()
    {
        string first = PartitionDirectory.FolderName(new string('x', 5000));
        string second = PartitionDirectory.FolderName(new string('x', 5001));

        Assert.NotEqual(first, second);
        Assert.Equal(95, first.Length);
        Assert.Equal(new string('x', 100), PartitionDirectory.FolderName(new string('x', 100)));
    }

    [Fact]
    public void Names_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentException>(() => NetSession.FromPartition("persist:", Options));
        Assert.Contains("position 1", Assert.Throws<ArgumentException>(() => NetSession.FromPartition("persist:a\uD800", Options)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_told_at_once_by_its_name()
    {
        string file = Path.Combine(_folder.FullPath, "file");
        File.WriteAllText(file, "");
        IOException failure = Assert.Throws<IOException>(() => NetSession.FromPartition(_name, new NetSessionOptions { StorageDirectory = file }));

        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(NetSessionOptions.StorageDirectory), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_on_disk_is_for_this_user_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        using (NetSession session = NetSession.FromPartition(_name, Options))
            session.Cookies.Set(new CookieDetails { Url = Shop, Name = "a", Expires = DateTimeOffset.UtcNow.AddDays(1) });
        string folder = Assert.Single(Directory.GetDirectories(_folder.FullPath));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(["cookies.json", "lock"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        foreach (string path in Directory.GetFiles(folder))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Without_an_option_it_is_in_the_users_application_data()
    {
        string? home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        string name = "persist:netwebsockets-tests-" + Guid.NewGuid();
        using NetSession session = NetSession.FromPartition(name);

        Assert.Equal(Path.Combine(home, "NetWebSockets", "Partitions", name[8..]), session.StoragePath);
        session.Dispose();
        Directory.Delete(session.StoragePath!, recursive: true);
    }
}
