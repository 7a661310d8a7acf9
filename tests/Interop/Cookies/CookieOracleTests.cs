using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NetWebSockets.Sessions;
using Xunit;

namespace NetWebSockets.InteropTests.Cookies;

/// <summary>Chromium still does what was recorded of it, with Set-Cookie headers and Cookie headers.</summary>
public sealed class ChromiumCookieTests(ChromiumCookies chromium) : IClassFixture<ChromiumCookies>
{
    [Theory]
    [MemberData(nameof(CookieRows.Names), MemberType = typeof(CookieRows))]
    public async Task Chromium_does_what_was_recorded(string name)
    {
        chromium.Require();
        CookieObservation seen = await chromium.RunAsync(CookieRows.Get(name));
        if (RecordedCookies.IsRecording)
        {
            RecordedCookies.Put(name, seen);
            return;
        }

        CookieObservation? recorded = RecordedCookies.Get(name);
        Assert.True(recorded is not null, $"'{name}' was never recorded: run with NWS_RECORD=1.");
        Assert.Equal(recorded.Stored, seen.Stored);
        Assert.Equal(recorded.Sent, seen.Sent);
    }
}

/// <summary>The session's store does with Set-Cookie headers what Chromium does.</summary>
public sealed class CookieOracleTests
{
    [Theory]
    [MemberData(nameof(CookieRows.Names), MemberType = typeof(CookieRows))]
    public void The_store_does_what_Chromium_does(string name)
    {
        CookieObservation expected = CookieDifferences.Find(name) ?? RecordedCookies.Get(name) ?? throw new InvalidOperationException($"'{name}' was never recorded: run with NWS_RECORD=1.");
        CookieObservation seen = Run(CookieRows.Get(name));

        Assert.Equal(expected.Stored, seen.Stored);
        Assert.Equal(expected.Sent, seen.Sent);
    }

    [Fact]
    public void At_least_sixty_rows_are_compared_and_nothing_is_recorded_that_is_no_longer_asked()
    {
        string[] names = [.. CookieRows.Names.Select(row => row.Data)];

        Assert.True(names.Length >= 60, $"There are only {names.Length} rows.");
        Assert.Equal(names.Order(StringComparer.Ordinal), RecordedCookies.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_difference_is_one()
    {
        foreach (string name in CookieDifferences.Names)
        {
            CookieObservation chromium = RecordedCookies.Get(name)!;
            CookieObservation ours = CookieDifferences.Find(name)!;
            Assert.False(chromium.Stored.SequenceEqual(ours.Stored) && chromium.Sent == ours.Sent, $"'{name}' is no difference any more.");
        }
    }

    internal static CookieObservation Run(CookieRow row)
    {
        var store = new CookieStore(new CookieDomains(SourceFolder.Path("Cookies", "suffixes.dat"), NullLogger.Instance), TimeProvider.System, NullLogger.Instance);
        // A header has no white space at its ends: HTTP takes it off.
        foreach (string line in row.Lines.Split('\n'))
            store.Store(new Uri(row.From), line.Trim(' ', '\t'));
        string[] stored =
        [
            .. store.GetAll().Select(cookie => CookieText.Describe(
                cookie.Name,
                cookie.Value,
                (cookie.HostOnly ? "" : ".") + cookie.Domain,
                cookie.Path,
                cookie.Secure,
                cookie.HttpOnly,
                cookie.SameSite == CookieSameSite.Unspecified ? null : cookie.SameSite.ToString(),
                cookie.Expires is { } expires ? (expires - DateTimeOffset.UtcNow).TotalSeconds : null)).Order(StringComparer.Ordinal),
        ];
        return new CookieObservation(stored, Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(store.HeaderFor(new Uri(row.SentTo ?? row.From)))));
    }
}
