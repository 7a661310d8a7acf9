using NetWebSockets.Sessions;
using Xunit;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Challenges are read as RFC 9110 writes them, several to a line, and as servers do.</summary>
public sealed class ChallengeTests
{
    [Theory]
    [InlineData("Basic realm=\"a\"", "Basic[realm=a]")]
    [InlineData("Basic", "Basic[]")]
    [InlineData("basic realm=a", "basic[realm=a]")]
    [InlineData("Basic realm=\"a, b=\\\"c\\\"\", charset=\"UTF-8\"", "Basic[realm=a, b=\"c\";charset=UTF-8]")]
    [InlineData("Digest realm=\"d\", nonce=\"n=1\", qop=\"auth,auth-int\", Basic realm=\"b\"", "Digest[realm=d;nonce=n=1;qop=auth,auth-int] Basic[realm=b]")]
    [InlineData("Negotiate, NTLM, Basic realm=\"b\"", "Negotiate[] NTLM[] Basic[realm=b]")]
    [InlineData("NTLM TlRMTVNTUAAC==, Basic realm = \"b\"", "NTLM[] Basic[realm=b]")]
    [InlineData(", , Basic realm=\"a\" , ,", "Basic[realm=a]")]
    [InlineData("Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"", "Newauth[realm=apps;type=1;title=Login to \"apps\"] Basic[realm=simple]")]
    [InlineData("Basic realm=\"never ends", "Basic[]")]
    [InlineData("Basic =x", "Basic[]")]
    [InlineData("\"", "")]
    [InlineData("", "")]
    public void A_header_is_read(string header, string expected) => Assert.Equal(expected, Show(Challenge.Read([new("www-authenticate", header)], "WWW-Authenticate")));

    [Fact]
    public void Several_headers_are_read_in_order_and_others_are_not() =>
        Assert.Equal(
            "Basic[] Digest[]",
            Show(Challenge.Read([new("WWW-Authenticate", "Basic"), new("Proxy-Authenticate", "NTLM"), new("WWW-Authenticate", "Digest")], "WWW-Authenticate")));

    [Fact]
    public void A_flood_of_challenges_is_cut_short() =>
        Assert.Equal(32, Challenge.Read([new("WWW-Authenticate", string.Join(", ", Enumerable.Repeat("Basic realm=x", 10_000)))], "WWW-Authenticate").Count);

    private static string Show(List<Challenge> challenges) =>
        string.Join(' ', challenges.Select(one => $"{one.Scheme}[{string.Join(';', one.Parameters.Select(parameter => $"{parameter.Key}={parameter.Value}"))}]"));
}
