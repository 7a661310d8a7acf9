using Verifier = NetWebSockets.Generators.CodeFixes.Tests.CodeFixVerifier<
    NetWebSockets.Generators.Analyzers.MessageAnalyzer,
    NetWebSockets.Generators.CodeFixes.RegisterJsonTypeCodeFix>;

namespace NetWebSockets.Generators.CodeFixes.Tests;

public class RegisterJsonTypeCodeFixTests
{
    private const string Client =
        """
        using System.Collections.Generic;
        using System.Text.Json.Serialization;
        using NetWebSockets;

        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson)), Calls]
        public partial class Chat;


        """;

    [Fact]
    public Task An_attribute_is_added_below_those_that_are_there() => Verifier.VerifyAsync(
        Client +
        """
        [{|NWS0008:Send<Chat>("say")|}]
        public sealed record Say(string Text);

        public sealed record Other;

        /// <summary>A context.</summary>
        [JsonSerializable(typeof(Other))]
        public partial class ChatJson : JsonSerializerContext;
        """,
        Client +
        """
        [Send<Chat>("say")]
        public sealed record Say(string Text);

        public sealed record Other;

        /// <summary>A context.</summary>
        [JsonSerializable(typeof(Other))]
        [JsonSerializable(typeof(Say))]
        public partial class ChatJson : JsonSerializerContext;
        """);

    [Fact]
    public Task A_context_without_attributes_keeps_its_documentation_above() => Verifier.VerifyAsync(
        Client.Replace("typeof(ChatJson)", "typeof(Outer.ChatJson)", StringComparison.Ordinal) +
        """
        [{|NWS0008:Send<Chat>("say")|}]
        public sealed record Say(string Text);

        public partial class Outer
        {
            /// <summary>The context.</summary>
            public partial class ChatJson : JsonSerializerContext;
        }
        """,
        Client.Replace("typeof(ChatJson)", "typeof(Outer.ChatJson)", StringComparison.Ordinal) +
        """
        [Send<Chat>("say")]
        public sealed record Say(string Text);

        public partial class Outer
        {
            /// <summary>The context.</summary>
            [JsonSerializable(typeof(Say))]
            public partial class ChatJson : JsonSerializerContext;
        }
        """);

    [Fact]
    public Task Replies_are_added_as_they_are_written() => Verifier.VerifyAsync(
        Client +
        """
        [{|NWS0008:Call<Chat, Dictionary<string, Item[]>>("get")|}]
        public sealed record Get;

        public sealed record Item;

        [JsonSerializable(typeof(Get))]
        public partial class ChatJson : JsonSerializerContext;
        """,
        Client +
        """
        [Call<Chat, Dictionary<string, Item[]>>("get")]
        public sealed record Get;

        public sealed record Item;

        [JsonSerializable(typeof(Get))]
        [JsonSerializable(typeof(Dictionary<string, Item[]>))]
        public partial class ChatJson : JsonSerializerContext;
        """);

    [Fact]
    public Task All_missing_types_are_added_at_once_to_a_context_in_another_document() => Verifier.VerifyAsync(
        [
            Client +
            """
            [{|NWS0008:Send<Chat>("say")|}]
            public sealed record Say(string Text);

            [{|NWS0008:{|NWS0008:Call<Chat, List<int>>("get")|}|}]
            public sealed record Get;
            """,
            """
            namespace Deep
            {
                [{|NWS0008:NetWebSockets.Send<Chat>("more")|}]
                public sealed record More;
            }
            """,
            """
            namespace Elsewhere { class Nothing; }

            [System.Text.Json.Serialization.JsonSourceGenerationOptions]
            public partial class ChatJson : System.Text.Json.Serialization.JsonSerializerContext;
            """,
        ],
        [
            Client +
            """
            [Send<Chat>("say")]
            public sealed record Say(string Text);

            [Call<Chat, List<int>>("get")]
            public sealed record Get;
            """,
            """
            namespace Deep
            {
                [NetWebSockets.Send<Chat>("more")]
                public sealed record More;
            }
            """,
            """
            namespace Elsewhere { class Nothing; }

            [System.Text.Json.Serialization.JsonSourceGenerationOptions]
            [System.Text.Json.Serialization.JsonSerializable(typeof(Say))]
            [System.Text.Json.Serialization.JsonSerializable(typeof(Get))]
            [System.Text.Json.Serialization.JsonSerializable(typeof(System.Collections.Generic.List<int>))]
            [System.Text.Json.Serialization.JsonSerializable(typeof(Deep.More))]
            public partial class ChatJson : System.Text.Json.Serialization.JsonSerializerContext;
            """,
        ]);

    [Fact]
    public Task The_declaration_that_has_the_others_gets_the_attribute() => Verifier.VerifyAsync(
        Client +
        """
        [{|NWS0008:Send<Chat>("say")|}]
        public sealed record Say(string Text);

        public partial class ChatJson;

        [JsonSerializable(typeof(int))]
        public partial class ChatJson : JsonSerializerContext;
        """,
        Client +
        """
        [Send<Chat>("say")]
        public sealed record Say(string Text);

        public partial class ChatJson;

        [JsonSerializable(typeof(int))]
        [JsonSerializable(typeof(Say))]
        public partial class ChatJson : JsonSerializerContext;
        """);
}
