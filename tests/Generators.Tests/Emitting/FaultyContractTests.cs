using NetWebSockets.Generators.Tests.Harness;

namespace NetWebSockets.Generators.Tests.Emitting;

/// <summary>For a contract with a mistake nothing is generated, and the mistake is told.</summary>
public class FaultyContractTests
{
    private const string Good =
        """
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(Json)), Calls] public partial class Chat;
        [Send<Chat>("good"), Receive<Chat>("good")] public sealed record Good;
        [JsonSerializable(typeof(Good)), JsonSerializable(typeof(Bad)), JsonSerializable(typeof(int))] public partial class Json : JsonSerializerContext;
        """;

    [Theory]
    [InlineData("[WebSocketClient] public class Chat;")]
    [InlineData("[WebSocketClient] public static partial class Chat;")]
    [InlineData("[WebSocketClient] public partial class Chat { public Chat(int n) { } public Chat(string s) { } }")]
    [InlineData("[WebSocketClient(Discriminator = \"type\")] public partial class Chat;")]
    [InlineData("[WebSocketClient(JsonContext = typeof(int))] public partial class Chat;")]
    [InlineData("[WebSocketClient(Discriminator = \"/id\"), Calls] public partial class Chat;")]
    [InlineData("[WebSocketClient] public partial class Chat; public class IChat;")]
    [InlineData("[WebSocketClient(\"nowhere\")] public partial class Chat;")]
    [InlineData("[WebSocketClient(SubProtocols = [\"a b\"])] public partial class Chat;")]
    [InlineData("[WebSocketClient, JsonRpcClient] public partial class Chat;")]
    [InlineData("[WebSocketClient, Heartbeat] public partial class Chat;")]
    [InlineData("[WebSocketClient, Heartbeat(Seconds = 1, Reply = typeof(int))] public partial class Chat;")]
    public async Task A_client_with_a_mistake_gets_nothing(string source)
    {
        Assert.Empty(TestCompilation.Generate(source).Generated);
        Assert.NotEmpty(await Analysis.DiagnoseAsync(source));
    }

    [Theory]
    [InlineData("[Send<Chat>(\"bad\")] public abstract record Bad;")]
    [InlineData("[Send<Chat>(\"bad\", \"more\")] public sealed record Bad;")]
    [InlineData("[Send<Chat>(\"bad\")] internal sealed record Bad;")]
    [InlineData("[Receive<Chat>(\"good\")] public sealed record Bad;")] // a second of one value
    [InlineData("[Receive<Chat>] public sealed record Bad;")]
    [InlineData("[Call<Chat, long>(\"bad\")] public sealed record Bad;")] // not in the JSON context
    [InlineData("[Call<Chat, int>(\"bad\")] public sealed record Bad; public partial class Chat { public Task BadAsync(CancellationToken token) => CallAsync(new Bad(), token); }")]
    public async Task A_message_with_a_mistake_leaves_its_client_nothing(string bad)
    {
        Assert.Empty(TestCompilation.Generate(Good + bad).Generated);
        Assert.NotEmpty(await Analysis.DiagnoseAsync(Good + bad));
    }

    [Fact]
    public void Two_streams_of_the_same_binary_messages_leave_their_client_halves_that_throw() => Assert.DoesNotContain(
        "ClientRuntime",
        Assert.Single(TestCompilation.Generate("[WebSocketClient] public partial class Chat { [ReceiveBinary] public partial MessageStream<byte[]> M(); [ReceiveBinary] public partial MessageStream<byte[]> N(); }").Generated).Value,
        StringComparison.Ordinal);

    [Fact]
    public void A_mistake_of_one_client_leaves_the_others() => Assert.Equal(
        "Chat.g.cs", Assert.Single(TestCompilation.Generate(Good + "public sealed record Bad; [WebSocketClient] public class Other;").Generated).Key);
}
