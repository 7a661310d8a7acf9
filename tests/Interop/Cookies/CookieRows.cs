using Xunit;

namespace NetWebSockets.InteropTests.Cookies;

/// <summary>What both are asked.</summary>
public static class CookieRows
{
    private const string Https = CookieRow.Encrypted;

    private static readonly CookieRow[] All =
    [
        // Names and values.
        new("a=b"), new("a"), new("=a"), new("a="), new("="), new(""), new(" \ta \t=\t b c "), new("a=b=c"), new("a=\"b c\""), new("a=b, c=d"), new("a=b\tc"),
        new("a=\u00C3\u00A4"), new("a b=c"), new("a,b=c"), new("a=b;"), new(";a=b"), new("==b"), new("=a=b"),
        new("a=" + new string('v', 4095)), new("a=" + new string('v', 4096)), new(new string('n', 4096) + "="), new("a=b\u0001c"), new("a=b; Path=/\u0001"), new("a=b\u007F"),
        // Domain.
        new("a=b; Domain=shop.com"), new("a=b; Domain=.shop.com"), new("a=b; Domain=..shop.com"), new("a=b; Domain=SHOP.com"), new("a=b; Domain=www.shop.com"),
        new("a=b; Domain=api.www.shop.com"), new("a=b; Domain=other.com"), new("a=b; Domain=com"), new("a=b; Domain=.com"), new("a=b; Domain="), new("a=b; Domain=."), new("a=b; Domain"),
        new("a=b; Domain=other.com; Domain=shop.com"), new("a=b; Domain=shop.com; Domain=other.com"), new("a=b; Domain=shop.com; Domain="), new("a=b; Domain=shop.com."),
        new("a=b; Domain=shop.com:80"), new("a=b; Domain=\"shop.com\""), new("a=b; Domain= shop.com "), new("a=b; Domain=hop.com"),
        new("a=b; Domain=co.uk", "https://www.shop.co.uk/"), new("a=b; Domain=shop.co.uk", "https://www.shop.co.uk/"), new("a=b; Domain=github.io", "https://me.github.io/"),
        new("a=b; Domain=localhost", "http://localhost/"), new("a=b; Domain=127.0.0.1", "http://127.0.0.1/"), new("a=b; Domain=0.0.1", "http://127.0.0.1/"), new("a=b; Domain=.127.0.0.1", "http://127.0.0.1/"),
        new("a=b; Domain=shop", "https://www.shop/"), new("a=b; Domain=my.shop", "https://www.my.shop/"), new("a=b; Domain=b\u00C3\u00BCcher.com", "https://xn--bcher-kva.com/"),
        new("a=b; Domain=xn--bcher-kva.com", "https://www.xn--bcher-kva.com/"), new("a=b", "https://www.shop.com./"), new("a=b; Domain=shop.com", "https://www.shop.com./"),
        new("a=b; Domain=shop.com.", "https://www.shop.com./"),
        // Path.
        new("a=b; Path=/"), new("a=b; Path=/a/b"), new("a=b; Path=x"), new("a=b; Path="), new("a=b; Path"), new("a=b; Path=/x; Path="), new("a=b; Path=/x; Path=/y"), new("a=b; Path=/a b"),
        new("a=b; Path=/%41"), new("a=b", "https://www.shop.com/"), new("a=b", "https://www.shop.com/x"), new("a=b", "https://www.shop.com/x/"), new("a=b", "https://www.shop.com/x%20y/z"),
        new("a=b; Path=/" + new string('p', 1023)), new("a=b; Path=/" + new string('p', 1024)),
        new("a=b; Path=/a", Https, "https://www.shop.com/a"), new("a=b; Path=/a", Https, "https://www.shop.com/a/"), new("a=b; Path=/a", Https, "https://www.shop.com/ab"), new("a=b; Path=/a/", Https, "https://www.shop.com/a"),
        new("a=b; Path=/A", Https, "https://www.shop.com/a"),
        // Secure, HttpOnly, SameSite, prefixes.
        new("a=b; Secure; HttpOnly"), new("a=b; SECURE=no; httponly=no"), new("a=b; Secure", CookieRow.Plain), new("a=b; Secure", "http://localhost/"), new("a=b; Secure", "http://a.localhost/"), new("a=b; Secure", "http://127.0.0.1/"),
        new("a=b; Secure", Https, CookieRow.Plain), new("a=b; SameSite=Lax"), new("a=b; SameSite=strict"), new("a=b; SameSite=None"), new("a=b; SameSite=None; Secure"), new("a=b; SameSite=odd"), new("a=b; SameSite=Strict; SameSite=odd"),
        new("a=b; SameSite"), new("a=b; SameSite=None; Secure", "http://localhost/"),
        new("__Secure-a=b"), new("__Secure-a=b; Secure"), new("__secure-a=b"), new("__Secure-a=b; Secure", "http://localhost/"), new("__Host-a=b; Secure; Path=/"), new("__Host-a=b; Secure"), new("__Host-a=b; Path=/"),
        new("__Host-a=b; Secure; Path=/; Domain=www.shop.com"), new("__Host-a=b; Secure; Path=/; Domain="), new("__HOST-a=b; Path=/"), new("__Host-a=b; Secure; Path=/", "http://localhost/"), new("__Host-a=b; Secure", "https://www.shop.com/"),
        new("=__Host-a=b; Secure; Path=/"), new("__Host-a; Secure; Path=/"), new("__Http-a=b; Secure"), new("__Http-a=b; Secure; HttpOnly"), new("__Host-Http-a=b; Secure; Path=/"), new("__Host-Http-a=b; Secure; Path=/; HttpOnly"), new("=__Http-a; Secure; HttpOnly"),
        // When it ends; the recorded times are seconds from when it was set.
        new("a=b; Max-Age=60"), new("a=b; Max-Age=060"), new("a=b; Max-Age=0"), new("a=b; Max-Age=-1"), new("a=b; Max-Age=-"), new("a=b; Max-Age=+60"), new("a=b; Max-Age=60x"), new("a=b; Max-Age=\"60\""), new("a=b; Max-Age="),
        new("a=b; Max-Age=6.5"), new("a=b; Max-Age=99999999999999999999999"), new("a=b; Max-Age=34560001"), new("a=b; Max-Age=60; Max-Age=120"), new("a=b; Max-Age=60; Max-Age=x"), new("a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        new("a=b; Max-Age=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), new("a=b; Expires=Thu, 01 Jan 2099 00:00:00 GMT"), new("a=b; Expires=Thursday, 01-Jan-60 00:00:00 GMT"), new("a=b; Expires=1 jan 69 0:0:0"), new("a=b; Expires=1 jan 70 0:0:0"),
        new("a=b; Expires=Thu Jan 1 00:00:00 2099"), new("a=b; Expires=2099 jan 1 0:0:0"), new("a=b; Expires=1 jan 1600 0:0:0"), new("a=b; Expires=1 jan 1601 0:0:0"), new("a=b; Expires=30 feb 2099 0:0:0"), new("a=b; Expires=31 apr 2099 0:0:0"),
        new("a=b; Expires=1 jan 2099 24:0:0"), new("a=b; Expires=1 jan 2099 0:0"), new("a=b; Expires=soon"), new("a=b; Expires=2099-01-01T00:00:00Z"), new("a=b; Expires=1 jan 20999 0:0:0"), new("a=b; Expires=1th january 2099x 0:0:0z"),
        new("a=b; Expires=Thu, 01 Jan 2099 00:00:00 GMT; Expires=x"), new("a=b; Expires=Thu, 01 Jan 2099 00:00:00 GMT; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), new("a=b; Expires=0 jan 2099 0:0:0"), new("a=b; Expires=1 jan 099 0:0:0"),
        // Several.
        new("a=1\na=2"), new("a=1\nb=2\na=3"), new("a=1\nb=2\na=1"), new("a=1; Path=/\na=2; Path=/a\nb=3"), new("a=1\na=2; Domain=shop.com"), new("a=1; Domain=www.shop.com\na=2"), new("a=1\na=; Max-Age=0"), new("a=1; Path=/\na=; Max-Age=0"),
        new("A=1\na=2"),
    ];

    private static readonly Dictionary<string, CookieRow> ByName = All.ToDictionary(row => row.Name, StringComparer.Ordinal);

    /// <summary>Their names.</summary>
    public static TheoryData<string> Names => [.. ByName.Keys];

    /// <summary>Finds one.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>It.</returns>
    public static CookieRow Get(string name) => ByName[name];
}
