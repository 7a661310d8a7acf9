using NetWebSockets.Sessions;
using Xunit;

namespace NetWebSockets.Tests.Sessions;

/// <summary>The grammar of ProxyRules, and which list an address takes.</summary>
public sealed class ProxyRulesTests
{
    private static string Choose(string rules, string scheme = "wss") => ProxyRules.Parse(rules, nameof(rules)).For(scheme).ToPac();

    [Theory]
    [InlineData("proxy.example", "PROXY proxy.example:80")]
    [InlineData("proxy.example:3128", "PROXY proxy.example:3128")]
    [InlineData(" http://Proxy.Example:3128 ", "PROXY proxy.example:3128")]
    [InlineData("HTTPS://proxy.example", "HTTPS proxy.example:443")]
    [InlineData("socks://proxy.example", "SOCKS5 proxy.example:1080")]
    [InlineData("socks4://10.0.0.1", "SOCKS 10.0.0.1:1080")]
    [InlineData("socks4a://p:1", "SOCKS4A p:1")]
    [InlineData("socks5://[::1]:1081", "SOCKS5 [::1]:1081")]
    [InlineData("http://[0:0::1]", "PROXY [::1]:80")]
    [InlineData("10.1:80", "PROXY 10.0.0.1:80")]
    [InlineData("direct://", "DIRECT")]
    [InlineData("a:1,b:2", "PROXY a:1;PROXY b:2")]
    [InlineData(" a:1 , socks5://b , direct:// ", "PROXY a:1;SOCKS5 b:1080;DIRECT")]
    [InlineData("a:1,,b:2,", "PROXY a:1;PROXY b:2")]
    [InlineData(";a:1;", "PROXY a:1")]
    [InlineData("a:1,a:1", "PROXY a:1;PROXY a:1")]
    public void One_list_is_for_all_addresses(string rules, string chosen)
    {
        foreach (string scheme in new[] { "ws", "wss", "http", "https" })
            Assert.Equal(chosen, Choose(rules, scheme));
    }

    [Theory]
    [InlineData("socks=a;https=b;http=c", "SOCKS a:1080", "SOCKS a:1080", "PROXY c:80", "PROXY b:80")]
    [InlineData("http=c;https=b", "PROXY b:80", "PROXY b:80", "PROXY c:80", "PROXY b:80")]
    [InlineData("http=c", "PROXY c:80", "PROXY c:80", "PROXY c:80", "DIRECT")]
    [InlineData("https=b", "PROXY b:80", "PROXY b:80", "DIRECT", "PROXY b:80")]
    [InlineData("socks=a", "SOCKS a:1080", "SOCKS a:1080", "SOCKS a:1080", "SOCKS a:1080")]
    [InlineData("socks=socks5://a:1,http://b", "SOCKS5 a:1;PROXY b:80", "SOCKS5 a:1;PROXY b:80", "SOCKS5 a:1;PROXY b:80", "SOCKS5 a:1;PROXY b:80")]
    [InlineData("ftp=a", "DIRECT", "DIRECT", "DIRECT", "DIRECT")]
    [InlineData("https=b,direct://;https=d", "PROXY b:80;DIRECT;PROXY d:80", "PROXY b:80;DIRECT;PROXY d:80", "DIRECT", "PROXY b:80;DIRECT;PROXY d:80")]
    [InlineData(" https = b ; http = https://c ", "PROXY b:80", "PROXY b:80", "HTTPS c:443", "PROXY b:80")]
    [InlineData("HTTPS=b", "PROXY b:80", "PROXY b:80", "DIRECT", "PROXY b:80")]
    public void Lists_by_scheme_are_chosen_as_Chromium_does(string rules, string ws, string wss, string http, string https)
    {
        Assert.Equal(ws, Choose(rules, "ws"));
        Assert.Equal(wss, Choose(rules, "wss"));
        Assert.Equal(http, Choose(rules, "http"));
        Assert.Equal(https, Choose(rules, "https"));
    }

