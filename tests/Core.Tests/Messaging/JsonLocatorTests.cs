using System.Text;
using NetWebSockets.Messaging;
using Xunit;

namespace NetWebSockets.Tests.Messaging;

public class JsonLocatorTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("/", new[] { "" })]
    [InlineData("/type", new[] { "type" })]
    [InlineData("/data/e", new[] { "data", "e" })]
    [InlineData("/a~1b/m~0n", new[] { "a/b", "m~n" })]
    [InlineData("/~01", new[] { "~1" })]
    [InlineData("/ü", new[] { "ü" })]
    public void A_JSON_Pointer_is_split_into_unescaped_UTF8_names(string pointer, string[] names)
    {
        Assert.True(JsonLocator.TryParse(pointer, out JsonLocator? locator, out _));
        Assert.Equal(names, locator.Steps.Select(s => Encoding.UTF8.GetString(s.Name)));
        Assert.Equal(pointer, locator.ToString());
    }

    [Theory]
    [InlineData("/0", 0)]
    [InlineData("/12", 12)]
    [InlineData("/012", -1)]
    [InlineData("/-", -1)]
    [InlineData("/1x", -1)]
    [InlineData("/99999999999", -1)]
    [InlineData("/", -1)]
    public void A_step_of_digits_without_leading_zeros_is_also_an_index(string pointer, int index)
    {
        Assert.True(JsonLocator.TryParse(pointer, out JsonLocator? locator, out _));
        Assert.Equal(index, locator.Steps[0].Index);
    }

    [Theory]
    [InlineData("type", "begin with '/'")]
    [InlineData("$.type", "begin with '/'")]
    [InlineData("/a~", "'~' must be followed")]
    [InlineData("/a~2", "'~' must be followed")]
    public void What_is_not_a_JSON_Pointer_is_refused_in_a_sentence(string pointer, string sentence)
    {
        Assert.False(JsonLocator.TryParse(pointer, out _, out string? error));
        Assert.Contains(sentence, error, StringComparison.Ordinal);
        Assert.Contains(pointer, error, StringComparison.Ordinal);
    }
}
