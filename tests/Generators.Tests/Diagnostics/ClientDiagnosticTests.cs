using NetWebSockets.Generators.Tests.Harness;

namespace NetWebSockets.Generators.Tests.Diagnostics;

public class ClientDiagnosticTests
{
    [Fact]
    public async Task The_contract_that_the_tests_change_is_good() => await Analysis.IsSilentAsync(Contract.WithClient(Contract.Client));

    [Fact]
    public async Task NWS0001_tells_a_client_that_is_not_partial() => await Analysis.TellsAsync(
        Contract.WithClient(Contract.Client.Replace("partial ", "", StringComparison.Ordinal)), ("NWS0001", "Chat"));

    [Fact]
    public async Task NWS0001_tells_each_containing_type_that_is_not_partial() => await Analysis.TellsAsync(
        """
        public class Outer { public struct Middle { [WebSocketClient] public partial class Chat; } }
        """,
        ("NWS0001", "Outer"), ("NWS0001", "Middle"));

    [Fact]
    public async Task NWS0001_tells_a_type_around_two_clients_once() => await Analysis.TellsAsync(
        "public class Outer { [WebSocketClient] public partial class One; [WebSocketClient] public partial class Two; }", ("NWS0001", "Outer"));

    [Fact]
    public async Task NWS0001_is_silent_when_all_around_the_client_is_partial() => await Analysis.IsSilentAsync(
        "public partial class Outer { public partial struct Middle { [WebSocketClient] public partial class Chat; } }");

    [Theory]
    [InlineData("public static partial class Chat;")]
    [InlineData("public abstract partial class Chat;")]
    [InlineData("public partial class Chat<T>;")]
    [InlineData("public partial record Chat;")]
    [InlineData("file partial class Chat;")]
    public async Task NWS0002_tells_a_client_that_is_no_plain_class(string declaration) =>
        await Analysis.TellsAsync("[WebSocketClient] " + declaration, ("NWS0002", "Chat"));

    [Fact]
    public async Task NWS0002_tells_a_client_inside_a_generic_type() => await Analysis.TellsAsync(
        "public partial class Outer<T> { [WebSocketClient] public partial class Chat; }", ("NWS0002", "Chat"));

    [Theory]
    [InlineData("public sealed partial class Chat;")]
    [InlineData("internal partial class Chat { public static int N; }")]
    public async Task NWS0002_is_silent_for_plain_classes(string declaration) => await Analysis.IsSilentAsync("[WebSocketClient] " + declaration);

    [Theory]
    [InlineData("public partial class Chat(string a) { public Chat() : this(\"\") { } public string A => a; }", "Chat")]
    [InlineData("public partial class Chat { public Chat(string a) { } private Chat(int b) { } }", "Chat")]
    [InlineData("public partial class Chat { public Chat(ref int a) { } }", "Chat")]
    [InlineData("public partial class Chat(out int a);", "(out int a)")]
    [InlineData("public partial class Chat { public Chat(ReadOnlySpan<char> a) { } }", "Chat")]
    public async Task NWS0003_tells_constructors_that_ConnectAsync_cannot_call(string declaration, string under) =>
        await Analysis.TellsAsync("[WebSocketClient] " + declaration, ("NWS0003", under));

    [Theory]
    [InlineData("public partial class Chat(string token) { public string Token => token; }")]
    [InlineData("public partial class Chat { public Chat() { } }")]
    [InlineData("public partial class Chat { private Chat(in int uri, params string[] cancellationToken) { } }")]
    public async Task NWS0003_is_silent_for_one_constructor(string declaration) => await Analysis.IsSilentAsync("[WebSocketClient(\"wss://chat.example\")] " + declaration);

    [Fact]
    public async Task NWS0003_is_silent_for_a_static_constructor_and_the_generated_one() => await Analysis.IsSilentAsync(
        "[WebSocketClient] public partial class Chat { static Chat() { } }");

    [Theory]
    [InlineData("public sealed class ChatJson;")]
    [InlineData("public abstract class ChatJson : JsonSerializerContext { protected ChatJson() : base(null) { } }")]
    public async Task NWS0010_tells_a_context_that_is_none(string context) => await Analysis.TellsAsync(
        "[WebSocketClient(JsonContext = typeof(ChatJson))] public partial class Chat;\n" + context, ("NWS0010", "typeof(ChatJson)"));

    [Fact]
    public async Task NWS0010_is_silent_for_a_context_derived_from_another() => await Analysis.IsSilentAsync(
        """
        [WebSocketClient(JsonContext = typeof(ChatJson))] public partial class Chat;
        public abstract class Base(System.Text.Json.JsonSerializerOptions? options) : JsonSerializerContext(options);
        public class ChatJson(System.Text.Json.JsonSerializerOptions? options) : Base(options)
        {
            protected override System.Text.Json.JsonSerializerOptions? GeneratedSerializerOptions => null;
            public override System.Text.Json.Serialization.Metadata.JsonTypeInfo? GetTypeInfo(Type type) => null;
        }
        """);

    [Theory]
    [InlineData("type")]
    [InlineData("$.type")]
    [InlineData("#/type")]
    [InlineData("/a~2b")]
    [InlineData("/a~")]
    [InlineData("")]
    public async Task NWS0012_tells_a_discriminator_that_is_no_pointer(string pointer) => await Analysis.TellsAsync(
        $"[WebSocketClient(Discriminator = \"{pointer}\")] public partial class Chat;", ("NWS0012", $"\"{pointer}\""));

