using System.Text;
using NetWebSockets.Messaging;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Routing;

public sealed class TextTemplateTests
{
    [Theory]
    [InlineData("{symbol}@depth{levels}", "btcusdt@depth5")]
    [InlineData("{symbol}@depth{levels}", "é@depthx")]
    [InlineData("trade.{symbol}", "trade.X")]
    [InlineData("trade.{symbol}", "trade.a.b.c")]
    [InlineData("{a}.{b}.{c}", "1.2.3")]
    [InlineData("{a}.{b}", "..x")]
    [InlineData("{a}", "x")]
    [InlineData("a{{b}}{x}", "a{b}c")]
    [InlineData("plain", "plain")]
    [InlineData("{a}aa{b}aa{c}", "aaaaaaa")]
    public void Fits(string template, string text) => Assert.True(Parse(template).IsMatch(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("{symbol}@depth{levels}", "btcusdt@depth")]
    [InlineData("{symbol}@depth{levels}", "@depth5")]
    [InlineData("{symbol}@depth{levels}", "btcusdt@Depth5")]
    [InlineData("trade.{symbol}", "trade.")]
    [InlineData("trade.{symbol}", "trades.X")]
    [InlineData("{a}.{b}", ".x")]
    [InlineData("{a}.{b}", "x.")]
    [InlineData("{a}", "")]
    [InlineData("plain", "plainer")]
    [InlineData("{a}aa{b}aa{c}", "aaaaaa")]
    public void Does_not_fit(string template, string text) => Assert.False(Parse(template).IsMatch(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("a}b", "'}' at 2")]
    [InlineData("a{b", "'{' at 2")]
    [InlineData("a{}", "'{' at 2")]
    [InlineData("a{b{c}", "'{' at 2")]
    [InlineData("a{b}{c}", "nothing between them at 5")]
    public void Says_what_is_wrong_and_where(string template, string words)
    {
        Assert.False(TextTemplate.TryParse(template, out _, out string? error));
        Assert.Contains(words, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Fits_what_a_backtracking_matcher_fits()
    {
        var random = new Random(7);
        int fits = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string template = string.Concat(Enumerable.Range(0, 1 + random.Next(4)).Select(n => (n > 0 ? Letters(1, 2) : Letters(0, 2)) + "{p}")) + Letters(0, 2);
            string text = Letters(0, 9);
            string pattern = "^" + template.Replace("{p}", ".+", StringComparison.Ordinal) + "$";
            bool expected = System.Text.RegularExpressions.Regex.IsMatch(text, pattern);
            Assert.Equal((template, text, expected), (template, text, Parse(template).IsMatch(Encoding.UTF8.GetBytes(text))));
            fits += expected ? 1 : 0;
        }

        Assert.InRange(fits, 1000, 19_000);

        string Letters(int least, int most) => new([.. Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => "ab"[random.Next(2)])]);
    }

    private static TextTemplate Parse(string text)
    {
        Assert.True(TextTemplate.TryParse(text, out TextTemplate? template, out string? error), error);
        return template;
    }
}
