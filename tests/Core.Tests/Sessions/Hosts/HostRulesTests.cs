using NetWebSockets.Sessions;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions.Hosts;

/// <summary>The grammar of host-resolver rules. That it is Chromium's is shown in tests/Interop.</summary>
public sealed class HostRulesTests
{
    private static string Map(string rules, string host, int port = 80)
    {
        MappedHost mapped = HostRules.Parse(rules, null).Apply(host, port);
        return mapped.Host is null ? "not found" : $"{mapped.Host} {mapped.Port}";
    }

    [Theory]
    [InlineData("MAP * 127.0.0.1", "any.example", "127.0.0.1 80")]
    [InlineData("MAP *.a b:77", "x.a", "b 77")]
    [InlineData("MAP *.a b:77", "a", "a 80")]
    [InlineData("MAP *.a b:77", "x.y.a", "b 77")]
    [InlineData("MAP a b", "A", "b 80")]
    [InlineData("map A b", "a", "b 80")]
    [InlineData("MAP a [::1]:90", "a", "::1 90")]
    [InlineData("MAP a [::1]", "a", "::1 80")]
    [InlineData("MAP a 127.1", "a", "127.0.0.1 80")]
    [InlineData("MAP a bücher.example", "a", "xn--bcher-kva.example 80")]
    [InlineData("MAP a ~NOTFOUND", "a", "not found")]
    [InlineData("MAP a ^NOTFOUND", "a", "not found")]
    [InlineData("MAP a ~NOTFOUND:80", "a", "not found")]
    [InlineData("MAP * ~NOTFOUND, EXCLUDE b", "b", "b 80")]
    [InlineData("MAP a b,MAP a c", "a", "b 80")]
    [InlineData("MAP a b , MAP b c", "a", "b 80")]
    [InlineData("EXCLUDE a, MAP * b", "a", "a 80")]
    [InlineData("MAP * b, EXCLUDE a", "a", "a 80")]
    [InlineData("MAP * b, EXCLUDE *.a", "a", "b 80")]
    [InlineData("MAP a:80 b", "a", "b 80")]
    [InlineData("MAP a:81 b", "a", "a 80")]
    [InlineData("MAP a:* b", "a", "b 80")]
    [InlineData("MAP *:80 b:81", "a", "b 81")]
    [InlineData("MAP 127.0.0.2 b", "127.0.0.2", "b 80")]
    [InlineData("MAP 127.* b", "127.0.0.2", "b 80")]
    [InlineData("MAP ::1 b", "::1", "b 80")]
    [InlineData("MAP [::1]:80 b", "::1", "b 80")]
    [InlineData("MAP [::1] b", "::1", "::1 80")]
    [InlineData("MAP a?.example b", "a1.example", "b 80")]
    [InlineData("MAP a?.example b", "a.example", "b 80")]
    [InlineData("MAP a?.example b", "a12.example", "a12.example 80")]
    [InlineData(@"MAP a\*b c", "a*b", "c 80")]
    [InlineData(@"MAP a\*b c", "axb", "axb 80")]
    [InlineData("MAP *a*b c", "xaxaxb", "c 80")]
    [InlineData("MAP a. b", "a", "a 80")]
    [InlineData("MAP localhost b", "localhost", "b 80")]
    [InlineData("", "a", "a 80")]
    [InlineData(" ,, ", "a", "a 80")]
    [InlineData(",MAP a b,", "a", "b 80")]
    public void A_rule_decides(string rules, string host, string expected) => Assert.Equal(expected, Map(rules, host));

    [Theory]
    [InlineData("MAP a", "'MAP a' at position 0", "1 words")]
    [InlineData("MAP a b, MAP c", "'MAP c' at position 9", "1 words")]
    [InlineData("MAP a b c", "'MAP a b c'", "3 words")]
    [InlineData("EXCLUDE", "'EXCLUDE'", "0 words")]
    [InlineData("EXCLUDE a b", "'EXCLUDE a b'", "2 words")]
    [InlineData("EXCLUDE a:80", "'EXCLUDE a:80'", "no port")]
    [InlineData("MAPP a b", "'MAPP a b'", "'MAPP' is no rule")]
    [InlineData("a", "'a'", "'a' is no rule")]
    [InlineData("MAP  a b", "'MAP  a b'", "one space")]
    [InlineData("MAP\ta b", "MAP\ta b", "one space")]
    [InlineData("MAP a b:", "'MAP a b:'", "'' is no port")]
    [InlineData("MAP a b:0", "'MAP a b:0'", "'0' is no port")]
    [InlineData("MAP a b:65536", "'MAP a b:65536'", "'65536' is no port")]
    [InlineData("MAP a b:x", "'MAP a b:x'", "'x' is no port")]
    [InlineData("MAP a ::1", "'MAP a ::1'", "brackets")]
    [InlineData("MAP a [::1", "'MAP a [::1'", "no host")]
    [InlineData("MAP a :80", "'MAP a :80'", "no host")]
    [InlineData("MAP a ~NOWHERE", "'MAP a ~NOWHERE'", "~NOTFOUND")]
    [InlineData("MAP a me@b", "'MAP a me@b'", "no host")]
    [InlineData("MAP http://a b", "'MAP http://a b'", "without scheme")]
    [InlineData("MAP bücher.example b", "bücher.example", "ASCII")]
    public void What_is_wrong_is_named_with_its_place(string rules, string named, string reason)
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(nameof(rules), () => HostRules.Parse(rules, nameof(rules)));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_that_are_refused_leave_the_former_ones()
    {
        using NetSession session = NewSession(options => options.HostResolverRules = "MAP a 127.0.0.9");
        Assert.Throws<ArgumentException>(() => session.SetHostResolverRules("MAP a 127.0.0.8, MAP b"));

        Assert.Equal("127.0.0.9", (await session.ResolveHostAsync("a", null, Token)).Single().ToString());
        Assert.Throws<ArgumentException>(() => NewSession(options => options.HostResolverRules = "MAP"));
    }

    [Fact]
    public async Task Rules_can_be_taken_back()
    {
        using NetSession session = NewSession(options => options.HostResolverRules = "MAP localhost ~NOTFOUND");
        HostResolutionException failure = await Assert.ThrowsAsync<HostResolutionException>(() => session.ResolveHostAsync("localhost", null, Token));
        session.SetHostResolverRules(null);

        Assert.Equal(NetError.NameNotResolved, failure.Error);
        Assert.NotEmpty(await session.ResolveHostAsync("localhost", null, Token));
    }
}
