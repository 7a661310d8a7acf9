using NetWebSockets.Generators.Tests.Harness;

namespace NetWebSockets.Generators.Tests.Diagnostics;

public class MessageDiagnosticTests
{
    private const string Others = "public sealed record Say; public sealed record Heard; public sealed record Get;";

    [Theory]
    [InlineData("Send<Other>(\"x\")")]
    [InlineData("Receive<Other>(\"x\")")]
    [InlineData("Call<Other, int>(\"x\")")]
    [InlineData("Send<string>(\"x\")")]
    public async Task NWS0004_tells_a_message_of_a_class_that_is_no_client(string attribute) => await Analysis.TellsAsync(
        $"public class Other;\n[{attribute}] public sealed record Message;", ("NWS0004", attribute));

    [Fact]
    public async Task NWS0004_is_silent_when_the_attribute_is_on_another_part_of_the_client() => await Analysis.IsSilentAsync(
        Contract.WithClient("public partial class Chat { }\n" + Contract.Client));

    [Theory]
    [InlineData("Send", "sent")]
    [InlineData("Receive", "received")]
    public async Task NWS0005_tells_two_messages_with_one_discriminator(string kind, string verb)
    {
        string source = Contract.WithMessages($"[{kind}<Chat>(\"x\")] public sealed record Say(int A);\n[{kind}<Chat>(\"x\")] public sealed record Heard(int B);");

        await Analysis.TellsAsync(source, ("NWS0005", $"{kind}<Chat>(\"x\")"));

        Assert.Contains($"'Heard' and 'Say' are both {verb} by 'Chat' as 'x'", (await Analysis.DiagnoseAsync(source))[0].GetMessage(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Send<Nobody>(\"x\")")]
    [InlineData("Call<Chat, List<Nothing[]>>(\"x\")")]
    public async Task What_does_not_exist_is_left_to_the_compiler(string attribute) =>
        await Analysis.IsSilentAsync(Contract.WithMessages($"[{attribute}] public sealed record Get;"));

    [Fact]
    public async Task NWS0005_tells_two_calls_of_one_method() => await Analysis.TellsAsync(
        Contract.WithMessages("[Call<Chat, int>(\"x\")] public sealed record Get(int A);\n[Call<Chat, int>(\"x\")] public sealed record Say(int B);"),
        ("NWS0005", "Call<Chat, int>(\"x\")"));

    [Fact]
    public async Task NWS0005_is_silent_across_directions_and_clients() => await Analysis.IsSilentAsync(
        Contract.WithMessages(
            """
            [WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson))] public partial class Second;
            [Send<Chat>("x"), Receive<Chat>("x"), Receive<Second>("x")] public sealed record Say(int A);
            [Receive<Chat>("X")] public sealed record Heard(int B);
            """));

    [Theory]
    [InlineData("Call<Chat>(\"x\")", "Call<Chat, TReply>")]
    [InlineData("NetWebSockets.CallAttribute<Chat>(\"x\")", "Call<Chat, TReply>")]
    [InlineData("global::NetWebSockets.Call<Chat>(\"x\")", "Call<Chat, TReply>")]
    public async Task NWS0006_tells_a_call_without_a_reply_type(string attribute, string advice)
    {
        string source = Contract.WithMessages($"[{attribute}] public sealed record Say(int A);");

        await Analysis.TellsAsync(source, ("NWS0006", attribute));

        Assert.Contains(advice, (await Analysis.DiagnoseAsync(source))[0].GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NWS0006_is_silent_for_a_call_attribute_of_somebody_else() => await Analysis.IsSilentAsync(
        "namespace Mine { public class CallAttribute<T> : Attribute; [Call<int>] public class User; }");

    [Fact]
    public async Task NWS0006_is_silent_for_an_alias_with_a_reply_type() => await Analysis.IsSilentAsync(
        "using Call = NetWebSockets.CallAttribute<Chat, int>;\n" + Contract.WithMessages("[Call(\"x\")] public sealed record Get;"));

    [Fact]
    public async Task NWS0007_tells_a_call_of_a_client_without_calls() => await Analysis.TellsAsync(
        Contract.WithClient(Contract.Client.Replace("[Calls]", "", StringComparison.Ordinal)), ("NWS0007", "Call<Chat, int>(\"get\")"));

    [Fact]
    public async Task NWS0007_is_silent_without_calls() => await Analysis.IsSilentAsync(
        $$"""
        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson))] public partial class Chat;
        [Send<Chat>("say")] public sealed record Say;
        public sealed record Heard; public sealed record Get;
        {{Contract.Json}}
        """);

    [Fact]
    public async Task NWS0008_tells_a_record_and_a_reply_that_are_not_registered() => await Analysis.TellsAsync(
        Contract.WithMessages("[Call<Chat, Say[]>(\"x\")] public sealed record Other;"),
        ("NWS0008", "Call<Chat, Say[]>(\"x\")"), ("NWS0008", "Call<Chat, Say[]>(\"x\")"));

    [Fact]
    public async Task NWS0008_is_told_once_for_a_record_with_several_attributes() => await Analysis.TellsAsync(
        Contract.WithMessages("[Send<Chat>(\"x\"), Receive<Chat>(\"x\")] public sealed record Other;"), ("NWS0008", "Send<Chat>(\"x\")"));

    [Fact]
    public async Task NWS0008_is_silent_when_another_part_of_the_context_registers_the_type() => await Analysis.IsSilentAsync(
        Contract.WithMessages("[Call<Chat, Say[]>(\"x\")] public sealed record Other;")
        + "\n[JsonSerializable(typeof(Other))] partial class ChatJson; [JsonSerializable(typeof(Say[]))] partial class ChatJson;");

    [Theory]
    [InlineData("public abstract record Say;")]
    [InlineData("public static class Say { }")]
    [InlineData("public sealed record Open<T>(T Value);")]
    [InlineData("public class Data : System.IO.MemoryStream;")]
    public async Task NWS0009_tells_a_record_that_cannot_be_a_message(string declaration) => await Analysis.TellsAsync(
        Contract.WithMessages("[Send<Chat>(\"x\")] " + declaration), ("NWS0009", "Send<Chat>(\"x\")"));

    [Fact]
    public async Task NWS0009_tells_a_ref_struct() => await Analysis.TellsAsync(
        Contract.WithMessages("[Send<Chat>(\"x\")] public ref struct View;"), ("NWS0009", "Send<Chat>(\"x\")"));

    [Theory]
    [InlineData("Task<int>")]
    [InlineData("System.IO.Stream")]
    [InlineData("Action")]
    [InlineData("IDisposable")]
    [InlineData("List<IDisposable>")]
    [InlineData("int[,]")]
    [InlineData("IntPtr")]
    public async Task NWS0009_tells_a_reply_that_cannot_be_read(string reply) => await Analysis.TellsAsync(
        Contract.WithMessages($"[Call<Chat, {reply}>(\"x\")] public sealed record Get;"), ("NWS0009", $"Call<Chat, {reply}>(\"x\")"));

    [Fact]
    public async Task NWS0009_tells_a_collection_that_would_stand_beside_a_discriminator() => await Analysis.TellsAsync(
        Contract.WithMessages("[Send<Chat>(\"x\")] public class Say : List<int>;"), ("NWS0009", "Send<Chat>(\"x\")"));

    [Fact]
    public async Task NWS0009_is_silent_for_what_System_Text_Json_can_do() => await Analysis.IsSilentAsync(
        """
        [WebSocketClient(JsonContext = typeof(Json))]
        [Calls(Method = "/method", Params = "/params")]
        public partial class Chat;
        [Call<Chat, IReadOnlyList<Animal>>("a")] public class A : List<int>;
        [Call<Chat, System.Text.Json.Nodes.JsonNode>("b")] public sealed record B;
        [Call<Chat, System.Text.Json.JsonElement>("c")] public sealed record C;
        [Call<Chat, Dictionary<string, int?>>("d")] public readonly record struct D(int[][] Jagged);
        [JsonDerivedType(typeof(Cat), "cat")] public abstract record Animal;
        public sealed record Cat : Animal;
        [JsonSerializable(typeof(A)), JsonSerializable(typeof(B)), JsonSerializable(typeof(C)), JsonSerializable(typeof(D))]
        [JsonSerializable(typeof(IReadOnlyList<Animal>)), JsonSerializable(typeof(System.Text.Json.Nodes.JsonNode))]
        [JsonSerializable(typeof(System.Text.Json.JsonElement)), JsonSerializable(typeof(Dictionary<string, int?>))]
        public partial class Json : JsonSerializerContext;
        """);

    [Fact]
    public async Task NWS0011_tells_a_message_of_a_client_without_context() => await Analysis.TellsAsync(
        "[WebSocketClient(Discriminator = \"/type\")] public partial class Chat;\n[Send<Chat>(\"x\")] public sealed record Message;",
        ("NWS0011", "Send<Chat>(\"x\")"));

    [Fact]
    public async Task NWS0011_is_silent_without_messages() => await Analysis.IsSilentAsync("[WebSocketClient] public partial class Chat;");

    [Theory]
    [InlineData("Send<Chat>(\"x\")")]
    [InlineData("Receive<Chat>(\"x\")")]
    [InlineData("Call<Chat, int>(\"x\")")]
    public async Task NWS0014_tells_a_message_that_nothing_can_tell_apart(string attribute) => await Analysis.TellsAsync(
        $"[WebSocketClient(JsonContext = typeof(ChatJson)), Calls] public partial class Chat;\n[{attribute}] public sealed record Say;\n"
        + "public sealed record Heard; public sealed record Get;\n" + Contract.Json,
        ("NWS0014", attribute));

    [Fact]
    public async Task NWS0014_is_silent_for_calls_with_a_method_locator() => await Analysis.IsSilentAsync(
        "[WebSocketClient(JsonContext = typeof(ChatJson)), Calls(Method = \"/method\")] public partial class Chat;\n[Call<Chat, int>(\"x\")] public sealed record Say;\n"
        + "public sealed record Heard; public sealed record Get;\n" + Contract.Json);

    [Fact]
    public async Task NWS0017_tells_two_records_that_give_one_method() => await Analysis.TellsAsync(
        Contract.WithMessages("[Send<Chat>(\"a\")] public sealed record Say(string Text);\n[Send<Chat>(\"b\")] public sealed record SayCommand(string Words);")
        + "\n[JsonSerializable(typeof(SayCommand))] partial class ChatJson;",
        ("NWS0017", "Send<Chat>(\"b\")"));

    [Fact]
    public async Task NWS0017_says_how_one_record_is_received_under_two_values()
    {
        const string Twice = "[Receive<Chat>(\"a\"), Receive<Chat>(\"b\")] public sealed record Heard(string Text);";
        Assert.Contains("[Event]", Assert.Single(await Analysis.DiagnoseAsync(Contract.WithMessages(Twice))).GetMessage(null), StringComparison.Ordinal);

        await Analysis.IsSilentAsync(Contract.WithMessages(
            "public sealed record Heard(string Text); public partial class Chat { [Event(\"a\")] public partial MessageStream<Heard> A(); [Event(\"b\")] public partial MessageStream<Heard> B(); }"));
    }

    [Fact]
    public async Task NWS0017_tells_one_record_that_is_sent_as_two() => await Analysis.TellsAsync(
        Contract.WithMessages("[Send<Chat>(\"a\"), Send<Chat>(\"b\")] public sealed record Say(string Text);"), ("NWS0017", "Send<Chat>(\"b\")"));

    [Theory]
    [InlineData("public Task SayAsync(string text, CancellationToken token) => Task.CompletedTask;")]
    [InlineData("public int SayAsync;")]
    public async Task NWS0017_tells_a_member_that_the_class_has(string member) => await Analysis.TellsAsync(
        Contract.WithClient(Contract.Client.Replace("Chat;", $"Chat {{ {member} }}", StringComparison.Ordinal)), ("NWS0017", "Send<Chat>(\"say\")"));

    [Theory]
    [InlineData("Send", "Close")]
    [InlineData("Receive", "Unknown")]
    public async Task NWS0017_tells_a_member_that_every_client_has(string kind, string record) => await Analysis.TellsAsync(
        Contract.WithMessages($"[{kind}<Chat>(\"a\")] public sealed record {record};\n[JsonSerializable(typeof({record}))] partial class ChatJson;"),
        ("NWS0017", $"{kind}<Chat>(\"a\")"));

    [Fact]
    public async Task NWS0017_is_silent_for_overloads() => await Analysis.IsSilentAsync(
        Contract.WithClient(Contract.Client.Replace("Chat;", "Chat { public Task SayAsync(string text, int n) => Task.CompletedTask; }", StringComparison.Ordinal)));

    [Fact]
    public async Task NWS0018_tells_an_internal_record_of_a_public_client() => await Analysis.TellsAsync(
        Contract.WithMessages("[Send<Chat>(\"x\")] internal sealed record Hidden;"), ("NWS0018", "Send<Chat>(\"x\")"));

    [Fact]
    public async Task NWS0018_tells_an_internal_reply_of_a_public_client() => await Analysis.TellsAsync(
        Contract.WithMessages("[Call<Chat, List<Hidden>>(\"x\")] public sealed record Get;\ninternal sealed record Hidden;"),
        ("NWS0018", "Call<Chat, List<Hidden>>(\"x\")"));

    [Fact]
    public async Task NWS0018_tells_a_private_record_that_its_client_cannot_see() => await Analysis.TellsAsync(
        Contract.WithMessages("public partial class Outer { [Send<Chat>(\"x\")] private sealed record Hidden; }"), ("NWS0018", "Send<Chat>(\"x\")"));

    [Fact]
    public async Task NWS0018_is_silent_for_a_public_record_of_an_internal_client_and_private_neighbours() => await Analysis.IsSilentAsync(
        """
        internal partial class Outer
        {
            [WebSocketClient(Discriminator = "/type", JsonContext = typeof(Json))] private partial class Chat;
            [Send<Chat>("a")] private sealed record Private;
            [JsonSerializable(typeof(Private)), JsonSerializable(typeof(Public))] private partial class Json : JsonSerializerContext;
            [Send<Chat>("b")] public sealed record Public;
        }
        """);

    [Theory]
    [InlineData("-1")]
    [InlineData("0.0001")]
    [InlineData("double.NaN")]
    [InlineData("double.PositiveInfinity")]
    [InlineData("5e6")]
    public async Task NWS0019_tells_a_timeout_that_is_none(string seconds) => await Analysis.TellsAsync(
        Contract.WithMessages($"[Call<Chat, int>(\"x\", TimeoutSeconds = {seconds})] public sealed record Get;"), ("NWS0019", seconds));

    [Theory]
    [InlineData("0")]
    [InlineData("0.25")]
    [InlineData("86400")]
    public async Task NWS0019_is_silent_for_a_timeout(string seconds) => await Analysis.IsSilentAsync(
        Contract.WithMessages($"[Call<Chat, int>(\"x\", TimeoutSeconds = {seconds})] public sealed record Get;"));

    [Fact]
    public async Task NWS0022_tells_a_stream_of_the_latest_without_a_key() => await Analysis.TellsAsync(
        Contract.WithMessages("[Receive<Chat>(\"x\", FullMode = MessageStreamFullMode.Latest)] public sealed record Heard(string Room);"),
        ("NWS0022", "MessageStreamFullMode.Latest"));

    [Theory]
    [InlineData("public sealed record Heard(string Room);", "Rom")]
    [InlineData("public sealed record Heard { public static string Room => \"\"; }", "Room")]
    [InlineData("public sealed record Heard { public string Room { set { } } }", "Room")]
    [InlineData("public sealed record Heard { private string Room => \"\"; }", "Room")]
    [InlineData("public sealed record Heard { public string Room() => \"\"; }", "Room")]
    public async Task NWS0023_tells_a_key_that_cannot_be_read(string record, string key) => await Analysis.TellsAsync(
        Contract.WithMessages($"[Receive<Chat>(\"x\", Key = \"{key}\")] {record}"), ("NWS0023", $"\"{key}\""));

    [Theory]
    [InlineData("Capacity = -1", "-1")]
    [InlineData("FullMode = (MessageStreamFullMode)7", "(MessageStreamFullMode)7")]
    public async Task NWS0024_tells_a_setting_of_a_stream_that_is_out_of_range(string setting, string under) => await Analysis.TellsAsync(
        Contract.WithMessages($"[Receive<Chat>(\"x\", {setting})] public sealed record Heard(string Room);"), ("NWS0024", under));

    [Theory]
    [InlineData("Key = nameof(Heard.Room), FullMode = MessageStreamFullMode.Latest, Capacity = 1")]
    [InlineData("Key = nameof(Heard.Room)")]
    [InlineData("FullMode = MessageStreamFullMode.DropOldest, Capacity = 0")]
    public async Task NWS0022_to_NWS0024_are_silent_for_what_fits(string settings) => await Analysis.IsSilentAsync(
        Contract.WithMessages($"[Receive<Chat>(\"x\", {settings})] public sealed record Heard(string Room);"));

    [Theory]
    [InlineData("[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]", "string Type", "Type")]
    [InlineData("[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]", "string Type", "Type")]
    [InlineData("[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]", "string Type", "Type")]
    [InlineData("", "[property: JsonPropertyName(\"type\")] string Kind", "Kind")]
    public async Task NWS0020_warns_of_a_field_that_the_envelope_has(string options, string field, string under) => await Analysis.TellsAsync(
        $"{Contract.Client}\n[Send<Chat>(\"x\")] public sealed record Say({field});\n{Others.Replace("public sealed record Say; ", "", StringComparison.Ordinal)}\n{options}{Contract.Json}",
        ("NWS0020", under));

    [Theory]
    [InlineData("[Send<Chat>(\"x\")] public sealed record Say(string Type);")] // another case is another name
    [InlineData("[Send<Chat>(\"x\")] public sealed record Say([property: JsonIgnore] string type);")]
    [InlineData("[Receive<Chat>(\"x\")] public sealed record Say(string type);")] // reading what is there is no trouble
    public async Task NWS0020_is_silent_for_fields_beside_it(string message) => await Analysis.IsSilentAsync(Contract.WithMessages(message));

    [Fact]
    public async Task NWS0020_is_silent_when_parameters_have_their_own_object() => await Analysis.IsSilentAsync(
        $"{Contract.Client.Replace("[Calls]", "[Calls(Params = \"/params\")]", StringComparison.Ordinal)}\n[Call<Chat, int>(\"x\")] public sealed record Say(string type, int id);\n"
        + $"{Others.Replace("public sealed record Say; ", "", StringComparison.Ordinal)}\n{Contract.Json}");
}
