using NetWebSockets.Handshake;
using Xunit;

namespace NetWebSockets.Tests.Handshake;

public sealed class HeaderRulesTests
{
    [Theory]
    [InlineData("X-Api-Key")]
    [InlineData("authorization")]
    [InlineData("Cookie")]
    [InlineData("User-Agent")]
    [InlineData("!#$%&'*+-.^_`|~09")]
    public void A_token_that_the_handshake_does_not_use_is_a_name(string name)
    {
        HeaderRules.ValidateName(name);
        Assert.False(HeaderRules.IsForbidden(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:")]
    [InlineData("a\r\nb")]
    [InlineData("é")]
    [InlineData("a\0")]
    [InlineData("a(b)")]
    public void What_is_no_token_is_no_name(string name)
    {
        ArgumentException failure = Assert.Throws<ArgumentException>("header", () => HeaderRules.ValidateName(name, "header"));
        Assert.DoesNotContain('\r', failure.Message);
        Assert.DoesNotContain('\0', failure.Message);
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("connection")]
    [InlineData("UPGRADE")]
    [InlineData("Sec-WebSocket-Key")]
    [InlineData("sec-websocket-protocol")]
    [InlineData("Sec-WebSocket-Extensions")]
    [InlineData("Sec-WebSocket-Anything")]
    [InlineData("Content-Length")]
    [InlineData("Content-Type")]
    [InlineData("Transfer-Encoding")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Expect")]
    [InlineData("Keep-Alive")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Origin")]
    public void Headers_of_the_handshake_itself_are_refused_by_name(string name)
    {
        Assert.True(HeaderRules.IsForbidden(name));
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => HeaderRules.ValidateName(name)).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b\tc")]
    [InlineData("Zoë")]
    public void A_value_of_one_line_is_a_value(string value)
    {
        Exception? failure = Record.Exception(() => HeaderRules.ValidateValue("X", value));
        Assert.Null(failure);
    }

    [Theory]
    [InlineData("secret\r")]
    [InlineData("secret\n")]
    [InlineData("secret\0x")]
    public void A_value_with_a_line_break_or_nul_is_refused_without_showing_it(string value)
    {
        ArgumentException failure = Assert.Throws<ArgumentException>("given", () => HeaderRules.ValidateValue("X-Token", value, "given"));
        Assert.Contains("X-Token", failure.Message, StringComparison.Ordinal);
        Assert.Contains("position 6", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }
}
