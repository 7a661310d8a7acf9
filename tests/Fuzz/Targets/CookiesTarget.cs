using System.Text;

namespace NetWebSockets.Fuzz.Targets;

/// <summary>Set-Cookie headers of a response: stored or refused, and what is stored makes a Cookie header that is one line.</summary>
internal sealed class CookiesTarget : FuzzTarget
{
    private static readonly Uri[] Addresses = [new("ws://127.0.0.1/a/b"), new("wss://example.org/"), new("ws://localhost:81/x")];

    // The rules for suffixes are not what is looked at here: the same on every machine.
    private static readonly NetSessionOptions Options = new() { PublicSuffixListFile = "" };

    public override string Name => "cookies";

    public override int OptionBytes => 1;

    public override int MaxLength => 1024;

    public override long? MaxAllocated => 1024 * 1024;

    public override IReadOnlyList<string> Dictionary { get; } =
    [
        ";", ",", "=", "\"", "; Path=/", "; Domain=example.org", "; Domain=.", "; Secure", "; HttpOnly", "; Expires=Wed, 21 Oct 2050 07:28:00 GMT", "; Max-Age=-1",
        "; Max-Age=99999999999999999999", "; SameSite=None", "; SameSite=Strict", "__Host-", "__Secure-", "; Domain=", "; Path=", "; Expires=1 jan 70 0:0:0", "\u00C3\u00A4", "\u00FF", "\t", "a=b",
    ];

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        yield return ("plain", "\0a=b"u8.ToArray());
        yield return ("attributes", "\u0001id=42; Path=/; Domain=example.org; Max-Age=60; HttpOnly; SameSite=Lax; Secure"u8.ToArray());
        yield return ("expires", "\u0002k=\"v w\"; Expires=Wed, 21 Oct 2050 07:28:00 GMT"u8.ToArray());
        yield return ("prefix", "\u0001__Host-id=42; Path=/; Secure"u8.ToArray());
        yield return ("nameless", "\u0002alone; SameSite=None; Secure; Max-Age=0"u8.ToArray());
        yield return ("utf8", "\0k=\u00E4\u20AC; Path=/\u00E4"u8.ToArray());
        yield return ("two", "\0a=b, c=d; Secure"u8.ToArray());
    }

    public override ValueTask<string> RunAsync(byte[] input)
    {
        Uri uri = Addresses[input[0] % Addresses.Length];
        // A header's value is one line: the HTTP handler sees to it.
        string header = Encoding.Latin1.GetString(input.AsSpan(1)).Replace('\r', ' ').Replace('\n', ' ').Replace('\0', ' ');
        using NetSession session = new(Options);
        CookieStore store = session.Cookies;
        string? problem = store.Store(uri, header);
        string sent = store.HeaderFor(uri);
        if (sent.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            throw new FuzzFailureException("The Cookie header that follows is more than one line.");
        if (problem is not null && sent.Length > 0)
            throw new FuzzFailureException($"A cookie is sent that was refused: {problem}.");
        foreach (SessionCookie cookie in store.GetAll())
            Check(cookie, uri, store);
        return ValueTask.FromResult($"{problem} {store.Count} {sent.Length > 0}");
    }

    // What is stored keeps to the rules, whatever the header was, and comes back when it is set again as it was stored.
    private static void Check(SessionCookie cookie, Uri uri, CookieStore store)
    {
        if (Encoding.UTF8.GetByteCount(cookie.Name + cookie.Value) is 0 or > 4096)
            throw new FuzzFailureException("A cookie is stored that is empty or too long.");
        if (cookie.Path[0] != '/' || Encoding.UTF8.GetByteCount(cookie.Path) > 1024)
            throw new FuzzFailureException("A cookie is stored with a path that is none.");
        if (!uri.Host.EndsWith(cookie.Domain, StringComparison.Ordinal) || (cookie.HostOnly && cookie.Domain != uri.Host))
            throw new FuzzFailureException($"A cookie is stored for '{cookie.Domain}', which is not the sender's to set.");
        if (cookie.Expires > DateTimeOffset.UtcNow.AddDays(400).AddMinutes(1))
            throw new FuzzFailureException("A cookie is stored for longer than 400 days.");
        if (cookie.SameSite == CookieSameSite.None && !cookie.Secure)
            throw new FuzzFailureException("A cookie for all sites is stored that is not Secure.");
        if (cookie.Name.Length == 0 && cookie.Value.Contains('='))
            throw new FuzzFailureException("A cookie without a name is stored that would be sent as if it had one.");
        store.Set(new CookieDetails
        {
            Url = uri,
            Name = cookie.Name,
            Value = cookie.Value,
            Domain = cookie.HostOnly ? null : cookie.Domain,
            Path = cookie.Path,
            Secure = cookie.Secure,
            HttpOnly = cookie.HttpOnly,
            SameSite = cookie.SameSite,
            Expires = cookie.Expires,
        });
        if (store.Count != 1 || store.GetAll()[0].Value != cookie.Value)
            throw new FuzzFailureException("A cookie that is set as it was stored is another one.");
    }
}
