namespace NetWebSockets.Generators.Tests.Diagnostics;

/// <summary>A contract in which a test changes one part.</summary>
internal static class Contract
{
    /// <summary>The client and what stands around it.</summary>
    public const string Client =
        """
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson))]
        [Calls]
        public partial class Chat;
        """;

    public const string Json =
        """
        [JsonSerializable(typeof(Say)), JsonSerializable(typeof(Heard)), JsonSerializable(typeof(Get)), JsonSerializable(typeof(int))]
        public partial class ChatJson : JsonSerializerContext;
        """;

    private const string Messages =
        """
        [Send<Chat>("say")] public sealed record Say(string Text);
        [Receive<Chat>("heard")] public sealed record Heard(string Text);
        [Call<Chat, int>("get")] public sealed record Get(string Key);
        """;

    public static string WithClient(string client) => $"{client}\n{Messages}\n{Json}";

    public static string WithMessages(string messages) => $"{Client}\n{messages}\n{Json}\n{Missing(messages)}";

    // The context names these three; a test that replaces them declares what it does not use.
    private static string Missing(string messages) => string.Join(
        "\n",
        new[] { "Say", "Heard", "Get" }.Where(n => !messages.Contains($"record {n}", StringComparison.Ordinal) && !messages.Contains($"class {n}", StringComparison.Ordinal)).Select(static n => $"public sealed record {n};"));
}
