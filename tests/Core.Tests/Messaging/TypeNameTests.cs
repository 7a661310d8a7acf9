using NetWebSockets.Messaging;
using Xunit;

namespace NetWebSockets.Tests.Messaging;

public class TypeNameTests
{
    [Theory]
    [InlineData(typeof(int), "int")]
    [InlineData(typeof(int?), "int?")]
    [InlineData(typeof(string[]), "string[]")]
    [InlineData(typeof(List<Dictionary<string, object>>), "List<Dictionary<string, object>>")]
    [InlineData(typeof(DayOfWeek), "DayOfWeek")]
    [InlineData(typeof(Inner), "TypeNameTests.Inner")]
    public void A_type_is_named_as_CSharp_does(Type type, string name) => Assert.Equal(name, TypeName.Of(type));

    [Fact]
    public void A_type_that_is_not_registered_says_what_to_add_to_which_context()
    {
        var error = Assert.Throws<InvalidOperationException>(() => ClientRuntime.TypeInfo<Inner>(TestJson.Default));
        Assert.Contains("add [JsonSerializable(typeof(TypeNameTests.Inner))] to TestJson", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registered_type_is_found() => Assert.Same(TestJson.Default.Said, ClientRuntime.TypeInfo<Said>(TestJson.Default));

    internal sealed record Inner;
}
