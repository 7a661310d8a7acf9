using System.Net;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Tests.Sessions.Hosts;

/// <summary>The order of addresses, with routes of the test's choice.</summary>
public sealed class AddressOrderTests
{
    private static readonly Dictionary<string, string?> DualStack = new()
    {
        ["2001:4860::1"] = "2001:4860::99",
        ["192.0.2.1"] = "192.0.2.99",
        ["2001:4860::2"] = "2001:4860::99",
        ["192.0.2.2"] = "192.0.2.99",
    };

    private static string Sort(string addresses, Func<string, string?> sourceOf) => string.Join(' ', AddressOrder.Sort(
        [.. addresses.Split(' ').Select(IPAddress.Parse)], address => sourceOf(address.ToString()) is { } source ? IPAddress.Parse(source) : null));

    [Theory]
    [InlineData("192.0.2.1 2001:4860::1", "2001:4860::1 192.0.2.1")]
    [InlineData("192.0.2.2 192.0.2.1", "192.0.2.2 192.0.2.1")]
    [InlineData("2001:4860::2 2001:4860::1 192.0.2.1", "2001:4860::2 2001:4860::1 192.0.2.1")]
    public void With_both_kinds_of_routes_IPv6_comes_first_and_the_servers_order_stands(string addresses, string expected) =>
        Assert.Equal(expected, Sort(addresses, address => DualStack[address]));

    [Fact]
    public void What_cannot_be_reached_comes_last() =>
        Assert.Equal("192.0.2.1 2001:4860::1", Sort("2001:4860::1 192.0.2.1", address => address.Contains(':') ? null : DualStack[address]));

    [Fact]
    public void A_source_of_another_scope_comes_after_one_of_the_same() =>
        Assert.Equal("192.0.2.1 2001:4860::1", Sort("2001:4860::1 192.0.2.1", address => address.Contains(':') ? "fe80::1" : DualStack[address]));

    [Fact]
    public void A_tunnel_comes_after_what_is_native() =>
        // 6to4 has the label 2, a global address the label 1.
        Assert.Equal("192.0.2.1 2001:4860::1", Sort("2001:4860::1 192.0.2.1", address => address.Contains(':') ? "2002:c000:204::1" : DualStack[address]));

    [Fact]
    public void The_operating_system_is_asked_for_its_routes()
    {
        SkipUnless.Require(System.Net.Sockets.Socket.OSSupportsIPv6, "The machine has no IPv6.");
        IReadOnlyList<IPAddress> sorted = AddressOrder.Sort([IPAddress.Parse("127.0.0.1"), IPAddress.IPv6Loopback]);

        Assert.Equal([IPAddress.IPv6Loopback, IPAddress.Loopback], sorted);
    }

    [Theory]
    [InlineData("::1 ::2 ::3 127.0.0.1 127.0.0.2", "::1 127.0.0.1 ::2 127.0.0.2 ::3")]
    [InlineData("127.0.0.1 127.0.0.2 ::1", "127.0.0.1 ::1 127.0.0.2")]
    [InlineData("127.0.0.1 127.0.0.2 127.0.0.3", "127.0.0.1 127.0.0.2 127.0.0.3")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public void Both_kinds_take_turns_beginning_with_the_first(string addresses, string expected) =>
        Assert.Equal(expected, string.Join(' ', AddressOrder.Interleave([.. addresses.Split(' ').Select(IPAddress.Parse)])));
}
