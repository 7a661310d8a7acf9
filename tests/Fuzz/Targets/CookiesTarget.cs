using System.Text;

namespace NetWebSockets.Fuzz.Targets;

/// <summary>Set-Cookie headers of a response: stored or refused, and what is stored makes a Cookie header that is one line.</summary>
internal sealed class CookiesTarget : FuzzTarget
{
    private static readonly Uri[] Addresses = [new("ws://127.0.0.1/a/b"), new("wss://example.org/"), new("ws://localhost:81/x")];

    public override string Name => "cookies";

    public override int OptionBytes => 1;

    public override int MaxLength => 1024;

    public override long? MaxAllocated => 1024 * 1024;

    public override IReadOnlyList<string> Dictionary { get; } =
    [
        ";", ",", "=", "\"", "; Path=/", "; Domain=example.org", "; Domain=.", "; Secure", "; HttpOnly", "; Expires=Wed, 21 Oct 2050 07:28:00 GMT", "; Max-Age=-1",
        "; Max-Age=99999999999999999999", "; Port=\"80,81\"", "; Version=1", "$Version", "\u00FF", "a=b",
    ];

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        yield return ("plain", "\0a=b"u8.ToArray());
        yield return ("attributes", "\u0001id=42; Path=/; Domain=example.org; Max-Age=60; HttpOnly; SameSite=Lax; Secure"u8.ToArray());
        yield return ("expires", "\u0002k=\"v w\"; Expires=Wed, 21 Oct 2050 07:28:00 GMT"u8.ToArray());
        yield return ("two", "\0a=b, c=d; Secure"u8.ToArray());
    }

    public override ValueTask<string> RunAsync(byte[] input)
    {
        Uri uri = Addresses[input[0] % Addresses.Length];
        // A header's value is one line: the HTTP handler sees to it.
        string header = Encoding.Latin1.GetString(input.AsSpan(1)).Replace('\r', ' ').Replace('\n', ' ').Replace('\0', ' ');
        using NetSession session = new();
        CookieStore store = session.Cookies;
        string? problem = store.Store(uri, header);
        string sent = store.HeaderFor(uri);
        if (sent.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            throw new FuzzFailure("The Cookie header that follows is more than one line.");
        if (problem is not null && sent.Length > 0)
            throw new FuzzFailure($"A cookie is sent that was refused: {problem}.");
        return ValueTask.FromResult($"{problem} {store.Count} {sent.Length > 0}");
    }
}
