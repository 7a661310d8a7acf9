using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace NetWebSockets.Tests.Sessions.Cookies;

/// <summary>The store as a program uses it.</summary>
public sealed class CookieStoreTests
{
    private static readonly Uri Secure = new("wss://shop.com/");
    private static readonly Uri Plain = new("ws://shop.com/");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly CookieStore _store;

    public CookieStoreTests() => _store = CookieStores.New(_time);

    [Fact]
    public void The_store_sets_gets_replaces_and_removes()
    {
        _store.Set(new CookieDetails { Url = Secure, Name = "a", Value = "1", Secure = true });
        _store.Set(Secure, "b", "2");
        _store.Set(Secure, "b", "3");

        Assert.Equal("a=1; b=3", _store.HeaderFor(Secure));
        Assert.Equal("b=3", _store.HeaderFor(Plain));
        Assert.Equal(["a", "b"], _store.Get(new Uri("https://shop.com/x")).Names());
        Assert.Empty(_store.Get(new Uri("wss://other.com/")));
        Assert.Equal(2, _store.Count);

        Assert.False(_store.Remove(Secure, "A"));
        Assert.False(_store.Remove(Plain, "a"));
        Assert.True(_store.Remove(Secure, "a"));
        Assert.False(_store.Remove(Secure, "a"));
        Assert.Equal(["b"], _store.GetAll().Names());
        _store.Clear();
        Assert.Empty(_store.GetAll());
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public void A_filter_matches_all_that_it_sets()
    {
        _store.Set(new CookieDetails { Url = Secure, Name = "a", Value = "1", Secure = true, Path = "/x" });
        _store.Set(new CookieDetails { Url = Secure, Name = "b", Value = "2", Domain = ".Shop.com", HttpOnly = true });
        _store.Set(new CookieDetails { Url = new Uri("wss://api.shop.com/"), Name = "a", Value = "3", Expires = _time.GetUtcNow().AddDays(1) });

        Assert.Equal(3, _store.Get(new CookieFilter()).Count);
        Assert.Equal(["1", "3"], Values(new CookieFilter { Name = "a" }));
        Assert.Equal(["1", "2", "3"], Values(new CookieFilter { Domain = ".shop.com" }));
        Assert.Equal(["3"], Values(new CookieFilter { Domain = "api.SHOP.com" }));
        Assert.Empty(Values(new CookieFilter { Domain = "hop.com" }));
        Assert.Equal(["1"], Values(new CookieFilter { Path = "/x" }));
        Assert.Equal(["1"], Values(new CookieFilter { Secure = true }));
        Assert.Equal(["1", "2"], Values(new CookieFilter { Session = true }));
        Assert.Equal(["3"], Values(new CookieFilter { Session = false }));
        Assert.Equal(["2"], Values(new CookieFilter { HttpOnly = true }));
        Assert.Equal(["2", "3"], Values(new CookieFilter { Url = new Uri("wss://api.shop.com/x") }));
        Assert.Equal(["3"], Values(new CookieFilter { Url = new Uri("wss://api.shop.com/x"), Name = "a" }));
    }

    [Fact]
    public void A_cookie_for_a_host_is_not_one_for_hosts_below_it_unless_it_says_so()
    {
        _store.Set(Secure, "host", "1");
        _store.Set(new CookieDetails { Url = Secure, Name = "domain", Value = "2", Domain = ".shop.com" });

        Assert.Equal(["domain"], _store.Get(new Uri("wss://api.shop.com/")).Names());
        Assert.Equal(["host", "domain"], _store.Get(Secure).Names());
        Assert.Empty(_store.Get(new Uri("wss://myshop.com/")));
    }

    [Theory]
    [InlineData("/a", true)]
    [InlineData("/a/", true)]
    [InlineData("/a/b", true)]
    [InlineData("/ab", false)]
    [InlineData("/A", false)]
    [InlineData("/", false)]
    public void A_path_is_for_itself_and_what_stands_below_it(string path, bool isSent)
    {
        _store.Set(new CookieDetails { Url = Secure, Name = "c", Value = "1", Path = "/a" });

        Assert.Equal(isSent ? 1 : 0, _store.Get(new Uri("wss://shop.com" + path)).Count);
    }

    [Fact]
    public void Longer_paths_go_first_and_then_older_cookies_and_a_new_value_keeps_the_place()
    {
        _store.Set(Secure, "a", "1");
        _time.Advance(TimeSpan.FromSeconds(1));
        _store.Set(Secure, "b", "2");
        _store.Set(new CookieDetails { Url = Secure, Name = "c", Value = "3", Path = "/x" });
        DateTimeOffset created = _store.Get(Secure)[0].CreationTime;
        _time.Advance(TimeSpan.FromSeconds(1));
        _store.Set(Secure, "a", "4");

        Assert.Equal("c=3; a=4; b=2", _store.HeaderFor(new Uri("wss://shop.com/x")));
        Assert.Equal(created, _store.Get(Secure)[0].CreationTime);
    }

    [Fact]
    public void A_cookie_without_a_name_is_sent_as_its_value()
    {
        Assert.Null(_store.Store(Secure, "alone"));

        Assert.Equal("alone", _store.HeaderFor(Secure));
    }

    [Theory]
    [InlineData("ws://localhost/", true)]
    [InlineData("ws://a.localhost/", true)]
    [InlineData("ws://127.3.2.1/", true)]
    [InlineData("ws://[::1]/", true)]
    [InlineData("ws://localhost.com/", false)]
    [InlineData("ws://10.0.0.1/", false)]
    public void Only_this_machine_may_set_secure_cookies_without_tls(string address, bool mayIt)
    {
        var uri = new Uri(address);

        Assert.Equal(mayIt, _store.Store(uri, "a=1; Secure") is null);
        Assert.Equal(mayIt ? "a=1" : "", _store.HeaderFor(uri));
    }

    [Theory]
    [InlineData("a=2", "wss://api.shop.com/", "wss://shop.com/x")]
    [InlineData("a=2; Path=/", null, "wss://shop.com/")]
    [InlineData("a=2; Path=/x; Domain=shop.com", "wss://api.shop.com/", null)]
    public void Unencrypted_connections_leave_a_secure_cookie_of_that_name_alone(string header, string? elsewhere, string? here)
    {
        Assert.Null(_store.Store(Secure, "a=1; Secure; Path=/; Domain=shop.com"));
        string? refusal = _store.Store(new Uri("ws://shop.com/x/y"), header);

        Assert.Contains("Secure cookie of that name", refusal, StringComparison.Ordinal);
        Assert.Equal("1", Assert.Single(_store.Get(new Uri(elsewhere ?? here!))).Value);
        Assert.Null(_store.Store(Secure, "a=3; Secure; Path=/; Domain=shop.com"));
    }

    [Fact]
    public void Another_path_above_a_secure_cookies_is_not_its_to_defend()
    {
        Assert.Null(_store.Store(Secure, "a=1; Secure; Path=/deep"));

        Assert.Null(_store.Store(Plain, "a=2; Path=/"));
        Assert.NotNull(_store.Store(Plain, "a=2; Path=/deep/er"));
    }

    [Theory]
    [InlineData("wss://10.0.0.1/", "a=1; Domain=10.0.0.1", true)]
    [InlineData("wss://10.0.0.1/", "a=1; Domain=0.0.1", false)]
    [InlineData("wss://[fd00::1]/", "a=1", true)]
    [InlineData("wss://[fd00::1]/", "a=1; Domain=fd00::1", true)]
    [InlineData("wss://localhost/", "a=1; Domain=localhost", true)]
    [InlineData("wss://shop.com./", "a=1; Domain=shop.com", false)]
    [InlineData("wss://shop.com./", "a=1", true)]
    [InlineData("wss://b\u00FCcher.com/", "a=1; Domain=xn--bcher-kva.com", true)]
    [InlineData("wss://b\u00FCcher.com/", "a=1; Domain=B\u00C3\u009Ccher.com", true)]
    [InlineData("wss://B\u00DCCHER.com/", "a=1", true)]
    public void Addresses_single_labels_final_dots_and_international_names(string address, string header, bool isStored)
    {
        var uri = new Uri(address);

        Assert.Equal(isStored, _store.Store(uri, header) is null);
        Assert.Equal(isStored ? 1 : 0, _store.Get(uri).Count);
        Assert.Empty(_store.Get(Secure));
    }

    [Theory]
    [InlineData("n;", "v")]
    [InlineData("n=", "v")]
    [InlineData("n", "v;")]
    [InlineData("n", "v\r\nx")]
    [InlineData("n", " v")]
    [InlineData("", "a=b")]
    [InlineData("", "")]
    [InlineData("__Host-n", "v")]
    public void What_no_header_could_say_is_refused_without_showing_the_value(string name, string value)
    {
        ArgumentException failure = Assert.Throws<ArgumentException>("details", () => _store.Set(Secure, name, value));

        Assert.StartsWith($"The cookie '{name}' cannot be set for shop.com: ", failure.Message, StringComparison.Ordinal);
        Assert.True(value.Length < 2 || !failure.Message.Contains($"'{value}'", StringComparison.Ordinal));
        Assert.Empty(_store.GetAll());
    }

    [Fact]
    public void Wrong_addresses_and_details_are_told()
    {
        Assert.Throws<ArgumentException>("uri", () => _store.Get(new Uri("ftp://a.com/")));
        Assert.Throws<ArgumentException>("uri", () => _store.Get(new Uri("/relative", UriKind.Relative)));
        Assert.Throws<ArgumentException>("filter", () => _store.Get(new CookieFilter { Url = new Uri("ftp://a.com/") }));
        Assert.Throws<ArgumentNullException>("name", () => _store.Remove(Plain, null!));
        Refused(new CookieDetails { Url = Plain, Name = "a", Secure = true }, "not encrypted");
        Refused(new CookieDetails { Url = Plain, Name = "a", Domain = "other.com" }, "not the sender's");
        Refused(new CookieDetails { Url = Plain, Name = "a", Path = "x" }, "does not start with '/'");
        Refused(new CookieDetails { Url = Plain, Name = "a", Path = "/;" }, "contains ';'");
        Refused(new CookieDetails { Url = Plain, Name = "a", Path = "/" + new string('x', 1024) }, "longer than 1024");
        Refused(new CookieDetails { Url = Plain, Name = "a", Value = new string('x', 4096) }, "longer than 4096");
        Refused(new CookieDetails { Url = Plain, Name = "a", Value = "v\uD800" }, "not well-formed Unicode");
        Refused(new CookieDetails { Url = Plain, Name = "a", SameSite = CookieSameSite.None }, "asks for Secure");
        Refused(new CookieDetails { Url = Plain, Name = "a", SameSite = (CookieSameSite)9 }, "SameSite");
        Assert.Empty(_store.GetAll());
    }

    [Fact]
    public void A_cookie_ends_when_its_time_has_come_and_no_later_than_in_400_days()
    {
        _store.Set(new CookieDetails { Url = Secure, Name = "a", Value = "1", Expires = _time.GetUtcNow().AddMinutes(1) });
        _store.Set(new CookieDetails { Url = Secure, Name = "b", Value = "1", Expires = DateTimeOffset.MaxValue });
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["b"], _store.Get(Secure).Names());
        _time.Advance(TimeSpan.FromDays(400));
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public void Changes_are_told_with_their_cause()
    {
        List<string> told = Listen(_store);
        _store.Set(new CookieDetails { Url = Secure, Name = "a", Value = "1", Expires = _time.GetUtcNow().AddMinutes(1) });
        _store.Set(Secure, "b", "1");
        _store.Set(Secure, "b", "2");
        _store.Remove(Secure, "b");
        _store.Set(Secure, "c", "1");
        _store.Store(Secure, "c=; Max-Age=0; Path=/");
        _time.Advance(TimeSpan.FromMinutes(1));
        _ = _store.Count;
        _store.Set(Secure, "d", "1");
        _store.Clear();

        Assert.Equal(
            [
                "+a=1 Explicit", "+b=1 Explicit", "-b=1 Overwrite", "+b=2 Explicit", "-b=2 Explicit", "+c=1 Explicit", "-c=1 ExpiredOverwrite",
                "-a=1 Expired", "+d=1 Explicit", "-d=1 Explicit",
            ],
            told);
    }

    [Fact]
    public void A_listener_may_use_the_store_and_one_that_throws_does_not_keep_others_from_being_told()
    {
        using var logs = new FakeLoggerProvider();
        CookieStore store = CookieStores.New(_time, logger: logs.CreateLogger("x"));
        store.Changed += (sender, change) =>
        {
            Assert.Same(store, sender);
            if (change.Cookie.Name == "a")
                store.Set(Secure, "b", store.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        };
        store.Changed += (_, _) => throw new InvalidOperationException("one that fails");
        List<string> told = Listen(store);
        store.Set(Secure, "a", "1");

        Assert.Equal(["+a=1 Explicit", "+b=1 Explicit"], told);
        Assert.Equal(2, logs.Collector.GetSnapshot().Count(record => record.Id.Id == 151));
    }

    [Fact]
    public void Past_180_of_a_domain_the_insecure_and_least_used_go_first()
    {
        List<string> told = Listen(_store);
        for (int i = 0; i < 90; i++)
            Add($"s{i}; Secure");
        for (int i = 0; i < 90; i++)
            Add($"p{i}; Domain=shop.com");
        Assert.Equal(180, _store.Count);
        _time.Advance(TimeSpan.FromMinutes(2));
        _ = _store.HeaderFor(new Uri("wss://shop.com/p3/"));
        Add("last");

        Assert.Equal(150, _store.Count);
        Assert.Equal(90, _store.Get(new CookieFilter { Secure = true }).Count);
        Assert.Equal(["-p0", "-p1", "-p2", "-p4"], told.Where(line => line.EndsWith("Evicted", StringComparison.Ordinal)).Select(line => line.Split('=')[0]).Take(4));
        Assert.Single(_store.Get(new CookieFilter { Name = "last" }));

        void Add(string text) => Assert.Null(_store.Store(Secure, text.Split(';')[0] + "=1; Path=/" + text.Split(';')[0] + text[text.Split(';')[0].Length..]));
    }

    [Fact]
    public void Past_3300_in_all_300_go_expired_ones_first()
    {
        _store.Set(new CookieDetails { Url = Secure, Name = "short", Value = "1", Expires = _time.GetUtcNow().AddSeconds(1) });
        for (int i = 0; i < 3299; i++)
            _store.Set(new Uri($"wss://h{i / 100}.com/"), $"n{i}", "1");
        Assert.Equal(3300, _store.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        _store.Set(Secure, "a", "1");
        Assert.Equal(3300, _store.Count);
        _store.Set(Secure, "b", "1");

        Assert.Equal(3000, _store.Count);
        Assert.Equal(["n301"], _store.Get(new CookieFilter { Domain = "h3.com" }).Names().Take(1));
    }

    [Fact]
    public void A_cookies_text_does_not_show_its_value()
    {
        _store.Set(new CookieDetails { Url = Secure, Name = "a", Value = "s3cret", Secure = true, HttpOnly = true, SameSite = CookieSameSite.Lax, Domain = "shop.com", Expires = _time.GetUtcNow().AddDays(1) });

        Assert.Equal("a=…; Domain=shop.com; Path=/; Expires=Wed, 02 Jan 2030 00:00:00 GMT; Secure; HttpOnly; SameSite=Lax", _store.GetAll()[0].ToString());
    }

    [Fact]
    public async Task Many_threads_read_and_write_at_once_and_each_sees_a_whole()
    {
        CookieStore store = CookieStores.New();
        int told = 0;
        int telling = 0;
        store.Changed += (_, change) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref telling));
            told += change.IsRemoved ? -1 : 1;
            Interlocked.Decrement(ref telling);
        };
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                var uri = new Uri($"wss://h{i % 7}.com/");
                store.Set(uri, "c" + (i % 50), worker.ToString(System.Globalization.CultureInfo.InvariantCulture));
                Assert.True(store.Get(uri).Count <= 50);
                foreach (SessionCookie cookie in store.GetAll())
                    Assert.NotEmpty(cookie.Value);
                if (i % 10 == 0)
                    store.Remove(uri, "c" + (i % 50));
            }
        })));

        Assert.Equal(store.Count, told);
        Assert.InRange(store.Count, 1, 350);
    }

    private static List<string> Listen(CookieStore store)
    {
        List<string> told = [];
        store.Changed += (_, change) => told.Add($"{(change.IsRemoved ? '-' : '+')}{change.Cookie.Name}={change.Cookie.Value} {change.Cause}");
        return told;
    }

    private IEnumerable<string> Values(CookieFilter filter) => _store.Get(filter).Select(cookie => cookie.Value).Order(StringComparer.Ordinal);

    private void Refused(CookieDetails details, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(nameof(details), () => _store.Set(details)).Message, StringComparison.Ordinal);
}