    [Theory]
    [InlineData("Id", "id")]
    [InlineData("Method", "method")]
    [InlineData("Params", "params")]
    [InlineData("Result", "result")]
    [InlineData("Error", "error")]
    [InlineData("Id", "")]
    [InlineData("Method", "")]
    public async Task NWS0012_tells_a_locator_of_calls_that_is_no_pointer(string locator, string pointer) => await Analysis.TellsAsync(
        $"[WebSocketClient(Discriminator = \"/type\"), Calls({locator} = \"{pointer}\")] public partial class Chat;", ("NWS0012", $"\"{pointer}\""));

    [Theory]
    [InlineData("Params", "")]
    [InlineData("Result", "")]
    [InlineData("Error", "")]
    [InlineData("Id", "/a/~0~1/")]
    public async Task NWS0012_is_silent_for_pointers(string locator, string pointer) => await Analysis.IsSilentAsync(
        $"[WebSocketClient(Discriminator = \"/type\"), Calls({locator} = \"{pointer}\")] public partial class Chat;");

    [Theory]
    [InlineData("Id = \"/type\"", "\"/type\"")] // the method is at the discriminator
    [InlineData("Id = \"/x\", Method = \"/x\"", "\"/x\"")]
    [InlineData("Id = \"/x\", Method = \"/x/y\"", "\"/x\"")]
    [InlineData("Method = \"/m\", Id = \"/type/id\"", "\"/type\"")] // the discriminator's own argument
    [InlineData("Params = \"/id\"", "\"/id\"")]
    [InlineData("Params = \"/id/p\"", "\"/id/p\"")]
    [InlineData("Params = \"/p\", Method = \"/p/method\"", "\"/p\"")]
    [InlineData("Result = \"/id\"", "\"/id\"")]
    [InlineData("Error = \"/result\"", "\"/result\"")]
    [InlineData("Result = \"\", Error = \"\"", "\"\"")]
    public async Task NWS0013_tells_locators_that_cannot_stand_together(string calls, string under) => await Analysis.TellsAsync(
        $"[WebSocketClient(Discriminator = \"/type\"), Calls({calls})] public partial class Chat;", ("NWS0013", under));

    [Theory]
    [InlineData("Id = \"/h/id\", Method = \"/h/method\", Params = \"/h/params\"")]
    [InlineData("Result = \"\", Error = \"/status/error\", Id = \"/status/id\"")]
    [InlineData("Id = \"/typed\"")]
    public async Task NWS0013_is_silent_for_locators_side_by_side(string calls) => await Analysis.IsSilentAsync(
        $"[WebSocketClient(Discriminator = \"/type\"), Calls({calls})] public partial class Chat;");

    [Theory]
    [InlineData("chat.example/ws")]
    [InlineData("ftp://chat.example/ws")]
    [InlineData("wss://chat.example/ws#top")]
    [InlineData("wss://")]
    [InlineData("")]
    public async Task NWS0015_tells_an_address_that_is_none(string uri) => await Analysis.TellsAsync(
        $"[WebSocketClient(\"{uri}\")] public partial class Chat;", ("NWS0015", $"\"{uri}\""));

    [Theory]
    [InlineData("ws://127.0.0.1:5000/chat?a=b")]
    [InlineData("WSS://chat.example")]
    [InlineData("https://[::1]/ws")]
    public async Task NWS0015_is_silent_for_web_socket_addresses(string uri) =>
        await Analysis.IsSilentAsync($"[WebSocketClient(\"{uri}\")] public partial class Chat;");

    [Theory]
    [InlineData("\"a b\"")]
    [InlineData("\"\"")]
    [InlineData("\"a\", \"b\", \"a\"")]
    [InlineData("\"a,b\"")]
    [InlineData("\"grün\"")]
    public async Task NWS0016_tells_a_subprotocol_that_is_no_token(string items) => await Analysis.TellsAsync(
        $"[WebSocketClient(SubProtocols = [{items}])] public partial class Chat;", ("NWS0016", $"[{items}]"));

    [Theory]
    [InlineData("")]
    [InlineData("\"graphql-transport-ws\", \"ocpp1.6\", \"A\", \"a\"")]
    public async Task NWS0016_is_silent_for_tokens(string items) =>
        await Analysis.IsSilentAsync($"[WebSocketClient(SubProtocols = [{items}])] public partial class Chat;");

    [Theory]
    [InlineData("public interface IChat;")]
    [InlineData("public sealed partial class IChat;")]
    public async Task NWS0021_tells_a_type_with_the_name_of_the_interface(string type) =>
        await Analysis.TellsAsync("[WebSocketClient] public partial class Chat;\n" + type, ("NWS0021", "Chat"));

    [Theory]
    [InlineData("public partial interface IChat { int Extra() => 1; }")]
    [InlineData("public interface IChat<T>;")]
    [InlineData("namespace Other { public interface IChat; }")]
    public async Task NWS0021_is_silent_for_a_part_of_the_interface_and_other_types(string type) =>
        await Analysis.IsSilentAsync("[WebSocketClient] public partial class Chat;\n" + type);
}
