using Verifier = NetWebSockets.Generators.CodeFixes.Tests.CodeFixVerifier<
    NetWebSockets.Generators.Analyzers.MethodAnalyzer,
    NetWebSockets.Generators.CodeFixes.RegisterJsonTypeCodeFix>;

namespace NetWebSockets.Generators.CodeFixes.Tests;

public class RegisterJsonTypeOfMethodTests
{
    [Fact]
    public Task What_a_method_takes_and_returns_is_added() => Verifier.VerifyAsync(Source("", "{|NWS0008:{|NWS0008:Get|}|}"), Source("[JsonSerializable(typeof(DayOfWeek))]\n[JsonSerializable(typeof(Item))]\n", "Get"));

    private static string Source(string registered, string name) =>
        $$"""
        using System;
        using System.Text.Json.Serialization;
        using System.Threading.Tasks;
        using NetWebSockets;

        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson)), Calls]
        public partial class Chat
        {
            [Call("get")] public partial Task<Item> {{name}}(DayOfWeek day, string text);
        }

        public sealed record Item(int Number);

        [JsonSerializable(typeof(string))]
        {{registered}}public partial class ChatJson : JsonSerializerContext { }
        """;
}
