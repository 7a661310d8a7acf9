using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Sessions;
using Xunit;

namespace NetWebSockets.Tests.Sessions;

/// <summary>The memory of proxies that could not be reached.</summary>
public sealed class BadProxiesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly BadProxies _bad;

    public BadProxiesTests() => _bad = new BadProxies(_time);

    private static ProxyList List(string answer) => ProxyList.FromPac(answer);

    private static ProxyServer Server(string element) => Assert.Single(List(element).Servers);

    private void Fail(string answer, string worked = "DIRECT") =>
        _bad.Report([.. List(answer).Servers.Select(server => (server, NetError.ProxyConnectionFailed))], Server(worked));

    private string Order(string answer) => _bad.Order(List(answer)).ToPac();

    [Fact]
    public void Bad_ones_stand_behind_the_others_in_their_order_for_five_minutes()
    {
        Fail("PROXY b;PROXY a");

        Assert.Equal("SOCKS5 b:1080;DIRECT;PROXY a:80;PROXY b:80", Order("PROXY a;PROXY b;SOCKS5 b;DIRECT"));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("DIRECT;PROXY a:80;PROXY b:80", Order("PROXY a;PROXY b;DIRECT"));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("PROXY a:80;PROXY b:80;DIRECT", Order("PROXY a;PROXY b;DIRECT"));
    }

    [Fact]
    public void A_further_failure_begins_the_time_anew()
    {
        Fail("PROXY a");
        _time.Advance(TimeSpan.FromMinutes(3));
        Fail("PROXY a");
        _time.Advance(TimeSpan.FromMinutes(4));

        Assert.Equal("PROXY b:80;PROXY a:80", Order("PROXY a;PROXY b"));
    }

    [Fact]
    public void When_all_are_bad_they_are_used_in_their_order()
    {
        Fail("PROXY b;PROXY a");

        Assert.Equal("PROXY a:80;PROXY b:80", Order("PROXY a;PROXY b"));
        Assert.Equal("PROXY a:80", Order("PROXY a"));
    }

    [Fact]
    public void One_that_works_is_good()
    {
        Fail("PROXY a");
        Fail("PROXY b", worked: "PROXY a");

        Assert.Equal("PROXY a:80;PROXY b:80", Order("PROXY b;PROXY a"));
    }

    [Fact]
    public void Direct_is_never_bad()
    {
        Fail("DIRECT", worked: "PROXY a");

        Assert.Equal("DIRECT;PROXY a:80", Order("DIRECT;PROXY a"));
        Assert.Equal(0, _bad.Count);
    }

    [Fact]
    public void The_memory_is_bounded_and_forgets_the_oldest()
    {
        for (int i = 0; i < 1000; i++)
        {
            Fail(string.Create(CultureInfo.InvariantCulture, $"PROXY p{i}"));
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(256, _bad.Count);
        Assert.Equal("PROXY p0:80;PROXY p999:80", Order("PROXY p999;PROXY p0"));
        _bad.Clear();
        Assert.Equal(0, _bad.Count);
    }
}
