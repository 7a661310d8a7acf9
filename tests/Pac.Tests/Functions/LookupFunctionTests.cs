using System.Net;
using Xunit;

namespace NetWebSockets.Pac.Tests.Functions;

/// <summary>The functions that ask the network.</summary>
public sealed class LookupFunctionTests
{
    private static Pac WithHosts() => new()
    {
        Local = [IPAddress.Parse("192.0.2.7"), IPAddress.Parse("2001:db8::7")],
        Hosts =
        {
            ["four"] = ["10.1.2.3", "10.1.2.4"],
            ["both"] = ["2001:db8::1", "10.9.9.9"],
            ["six"] = ["2001:db8::2"],
            ["xn--bcher-kva.example"] = ["10.7.7.7"],
        },
    };

    [Theory]
    [InlineData("dnsResolve('four')", "\"10.1.2.3\"")]
    [InlineData("dnsResolve('both')", "\"10.9.9.9\"")]
    [InlineData("dnsResolve('six')", "null")]
    [InlineData("dnsResolve('none')", "null")]
    [InlineData("dnsResolve('b\\u00fccher.example')", "\"10.7.7.7\"")]
    [InlineData("dnsResolve('\\ud800')", "null")]
    [InlineData("dnsResolveEx('four')", "\"10.1.2.3;10.1.2.4\"")]
    [InlineData("dnsResolveEx('both')", "\"2001:db8::1;10.9.9.9\"")]
    [InlineData("dnsResolveEx('six')", "\"2001:db8::2\"")]
    [InlineData("dnsResolveEx('none')", "\"\"")]
    [InlineData("isResolvable('four')", "true")]
    [InlineData("isResolvable('six')", "false")]
    [InlineData("isResolvable('none')", "false")]
    [InlineData("isResolvableEx('six')", "true")]
    [InlineData("isResolvableEx('none')", "false")]
    [InlineData("isInNet('four', '10.1.0.0', '255.255.0.0')", "true")]
    [InlineData("isInNet('four', '10.2.0.0', '255.255.0.0')", "false")]
    [InlineData("isInNet('both', '10.9.9.9', '255.255.255.255')", "true")]
    [InlineData("isInNet('six', '0.0.0.0', '0.0.0.0')", "false")]
    [InlineData("isInNet('none', '0.0.0.0', '0.0.0.0')", "false")]
    [InlineData("isInNetEx(dnsResolveEx('six'), '2001:db8::/32')", "true")]
    [InlineData("isInNetEx('four', '10.0.0.0/8')", "false")]
    [InlineData("myIpAddress()", "\"192.0.2.7\"")]
    [InlineData("myIpAddressEx()", "\"192.0.2.7;2001:db8::7\"")]
    [InlineData("sortIpAddressList(myIpAddressEx())", "\"2001:db8::7;192.0.2.7\"")]
    [InlineData("isInNet(myIpAddress(), '192.0.2.0', '255.255.255.0')", "true")]
    [InlineData("getClientVersion()", "\"1.0\"")]
    public async Task What_is_looked_up(string ask, string answer) => Assert.Equal(answer, await WithHosts().EvaluateAsync(ask));

    [Theory]
    [InlineData("myIpAddress()", "\"127.0.0.1\"")]
    [InlineData("myIpAddressEx()", "\"\"")]
    public async Task A_machine_without_an_address(string ask, string answer) => Assert.Equal(answer, await new Pac().EvaluateAsync(ask));

    [Theory]
    [InlineData("dnsResolve('127.0.0.1')")]
    [InlineData("dnsResolve('::1')")]
    [InlineData("dnsResolve('')")]
    [InlineData("dnsResolve(null)")]
    [InlineData("isInNet('10.1.2.3', '10.0.0.0', '255.0.0.0')")]
    [InlineData("isInNet('four', '10.0.0.0', 'x')")]
    [InlineData("isPlainHostName('four')")]
    public async Task Nothing_is_looked_up_in_vain(string ask)
    {
        Pac pac = WithHosts();
        await pac.EvaluateAsync(ask);

        Assert.Empty(pac.LookedUp);
    }

    [Theory]
    [InlineData("alert('x')", "x")]
    [InlineData("alert()", "undefined")]
    [InlineData("alert(undefined)", "undefined")]
    [InlineData("alert(null)", "null")]
    [InlineData("alert(1.5, 'two')", "1.5")]
    [InlineData("alert({toString: function() { return 'an object'; }})", "an object")]
    public async Task What_alert_says(string ask, string said)
    {
        var pac = new Pac();
        Assert.Equal("undefined", await pac.EvaluateAsync(ask));

        Assert.Equal([said], pac.Alerts);
    }

    [Fact]
    public async Task Alerts_are_bounded()
    {
        var pac = new Pac();
        await pac.EvaluateAsync("(function() { for (var i = 0; i < 1000; i++) alert('x'.repeat(5000)); })()");

        Assert.Equal(50, pac.Alerts.Count);
        Assert.All(pac.Alerts, said => Assert.Equal(1025, said.Length));
    }

    [Theory]
    [InlineData("new Date().getTime()", "1780489815000")]
    [InlineData("Date.now()", "1780489815000")]
    [InlineData("new Date().getHours()", "14")]
    [InlineData("new Date().getTimezoneOffset()", "-120")]
    public async Task Dates_follow_the_session_and_its_zone(string ask, string answer)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1780489815));
        time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("two", TimeSpan.FromHours(2), "two", "two"));

        Assert.Equal(answer, await new Pac { Time = time }.EvaluateAsync(ask));
    }

    [Fact]
    public async Task A_script_may_replace_a_function()
    {
        IProxyScript script = await Pac.CompileAsync("function isPlainHostName() { return 'mine'; } function FindProxyForURL() { return isPlainHostName('a.b'); }");

        Assert.Equal("mine", await Pac.AskAsync(script));
    }

    [Fact]
    public async Task An_entry_point_of_the_Ex_kind_plays_no_part()
    {
        IProxyScript script = await Pac.CompileAsync("function FindProxyForURL() { return 'old'; } function FindProxyForURLEx(url, host) { return 'new ' + url + ' ' + host; }");

        Assert.Equal("old", await Pac.AskAsync(script, "a.test"));
    }
}
