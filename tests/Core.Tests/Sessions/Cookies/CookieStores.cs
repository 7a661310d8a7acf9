using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NetWebSockets.Sessions;

namespace NetWebSockets.Tests.Sessions.Cookies;

/// <summary>Stores without a session, with a list of public suffixes of the tests' own.</summary>
internal static class CookieStores
{
    public const string Suffixes = """
        // ===BEGIN ICANN DOMAINS===
        com
        uk
        co.uk
        jp
        *.kawasaki.jp
        !city.kawasaki.jp
        公司.cn
        // ===END ICANN DOMAINS===
        // ===BEGIN PRIVATE DOMAINS===
        github.io   what follows white space is no part of it
        example
        """;

    private static readonly Lazy<string> SuffixFile = new(() =>
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("nws-suffixes-").FullName, "list.dat");
        File.WriteAllText(path, Suffixes);
        return path;
    });

    public static CookieDomains Listed => new(SuffixFile.Value, NullLogger.Instance);

    public static CookieDomains Unlisted => new(string.Empty, NullLogger.Instance);

    public static CookieStore New(TimeProvider? time = null, CookieDomains? domains = null, ILogger? logger = null) =>
        new(domains ?? Listed, time ?? TimeProvider.System, logger ?? NullLogger.Instance);

    public static string[] Names(this IEnumerable<SessionCookie> cookies) => [.. cookies.Select(cookie => cookie.Name)];
}
