using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NetWebSockets.Sessions;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions.Cookies;

/// <summary>The public suffix list, and what sessions make of it.</summary>
public sealed class CookieDomainsTests
{
    [Theory]
    [InlineData("com", null)]
    [InlineData("a.com", "a.com")]
    [InlineData("b.a.com", "a.com")]
    [InlineData("a.com.", "a.com.")]
    [InlineData("b.a.com.", "a.com.")]
    [InlineData("uk", null)]
    [InlineData("co.uk", null)]
    [InlineData("a.co.uk", "a.co.uk")]
    [InlineData("b.a.co.uk", "a.co.uk")]
    [InlineData("a.uk", "a.uk")]
    [InlineData("kawasaki.jp", "kawasaki.jp")]
    [InlineData("a.kawasaki.jp", null)]
    [InlineData("b.a.kawasaki.jp", "b.a.kawasaki.jp")]
    [InlineData("city.kawasaki.jp", "city.kawasaki.jp")]
    [InlineData("www.city.kawasaki.jp", "city.kawasaki.jp")]
    [InlineData("me.github.io", "me.github.io")]
    [InlineData("github.io", null)]
    [InlineData("xn--55qx5d.cn", null)]
    [InlineData("shop.xn--55qx5d.cn", "shop.xn--55qx5d.cn")]
    [InlineData("a.b.unlisted", "b.unlisted")]
    [InlineData("unlisted", null)]
    [InlineData("localhost", null)]
    public void Rules_wildcards_exceptions_private_ones_and_unlisted_ends_are_read_as_the_list_has_them(string host, string? registrable) =>
        Assert.Equal(registrable, CookieStores.Listed.Registrable(host)?.ToString());

    [Theory]
    [InlineData("co.uk", "co.uk")]
    [InlineData("b.a.com", "a.com")]
    [InlineData("com", null)]
    public void Without_a_list_only_single_labels_are_suffixes(string host, string? registrable) =>
        Assert.Equal(registrable, CookieStores.Unlisted.Registrable(host)?.ToString());

    [Fact]
    public void A_public_suffix_sets_cookies_for_itself_alone()
    {
        CookieStore store = CookieStores.New();

        Assert.Contains("public suffix", store.Store(new Uri("wss://a.co.uk/"), "a=1; Domain=co.uk"), StringComparison.Ordinal);
        Assert.Null(store.Store(new Uri("wss://co.uk/"), "b=1; Domain=co.uk"));
        Assert.True(Assert.Single(store.GetAll()).HostOnly);
        Assert.Empty(store.Get(new Uri("wss://a.co.uk/")));
        Assert.Null(CookieStores.New(domains: CookieStores.Unlisted).Store(new Uri("wss://a.co.uk/"), "a=1; Domain=co.uk"));
    }

    [Theory]
    [InlineData("https://a.shop.com", "wss://b.shop.com/", true, false)]
    [InlineData("https://shop.com", "wss://b.shop.com/", true, true)]
    [InlineData("https://b.shop.com:81", "wss://shop.com/", true, true)]
    [InlineData("http://shop.com", "ws://shop.com/", true, true)]
    [InlineData("http://shop.com", "wss://shop.com/", false, false)]
    [InlineData("https://shop.com", "ws://shop.com/", false, false)]
    [InlineData("https://a.co.uk", "wss://b.co.uk/", false, false)]
    [InlineData("https://com", "wss://a.com/", false, false)]
    [InlineData("https://127.0.0.1", "wss://127.0.0.1:9/", true, true)]
    [InlineData("https://1.0.0.1", "wss://0.0.1.1/", false, false)]
    [InlineData("https://[::1]", "wss://[::1]:9/", true, true)]
    [InlineData("null", "wss://shop.com/", false, false)]
    [InlineData("file://shop.com", "wss://shop.com/", false, false)]
    [InlineData("what?", "wss://shop.com/", false, false)]
    [InlineData("", "wss://shop.com/", true, true)]
    public void Two_addresses_are_of_one_site_by_scheme_and_registrable_domain(string origin, string address, bool listed, bool unlisted)
    {
        Assert.Equal(listed, CookieSite.IsSame(new Uri(address), origin, CookieStores.Listed));
        Assert.Equal(unlisted, CookieSite.IsSame(new Uri(address), origin, CookieStores.Unlisted));
    }

    [Fact]
    public void The_list_of_the_operating_system_is_used_where_it_is_and_read_once()
    {
        NetWebSockets.TestServers.SkipUnless.Require(File.Exists(PublicSuffixList.SystemFile), "There is no public suffix list: apt-get install publicsuffix");
        using NetSession session = NewSession();

        Assert.Contains("public suffix", session.Cookies.Store(new Uri("wss://a.co.uk/"), "a=1; Domain=co.uk"), StringComparison.Ordinal);
        Assert.Null(session.Cookies.Store(new Uri("wss://a.city.kawasaki.jp/"), "a=1; Domain=city.kawasaki.jp"));
        Assert.Same(PublicSuffixList.FromFile(PublicSuffixList.SystemFile), PublicSuffixList.FromFile(PublicSuffixList.SystemFile));
        Assert.InRange(PublicSuffixList.FromFile(PublicSuffixList.SystemFile).Count, 5000, 50000);
    }

    [Fact]
    public void An_empty_path_turns_the_list_off()
    {
        using NetSession session = NewSession(options => options.PublicSuffixListFile = "");

        Assert.Null(session.Cookies.Store(new Uri("wss://a.co.uk/"), "a=1; Domain=co.uk"));
    }

    [Fact]
    public void A_list_that_is_not_there_is_told_at_once()
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => NewSession(options => options.PublicSuffixListFile = "/nowhere/list.dat"));

        Assert.Contains("/nowhere/list.dat", failure.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(NetSessionOptions.PublicSuffixListFile), failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no rules")]
    [InlineData("// only\n\n", "no rules")]
    [InlineData("com\na..b\n", "Line 2")]
    [InlineData("com\n*.\n", "Line 2")]
    [InlineData("c&m", "Line 1")]
    public void What_is_no_list_is_told_by_its_line_and_the_session_goes_on_without(string text, string problem)
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        string path = Path.Combine(Directory.CreateTempSubdirectory("nws-suffixes-").FullName, "list.dat");
        File.WriteAllText(path, text);
        using NetSession session = NewSession(options => (options.PublicSuffixListFile, options.LoggerFactory) = (path, factory));

        Assert.Null(session.Cookies.Store(new Uri("wss://a.co.uk/"), "a=1; Domain=co.uk"));
        FakeLogRecord record = Assert.Single(logs.Collector.GetSnapshot(), record => record.Id.Id == 150);
        Assert.Contains(path, record.Message, StringComparison.Ordinal);
        Assert.Contains(problem, record.Exception!.Message, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
