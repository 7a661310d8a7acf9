using System.Text.Json;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Sessions;
using NetWebSockets.Tests.Sessions.Cookies;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions.Storage;

/// <summary>Cookies on disk: when they are written, what becomes of a bad file, and two programs that share one.</summary>
public sealed class CookieFileTests : IDisposable
{
    private static readonly Uri Shop = new("wss://shop.com/");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FakeLoggerProvider _logs = new();

    private string File => Path.Combine(_folder.FullPath, "work", "cookies.json");

    public void Dispose()
    {
        _logs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Changes_are_written_together_after_thirty_seconds()
    {
        (CookieStore store, CookiePersistence persistence) = Open();
        Set(store, "a", "1");
        Set(store, "b", "1");
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(System.IO.File.Exists(File));
        _time.Advance(TimeSpan.FromSeconds(1));
        await persistence.Background.WaitAsync(Guard, Token);

        Assert.Equal(["a", "b"], OnDisk().Cookies.Select(cookie => cookie.Name));
        Assert.Equal(1, OnDisk().Version);
        Assert.Equal(1, Logged(158));
        persistence.Dispose();
        Assert.Equal(1, Logged(158));
    }

    [Fact]
    public async Task The_512th_change_is_written_at_once()
    {
        (CookieStore store, CookiePersistence persistence) = Open();
        for (int i = 0; i < 511; i++)
            Set(store, "a", "1", removes: i % 2 == 1);
        Assert.Same(Task.CompletedTask, persistence.Background);
        Set(store, "b", "1");
        await persistence.Background.WaitAsync(Guard, Token);

        Assert.Equal(["a", "b"], OnDisk().Cookies.Select(cookie => cookie.Name));
        persistence.Dispose();
    }

    [Fact]
    public async Task Flushing_and_disposing_write_and_session_cookies_stay_in_memory()
    {
        (CookieStore store, CookiePersistence persistence) = Open();
        store.Set(Shop, "session", "1");
        await store.FlushAsync(Token);
        Assert.Empty(OnDisk().Cookies);
        Set(store, "a", "1");
        await store.FlushAsync(Token);
        Assert.Equal(["a"], OnDisk().Cookies.Select(cookie => cookie.Name));
        Set(store, "b", "1");
        persistence.Dispose();
        Assert.Equal(["a", "b"], OnDisk().Cookies.Select(cookie => cookie.Name));
        (store, persistence) = Open();

        Assert.Equal(["a", "b"], store.GetAll().Names());
        persistence.Dispose();
    }

    [Fact]
    public async Task A_cookie_that_becomes_one_of_the_session_leaves_the_disk()
    {
        (CookieStore store, CookiePersistence persistence) = Open();
        Set(store, "a", "1");
        await store.FlushAsync(Token);
        store.Set(Shop, "a", "2");
        persistence.Dispose();

        Assert.Empty(OnDisk().Cookies);
    }

    [Fact]
    public void Expired_cookies_are_not_read()
    {
        (CookieStore store, CookiePersistence persistence) = Open();
        Set(store, "a", "1");
        persistence.Dispose();
        _time.Advance(TimeSpan.FromDays(31));
        (store, persistence) = Open();

        Assert.Empty(store.GetAll());
        persistence.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0\0")]
    [InlineData("{\"version\":1,\"cookies\":[{\"name\":\"a\"")]
    [InlineData("{\"cookies\":[]}")]
    [InlineData("{\"version\":1,\"cookies\":null}")]
    [InlineData("{\"version\":\"1\"}")]
    [InlineData("{\"version\":1,\"cookies\":[{\"name\":7}]}")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task A_damaged_file_is_set_aside_with_a_warning_and_the_session_starts_empty(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, text);
        (CookieStore store, CookiePersistence persistence) = Open();

        Assert.Empty(store.GetAll());
        string aside = File + ".corrupt-20300101T000000000Z";
        Assert.Equal(text, System.IO.File.ReadAllText(aside));
        Assert.Contains(aside, Assert.Single(_logs.Collector.GetSnapshot(), record => record.Id.Id == 153).Message, StringComparison.Ordinal);
        Set(store, "a", "1");
        await store.FlushAsync(Token);
        Assert.Single(OnDisk().Cookies);
        persistence.Dispose();
    }

    [Fact]
    public void No_more_than_five_damaged_files_are_kept()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        for (int i = 0; i < 7; i++)
        {
            System.IO.File.WriteAllText(File, $"damaged {i}");
            Open().Persistence.Dispose();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            ["damaged 2", "damaged 3", "damaged 4", "damaged 5", "damaged 6"],
            Directory.GetFiles(Path.GetDirectoryName(File)!, "*.corrupt-*").Order(StringComparer.Ordinal).Select(System.IO.File.ReadAllText));
    }

    [Fact]
    public async Task A_file_that_is_damaged_while_the_session_is_open_does_not_empty_it()
    {
        (CookieStore store, CookiePersistence persistence) = Open();
        Set(store, "a", "1");
        await store.FlushAsync(Token);
        System.IO.File.WriteAllText(File, "damaged");
        Set(store, "b", "1");
        await store.FlushAsync(Token);

        Assert.Equal(["a", "b"], OnDisk().Cookies.Select(cookie => cookie.Name));
        System.IO.File.Delete(File);
        await store.FlushAsync(Token);
        Assert.Equal(["a", "b"], OnDisk().Cookies.Select(cookie => cookie.Name));
        persistence.Dispose();
    }

    [Fact]
    public async Task A_newer_version_is_left_alone_and_told()
    {
        const string Newer = "{\"version\":2,\"cookies\":{\"of\":\"another shape\"}}";
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, Newer);
        (CookieStore store, CookiePersistence persistence) = Open();
        Set(store, "a", "1");
        IOException failure = await Assert.ThrowsAsync<IOException>(() => store.FlushAsync(Token));
        persistence.Dispose();

        Assert.Contains("version 2", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, Logged(154));
        Assert.Equal(Newer, System.IO.File.ReadAllText(File));
        Assert.Single(store.GetAll());
    }

