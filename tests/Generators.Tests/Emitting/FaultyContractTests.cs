using NetWebSockets.Generators.Tests.Harness;

namespace NetWebSockets.Generators.Tests.Emitting;

/// <summary>What is generated for a contract with a mistake: all that the mistake leaves, so that it is not buried under errors that follow from it.</summary>
public class FaultyContractTests
{
    private const string Json = "[JsonSerializable(typeof(Good)), JsonSerializable(typeof(Bad))] public partial class Json : JsonSerializerContext;";

    [Theory]
    [InlineData("[WebSocketClient] public class Chat;")]
    [InlineData("[WebSocketClient] public static partial class Chat;")]
    [InlineData("[WebSocketClient] public partial class Chat(int n) { public int N => n; }")]
    [InlineData("[WebSocketClient(Discriminator = \"type\")] public partial class Chat;")]
    [InlineData("[WebSocketClient(JsonContext = typeof(int))] public partial class Chat;")]
    [InlineData("[WebSocketClient(Discriminator = \"/id\"), Calls] public partial class Chat;")]
    [InlineData("[WebSocketClient] public partial class Chat; public class IChat;")]
    public void A_client_that_cannot_be_completed_gets_nothing(string source) => Assert.Empty(TestCompilation.Generate(source).Generated);

    [Theory]
    [InlineData("[WebSocketClient(\"nowhere\")] public partial class Chat;")]
    [InlineData("[WebSocketClient(SubProtocols = [\"a b\"])] public partial class Chat;")]
    public void A_client_with_a_wrong_address_or_protocol_is_generated_without_it(string source)
    {
        string generated = Assert.Single(TestCompilation.Generate(source).Generated).Value;

        Assert.DoesNotContain("nowhere", generated, StringComparison.Ordinal);
        Assert.DoesNotContain("a b", generated, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[Send<Chat>(\"bad\")] public abstract record Bad;")]
    [InlineData("[Call<Chat, int>(\"bad\")] public sealed record Bad;")] // no [Calls]
    [InlineData("[Send<Chat>(\"bad\")] internal sealed record Bad;")]
    [InlineData("[Receive<Chat>(\"good\")] public sealed record TooBad;")] // a second of one value
    public void A_message_that_cannot_be_generated_leaves_the_others(string bad)
    {
        string source =
            $"""
            [WebSocketClient(Discriminator = "/type", JsonContext = typeof(Json))] public partial class Chat;
            [Send<Chat>("good"), Receive<Chat>("good")] public sealed record Good;
            {bad}
            {(bad.Contains("TooBad", StringComparison.Ordinal) ? Json.Replace("(Bad)", "(TooBad)", StringComparison.Ordinal) : Json)}
            """;

        string generated = Assert.Single(TestCompilation.Generate(source).Generated).Value;

        Assert.Contains("GoodAsync", generated, StringComparison.Ordinal);
        Assert.Contains("GoodMessages", generated, StringComparison.Ordinal);
        Assert.DoesNotContain("Bad", generated, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_of_fields_that_collides_leaves_that_of_the_record()
    {
        string generated = Assert.Single(TestCompilation.Generate(
            $$"""
            [WebSocketClient(Discriminator = "/type", JsonContext = typeof(Json))] public partial class Chat { public Task BadAsync(CancellationToken token) => SendAsync(new Bad(), token).AsTask(); }
            [Send<Chat>("bad")] public sealed record Bad;
            public sealed record Good;
            {{Json}}
            """).Generated).Value;

        Assert.Contains("SendAsync(global::Bad message", generated, StringComparison.Ordinal);
        Assert.DoesNotContain("BadAsync(", generated, StringComparison.Ordinal);
    }
}
