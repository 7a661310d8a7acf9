using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Sessions;
using Xunit;

namespace NetWebSockets.Tests.Sessions.Cookies;

/// <summary>Set-Cookie headers as RFC 6265bis reads them, and which of them are stored.</summary>
public sealed class SetCookieTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Uri Address = new("wss://www.shop.com/a/b");

    private readonly FakeTimeProvider _time = new(Now);

    [Theory]
    [InlineData("a=b", "a", "b")]
    [InlineData(" \ta \t=\t b c \t; x", "a", "b c")]
    [InlineData("a", "", "a")]
    [InlineData("=a", "", "a")]
    [InlineData("a=", "a", "")]
    [InlineData("a=b=c", "a", "b=c")]
    [InlineData("a=\"b\"", "a", "\"b\"")]
    [InlineData("a=b, c=d", "a", "b, c=d")]
    [InlineData("a=b\tc", "a", "b\tc")]
    [InlineData("a=\u00C3\u00A4", "a", "ä")]
    public void Name_and_value_are_read(string header, string name, string value)
    {
        SessionCookie cookie = Stored(header);

        Assert.Equal((name, value), (cookie.Name, cookie.Value));
        Assert.True(cookie.IsSession && cookie.HostOnly && !cookie.Secure && !cookie.HttpOnly);
        Assert.Equal(("www.shop.com", "/a", CookieSameSite.Unspecified, Now, Now), (cookie.Domain, cookie.Path, cookie.SameSite, cookie.CreationTime, cookie.LastAccessTime));
    }

    [Theory]
    [InlineData("", "neither name nor value")]
    [InlineData("=", "neither name nor value")]
    [InlineData(" = ; Path=/", "neither name nor value")]
    [InlineData("a=b\u0001", "control characters")]
    [InlineData("a=b; Path=/\u007F", "control characters")]
    [InlineData("a=\u00C3", "not UTF-8")]
    [InlineData("a=b; Domain=other.com", "not the sender's")]
    [InlineData("a=b; Domain=api.www.shop.com", "not the sender's")]
    [InlineData("a=b; Domain=hop.com", "not the sender's")]
    [InlineData("a=b; Domain=com", "public suffix")]
    [InlineData("a=b; Domain=..shop.com", "not the sender's")]
    [InlineData("a=b; Domain=shop.com.", "not the sender's")]
    [InlineData("a=b; Domain=sh\u00C3\u00B6p.com", "not the sender's")]
    [InlineData("=a=b", "no name, and its value contains '='")]
    [InlineData("a=b; Domain=shop.com:80", "no host name")]
    [InlineData("a=b; SameSite=None", "asks for Secure")]
    [InlineData("__Secure-a=b", "'__Secure-'")]
    [InlineData("__sEcUrE-a=b", "'__Secure-'")]
    [InlineData("__Host-a=b; Secure", "'__Host-'")]
    [InlineData("__Host-a=b; Path=/", "'__Host-'")]
    [InlineData("__HOST-a=b; Secure; Path=/; Domain=shop.com", "'__Host-'")]
    [InlineData("__Http-a=b; Secure", "'__Http-'")]
    [InlineData("__Host-Http-a=b; Secure; Path=/", "'__Host-Http-'")]
    [InlineData("=__Host-a=b; Secure; Path=/", "has no name")]
    public void What_may_not_be_stored_is_refused_with_the_reason(string header, string reason)
    {
        CookieStore store = CookieStores.New(_time);

        Assert.Contains(reason, store.Store(Address, header), StringComparison.Ordinal);
        Assert.Empty(store.GetAll());
    }

    [Theory]
    [InlineData("a=b; Domain=shop.com", "shop.com", false)]
    [InlineData("a=b; Domain=.SHOP.com", "shop.com", false)]
    [InlineData("a=b; Domain=www.shop.com", "www.shop.com", false)]
    [InlineData("a=b; Domain=other.com; domain=shop.com", "shop.com", false)]
    [InlineData("a=b; Domain=shop.com; Domain=", "www.shop.com", true)]
    [InlineData("a=b; Domain", "www.shop.com", true)]
    public void The_last_Domain_counts(string header, string domain, bool hostOnly) =>
        Assert.Equal((domain, hostOnly), (Stored(header).Domain, Stored(header).HostOnly));

    [Theory]
    [InlineData("a=b; Path=/x/y", "/x/y")]
    [InlineData("a=b; path = /x ", "/x")]
    [InlineData("a=b; Path=x", "/a")]
    [InlineData("a=b; Path=", "/a")]
    [InlineData("a=b; Path=/x; Path", "/a")]
    public void The_last_Path_counts_when_it_starts_with_a_slash(string header, string path) => Assert.Equal(path, Stored(header).Path);

    [Theory]
    [InlineData("wss://h.com", "/")]
    [InlineData("wss://h.com/a", "/")]
    [InlineData("wss://h.com/a/", "/a")]
    [InlineData("wss://h.com/a/b/c?d/e", "/a/b")]
    [InlineData("wss://h.com/a/../b/%41/c", "/b/%41")]
    public void Without_a_Path_it_is_the_folder_of_the_address(string address, string path)
    {
        CookieStore store = CookieStores.New(_time);
        Assert.Null(store.Store(new Uri(address), "a=b"));

        Assert.Equal(path, Assert.Single(store.GetAll()).Path);
    }

    [Theory]
    [InlineData("a=b; Secure; HttpOnly; SameSite=Strict", true, true, CookieSameSite.Strict)]
    [InlineData("a=b; SECURE=no; httponly=no; samesite=lax", true, true, CookieSameSite.Lax)]
    [InlineData("a=b; Secure; SameSite=NONE", true, false, CookieSameSite.None)]
    [InlineData("a=b; SameSite=Strict; SameSite=odd", false, false, CookieSameSite.Unspecified)]
    [InlineData("a=b; Secured; SameSite", false, false, CookieSameSite.Unspecified)]
    public void The_flags_are_read(string header, bool secure, bool httpOnly, CookieSameSite sameSite)
    {
        SessionCookie cookie = Stored(header);
        Assert.Equal((secure, httpOnly, sameSite), (cookie.Secure, cookie.HttpOnly, cookie.SameSite));
    }

    [Theory]
    [InlineData("a=b; Max-Age=60", 60)]
    [InlineData("a=b; Max-Age=060; Expires=Tue, 01 Jan 2030 01:00:00 GMT", 60)]
    [InlineData("a=b; Expires=Tue, 01 Jan 2030 01:00:00 GMT; Max-Age=1; Max-Age=2", 2)]
    [InlineData("a=b; Max-Age=99999999999999999999999", 400 * 86400)]
    [InlineData("a=b; Expires=Tue, 01 Jan 2036 00:00:00 GMT", 400 * 86400)]
    [InlineData("a=b; Max-Age=1x; Expires=Tue, 01 Jan 2030 01:00:00 GMT", 3600)]
    [InlineData("a=b; Max-Age=+1", null)]
    [InlineData("a=b; Max-Age=", null)]
    [InlineData("a=b; Max-Age=-", null)]
    [InlineData("a=b; Expires=soon", null)]
    public void Max_Age_goes_before_Expires_and_no_cookie_lives_longer_than_400_days(string header, int? seconds) =>
        Assert.Equal(seconds is { } count ? Now.AddSeconds(count) : null, Stored(header).Expires);

    [Theory]
    [InlineData("a=; Max-Age=0")]
    [InlineData("a=; Max-Age=-1")]
    [InlineData("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT")]
    public void One_that_has_ended_removes_the_former(string header)
    {
        CookieStore store = CookieStores.New(_time);
        store.Store(Address, "a=b");
        Assert.Null(store.Store(Address, header));

        Assert.Empty(store.GetAll());
    }

    [Theory]
    [InlineData("Wed, 21 Oct 2015 07:28:00 GMT", "2015-10-21T07:28:00Z")]
    [InlineData("Wednesday, 21-Oct-15 07:28:00 GMT", "2015-10-21T07:28:00Z")]
    [InlineData("Wed Oct 21 07:28:00 2015", "2015-10-21T07:28:00Z")]
    [InlineData("2015 oct 21 7:8:9", "2015-10-21T07:08:09Z")]
    [InlineData("21 october 70 07:28:00", "1970-10-21T07:28:00Z")]
    [InlineData("21 oct 99 07:28:00", "1999-10-21T07:28:00Z")]
    [InlineData("21 oct 69 07:28:00", "2069-10-21T07:28:00Z")]
    [InlineData("21 oct 00 07:28:00", "2000-10-21T07:28:00Z")]
    [InlineData("21th oct 2015AD 07:28:00Z", "2015-10-21T07:28:00Z")]
    [InlineData("21/oct_2015;07:28:00", "2015-10-21T07:28:00Z")]
    [InlineData("29 feb 2016 00:00:00", "2016-02-29T00:00:00Z")]
    [InlineData("29 feb 2015 00:00:00", null)]
    [InlineData("0 oct 2015 07:28:00", null)]
    [InlineData("32 oct 2015 07:28:00", null)]
    [InlineData("21 oct 1600 07:28:00", null)]
    [InlineData("21 oct 20155 07:28:00", null)]
    [InlineData("21 oct 2015 24:00:00", null)]
    [InlineData("21 oct 2015 07:60:00", null)]
    [InlineData("21 oct 2015 07:28:60", null)]
    [InlineData("21 oct 2015 07:28", null)]
    [InlineData("21 foo 2015 07:28:00", null)]
    [InlineData("oct 2015 07:28:00", null)]
    [InlineData("21 oct 07:28:00", null)]
    [InlineData("2015-10-21T07:28:00Z", null)]
    [InlineData("", null)]
    public void Dates_are_read_as_cookies_have_them(string text, string? expected)
    {
        bool isDate = CookieDate.TryParse(text, out DateTimeOffset date);

        Assert.Equal(expected, isDate ? date.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    [Fact]
    public void Lengths_are_counted_in_bytes()
    {
        CookieStore store = CookieStores.New(_time);

        Assert.Null(store.Store(Address, "a=" + new string('v', 4095)));
        Assert.Contains("longer than 4096 bytes", store.Store(Address, "aa=" + new string('v', 4095)), StringComparison.Ordinal);
        Assert.Contains("longer than 4096 bytes", store.Store(Address, "b=" + string.Concat(Enumerable.Repeat("\u00C3\u00A4", 2048))), StringComparison.Ordinal);
        Assert.Null(store.Store(Address, "c=1; Path=/" + new string('p', 1023)));
        Assert.Null(store.Store(Address, "d=1; Path=/" + new string('p', 1024)));
        Assert.Equal([1024, 2], store.GetAll().Where(cookie => cookie.Name is "c" or "d").Select(cookie => cookie.Path.Length));
    }

    private SessionCookie Stored(string header)
    {
        CookieStore store = CookieStores.New(_time);
        Assert.Null(store.Store(Address, header));
        return Assert.Single(store.GetAll());
    }
}