    [Fact]
    public void Cookies_on_disk_that_break_the_rules_are_left_out()
    {
        (CookieStore store, CookiePersistence persistence) = Open();
        Set(store, "a", "1");
        Set(store, "b", "2");
        persistence.Dispose();
        System.IO.File.WriteAllText(File, System.IO.File.ReadAllText(File).Replace("\"value\": \"1\"", "\"value\": \"1\\r\\nX-Evil: 1\"", StringComparison.Ordinal));
        (store, persistence) = Open();

        Assert.Equal(["b"], store.GetAll().Names());
        Assert.Equal(1, Logged(155));
        persistence.Dispose();
    }

    [Fact]
    public void What_a_program_that_was_ended_in_the_middle_left_is_neither_read_nor_kept()
    {
        (CookieStore store, CookiePersistence persistence) = Open();
        Set(store, "a", "1");
        persistence.Dispose();
        string half = File + ".0123456789abcdef0123456789abcdef.tmp";
        System.IO.File.WriteAllText(half, "{\"version\":1,\"cook");
        (store, persistence) = Open();

        Assert.Equal(["a"], store.GetAll().Names());
        Assert.False(System.IO.File.Exists(half));
        persistence.Dispose();
    }

    [Fact]
    public async Task A_disk_that_fails_is_told_the_cookies_stay_in_memory_and_writing_is_tried_again()
    {
        (CookieStore store, CookiePersistence persistence) = Open();
        Set(store, "a", "1");
        // A folder in the file's place: nothing can be moved there.
        Directory.CreateDirectory(File);
        await Assert.ThrowsAsync<IOException>(() => store.FlushAsync(Token));
        _time.Advance(TimeSpan.FromSeconds(30));
        await persistence.Background.WaitAsync(Guard, Token);
        FakeLogRecord record = Assert.Single(_logs.Collector.GetSnapshot(), record => record.Id.Id == 156);
        Assert.Contains(Path.GetDirectoryName(File)!, record.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], store.GetAll().Names());
        Directory.Delete(File);
        _time.Advance(TimeSpan.FromSeconds(30));
        await persistence.Background.WaitAsync(Guard, Token);