    [Theory]
    [InlineData("ftp://proxy.example", "'ftp' at position 0")]
    [InlineData("a:80, quic://b", "'quic' at position 6")]
    [InlineData("http=a;https=foo://b", "'foo' at position 13")]
    [InlineData("http://proxy.example:0", "'0' at position 21")]
    [InlineData("http://proxy.example:70000", "'70000' at position 21")]
    [InlineData("a, proxy.example:x", "'x' at position 17")]
    [InlineData("http://proxy.example:", "'' at position 21")]
    [InlineData("http://", "'' at position 7")]
    [InlineData("http=a;https= http://pro xy", "'pro xy' at position 21")]
    [InlineData("http://proxy.example/path", "'proxy.example/path' at position 7")]
    [InlineData("http://[::1", "'[:' at position 7")]
    [InlineData("a,::1", "':' at position 2")]
    [InlineData("a,direct://host", "'host' at position 11")]
    [InlineData("a:80;b:80", "'b:80' at position 5")]
    [InlineData("a:80;http=b", "'http=b' at position 5")]
    [InlineData("http=b; a:80", "'a:80' at position 8")]
    [InlineData("http=a;ws=b", "'ws' at position 7")]
    [InlineData("=a", "'' at position 0")]
    [InlineData("http=a=b", "'=' at position 6")]
    [InlineData("https=a;http=", "at position 13")]
    [InlineData("http=,", "at position 5")]
    [InlineData("", "empty")]
    [InlineData(" ; ", "empty")]
    public void What_is_wrong_is_told_with_its_place(string rules, string part) =>
        Assert.Contains(part, Assert.Throws<ArgumentException>(nameof(rules), () => ProxyRules.Parse(rules, nameof(rules))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("http://me:s3cret@proxy.example")]
    [InlineData("http=a;https=b,me:s3cret@c:1;;=")]
    [InlineData("foo://me:s3cret@proxy.example")]
    public void Credentials_are_refused_without_showing_them(string rules)
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => ProxyRules.Parse(rules, nameof(rules)));

        Assert.Contains("Credentials", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"position {rules.IndexOf('@')}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PROXY a:1", "PROXY a:1")]
    [InlineData("proxy a", "PROXY a:80")]
    [InlineData("PROXY a:1; HTTPS b; SOCKS c; SOCKS4 d; SOCKS5 e; DIRECT", "PROXY a:1;HTTPS b:443;SOCKS c:1080;SOCKS d:1080;SOCKS5 e:1080;DIRECT")]
    [InlineData("SOCKS4A e:9", "SOCKS4A e:9")]
    [InlineData("  PROXY \t A.Example:1  ;;DIRECT ", "PROXY a.example:1;DIRECT")]
    [InlineData("PROXY [0::1]:8", "PROXY [::1]:8")]
    [InlineData("HTTP a:1; PROXY b:2", "PROXY b:2")]
    [InlineData("QUIC a:1; HTTPS b:2", "HTTPS b:2")]
    [InlineData("PROXY me:s3cret@a:1; PROXY b:2", "PROXY b:2")]
    [InlineData("PROXY a:b; PROXY a:; PROXY a:99999; PROXY; PROXY b:2", "PROXY b:2")]
    [InlineData("DIRECT a:1; PROXY b:2", "PROXY b:2")]
    [InlineData("PROXY http://a:1; PROXY b:2", "PROXY b:2")]
    [InlineData("PROXY a:1, PROXY b:2", "DIRECT")]
    [InlineData("", "DIRECT")]
    [InlineData(" ; ", "DIRECT")]
    [InlineData("nonsense", "DIRECT")]
    public void The_answer_of_a_script_is_read_as_leniently_as_in_Chromium(string answer, string read) => Assert.Equal(read, ProxyList.FromPac(answer).ToPac());
}