        Assert.Equal(["a"], OnDisk().Cookies.Select(cookie => cookie.Name));
        Assert.Equal(["cookies.json", "lock"], Directory.GetFiles(Path.GetDirectoryName(File)!).Select(Path.GetFileName).Order());
        persistence.Dispose();
    }

    [Fact]
    public async Task Two_programs_keep_each_others_cookies()
    {
        (CookieStore first, CookiePersistence one) = Open();
        (CookieStore second, CookiePersistence other) = Open();
        Set(first, "a", "1");
        Set(second, "b", "2");
        await first.FlushAsync(Token);
        List<string> told = [];
        second.Changed += (_, change) => told.Add($"{(change.IsRemoved ? '-' : '+')}{change.Cookie.Name}={change.Cookie.Value} {change.Cause}");
        await second.FlushAsync(Token);
        await first.FlushAsync(Token);

        Assert.Equal(["a", "b"], first.GetAll().Names().Order());
        Assert.Equal(["a", "b"], second.GetAll().Names().Order());
        Assert.Equal(["+a=1 Explicit"], told);
        one.Dispose();
        other.Dispose();
        Assert.Equal(2, OnDisk().Cookies.Count);
    }

    [Fact]
    public async Task Of_two_changes_the_later_counts_whoever_writes_last()
    {
        (CookieStore first, CookiePersistence one) = Open();
        (CookieStore second, CookiePersistence other) = Open();
        Set(first, "a", "older");
        Set(second, "b", "older");
        _time.Advance(TimeSpan.FromSeconds(1));
        Set(second, "a", "newer");
        Set(first, "b", "newer");
        await second.FlushAsync(Token);
        await first.FlushAsync(Token);
        await second.FlushAsync(Token);

        Assert.All([first, second], store => Assert.Equal(["newer", "newer"], store.GetAll().Select(cookie => cookie.Value)));
        one.Dispose();
        other.Dispose();
    }

    [Fact]
    public async Task A_removed_cookie_does_not_come_back_by_another_program()
    {
        (CookieStore first, CookiePersistence one) = Open();
        Set(first, "a", "1");
        Set(first, "b", "1");
        await first.FlushAsync(Token);
        (CookieStore second, CookiePersistence other) = Open();
        _time.Advance(TimeSpan.FromSeconds(1));
        Set(second, "b", "older than the removal");
        _time.Advance(TimeSpan.FromSeconds(1));
        first.Remove(Shop, "a");
        first.Remove(Shop, "b");
        await first.FlushAsync(Token);
        Set(second, "c", "1");
        await second.FlushAsync(Token);
        await first.FlushAsync(Token);

        Assert.Equal(["c"], second.GetAll().Names());
        Assert.Equal(["c"], first.GetAll().Names());
        _time.Advance(TimeSpan.FromSeconds(1));
        Set(second, "a", "set again");
        await second.FlushAsync(Token);
        await first.FlushAsync(Token);
        Assert.Equal(["a", "c"], first.GetAll().Names().Order());
        Assert.Equal(["b"], OnDisk().Removed.Select(removed => removed.Name));
        one.Dispose();
        other.Dispose();
    }

    [Fact]
    public async Task A_cleared_session_is_cleared_for_all_programs()
    {
        (CookieStore first, CookiePersistence one) = Open();
        Set(first, "a", "1");
        await first.FlushAsync(Token);
        (CookieStore second, CookiePersistence other) = Open();
        second.Set(Shop, "own", "1");
        first.Clear();
        await first.FlushAsync(Token);
        await second.FlushAsync(Token);

        Assert.Equal(["own"], second.GetAll().Names());
        Assert.Empty(OnDisk().Cookies);
        one.Dispose();
        other.Dispose();
    }

    [Fact]
    public async Task Removals_are_remembered_for_a_day()
    {
        (CookieStore store, CookiePersistence persistence) = Open();
        Set(store, "a", "1");
        store.Remove(Shop, "a");
        await store.FlushAsync(Token);
        Assert.Single(OnDisk().Removed);
        _time.Advance(TimeSpan.FromDays(1.1));
        Set(store, "b", "1");
        persistence.Dispose();

        Assert.Empty(OnDisk().Removed);
    }

    [Fact]
    public async Task Many_stores_over_one_folder_lose_nothing_and_readers_never_see_half_a_file()
    {
        using var stop = new CancellationTokenSource();
        Set(Open(out CookiePersistence seed), "seed", "1");
        seed.Dispose();
        Task<int> reading = Task.Run(() =>
        {
            int count = 0;
            do
            {
                Assert.Contains(OnDisk().Cookies, cookie => cookie.Name == "seed");
                count++;
            }
            while (!stop.IsCancellationRequested);

            return count;
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            (CookieStore store, CookiePersistence persistence) = Open();
            for (int i = 0; i < 10; i++)
            {
                Set(store, $"w{worker}-{i}", "1");
                await store.FlushAsync(Token);
            }

            persistence.Dispose();
        })));
        await stop.CancelAsync();

        Assert.True(await reading > 0);
        Assert.Equal(41, OnDisk().Cookies.Count);
    }

    private CookieStore Open(out CookiePersistence persistence)
    {
        CookieStore store = CookieStores.New(_time);
        persistence = new CookiePersistence(store, PartitionDirectory.Open(_folder.FullPath, "work"), _time, _logs.CreateLogger("storage"));
        return store;
    }

    private (CookieStore Store, CookiePersistence Persistence) Open()
    {
        CookieStore store = Open(out CookiePersistence persistence);
        return (store, persistence);
    }

    private void Set(CookieStore store, string name, string value, bool removes = false) => store.Set(
        new CookieDetails { Url = Shop, Name = name, Value = value, Path = "/", Expires = _time.GetUtcNow().AddDays(removes ? -1 : 30) });

    private CookieFileModel OnDisk() => JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(File), CookieFileJson.Model)!;

    private int Logged(int id) => _logs.Collector.GetSnapshot().Count(record => record.Id.Id == id);
}
