using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Tests.Harness;

namespace NetWebSockets.Generators.Tests.Diagnostics;

/// <summary>What is told of several discriminators, templates, JSON-RPC, and of all that keeps a connection.</summary>
public class ProtocolDiagnosticTests
{
    private const string Json =
        """

        [JsonSerializable(typeof(Out)), JsonSerializable(typeof(In)), JsonSerializable(typeof(int)), JsonSerializable(typeof(Any)), JsonSerializable(typeof(Like))] public partial class Json : JsonSerializerContext;
        """;

    // A client with one record each way; a test adds attributes to the class.
    private static string Client(string attributes, string discriminator = "/op /t", string body = ";") =>
        $"[WebSocketClient(Discriminator = \"{discriminator}\", JsonContext = typeof(Json))] {attributes} public partial class Chat{body}\n"
        + "[Send<Chat>(1)] public sealed record Out(string Text);\n[Receive<Chat>(2)] public sealed record In(string Text);\npublic sealed record Any; public sealed record Like;" + Json;

    private static string Messages(string messages, string client = "[WebSocketClient(Discriminator = \"/op /t\", JsonContext = typeof(Json))] public partial class Chat;") =>
        $"{client}\n{messages}\n"
        + string.Concat(new[] { "In", "Out", "Any", "Like" }.Where(n => !messages.Contains($"record {n}", StringComparison.Ordinal)).Select(static n => $"public sealed record {n}; ")) + Json;

    [Theory]
    [InlineData("op /t", "NWS0012")]
    [InlineData("/op /t~2", "NWS0012")]
    [InlineData("/op /op", "NWS0013")]
    public async Task A_discriminator_of_several_that_is_wrong(string discriminator, string id) =>
        await Analysis.TellsAsync($"[WebSocketClient(Discriminator = \"{discriminator}\")] public partial class Chat;", (id, $"\"{discriminator}\""));

    [Theory]
    [InlineData("/a b/c d")]
    [InlineData("/a /b /c/0/d")]
    public async Task Discriminators_that_are_right(string discriminator) =>
        await Analysis.IsSilentAsync($"[WebSocketClient(Discriminator = \"{discriminator}\")] public partial class Chat;");

    [Theory]
    [InlineData("Receive<Chat>(1.5)", "1.5")]
    [InlineData("Receive<Chat>(0, null)", "null")]
    [InlineData("Receive<Chat>(typeof(int))", "typeof(int)")]
    [InlineData("Receive<Chat>('c')", "'c'")]
    [InlineData("Receive<Chat>(0, \"a{b\")", "\"a{b\"")]
    [InlineData("Receive<Chat>(0, \"a}b\")", "\"a}b\"")]
    [InlineData("Receive<Chat>(0, \"{a}{b}\")", "\"{a}{b}\"")]
    [InlineData("Receive<Chat>(0, \"{a}.{a}\")", "\"{a}.{a}\"")]
    [InlineData("Receive<Chat>(0, 1, 2)", "Receive<Chat>(0, 1, 2)")]
    [InlineData("Receive<Chat>", "Receive<Chat>")]
    [InlineData("Receive<Chat>(Discriminator.Any)", "Receive<Chat>(Discriminator.Any)")]
    [InlineData("Send<Chat>(Discriminator.Present)", "Discriminator.Present")]
    [InlineData("Send<Chat>(1, 2, 3)", "Send<Chat>(1, 2, 3)")]
    public async Task NWS0026_tells_values_that_are_none(string attribute, string under) =>
        await Analysis.TellsAsync(Messages($"[{attribute}] public sealed record In(string Text);"), ("NWS0026", under));

    [Theory]
    [InlineData("Receive<Chat>(0, \"a{b}c\")")]
    [InlineData("Receive<Chat>(Discriminator.Absent, true)")]
    [InlineData("Receive<Chat>(byte.MaxValue, ulong.MaxValue)")]
    [InlineData("Receive<Chat>(MessageFraming.Delimited)")]
    [InlineData("Send<Chat>(Discriminator.Any, \"a{b\")")]
    [InlineData("Send<Chat>")]
    public async Task NWS0026_is_silent_for_values(string attribute) => await Analysis.IsSilentAsync(Messages($"[{attribute}] public sealed record In(string Text);"));

    [Fact]
    public async Task NWS0026_says_where_in_the_template()
    {
        Diagnostic found = Assert.Single(await Analysis.DiagnoseAsync(Messages("[Receive<Chat>(0, \"ab{\")] public sealed record In(string Text);")));

        Assert.Contains("at 3", found.GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NWS0005_tells_two_messages_with_the_same_values() => await Analysis.TellsAsync(
        Messages("[Receive<Chat>(0, \"a{x}\")] public sealed record In; [Receive<Chat>(0, \"a{x}\")] public sealed record Out;"), ("NWS0005", "Receive<Chat>(0, \"a{x}\")"));

    [Fact]
    public async Task NWS0005_is_silent_where_one_value_differs() => await Analysis.IsSilentAsync(
        Messages("[Receive<Chat>(0, \"a\")] public sealed record In; [Receive<Chat>(0, Discriminator.Absent)] public sealed record Out; [Receive<Chat>(0)] public sealed record Any; [Receive<Chat>(0, \"{a}\")] public sealed record Like;"));

    [Fact]
    public async Task NWS0027_tells_a_template_that_another_one_covers() => await Analysis.TellsAsync(
        Messages("[Receive<Chat>(0, \"trade.{symbol}\")] public sealed record In; [Receive<Chat>(0, \"trade.{market}\")] public sealed record Out;"),
        ("NWS0027", "Receive<Chat>(0, \"trade.{market}\")"));

    [Fact]
    public async Task NWS0027_is_silent_for_templates_that_differ() => await Analysis.IsSilentAsync(
        Messages("[Receive<Chat>(0, \"trade.{symbol}\")] public sealed record In; [Receive<Chat>(0, \"trade.x{symbol}\")] public sealed record Out; [Receive<Chat>(1, \"trade.{symbol}\")] public sealed record Any;"));

    [Theory]
    [InlineData("Payload = \"d\"", "NWS0012", "\"d\"")]
    [InlineData("Payload = \"/t/d\"", "NWS0013", "Send<Chat>(0, \"x\", Payload = \"/t/d\")")]
    [InlineData("Payload = \"/op\"", "NWS0013", "Send<Chat>(0, \"x\", Payload = \"/op\")")]
    public async Task The_payload_of_what_is_sent_stands_apart(string payload, string id, string under) =>
        await Analysis.TellsAsync(Messages($"[Send<Chat>(0, \"x\", {payload})] public sealed record Out(string Text);"), (id, under));

    [Fact]
    public async Task What_is_received_may_be_told_by_what_is_in_its_payload() => await Analysis.IsSilentAsync(
        Messages("[Receive<Chat>(\"trade\", Payload = \"/data\")] public sealed record In(string Text);", "[WebSocketClient(Discriminator = \"/data/e\", JsonContext = typeof(Json))] public partial class Chat;"));

    [Theory]
    [InlineData("[Send<Chat>(9)] public sealed record Out(string Text);", "Send<Chat>(9)")]
    [InlineData("[Call<Chat, int>(\"m\")] public sealed record Out(string Text);", "Call<Chat, int>(\"m\")")]
    public async Task NWS0028_tells_a_record_without_a_place_in_an_array(string message, string under) => await Analysis.TellsAsync(
        Messages(message, "[WebSocketClient(Discriminator = \"/0\", JsonContext = typeof(Json)), Calls(Id = \"/1\")] public partial class Chat;"), ("NWS0028", under));

    [Fact]
    public async Task NWS0028_is_silent_for_a_record_with_a_position() => await Analysis.IsSilentAsync(Messages(
        "[Send<Chat>(9, Payload = \"/1\")] public sealed record Out(string Text); [Call<Chat, int>(\"m\")] public sealed record In(string Text);",
        "[WebSocketClient(Discriminator = \"/0\", JsonContext = typeof(Json)), Calls(Id = \"/1\", Params = \"/2\")] public partial class Chat;"));

    [Theory]
    [InlineData("Request = \"[2,{id},{method},{parameters}]\"", "at 18, {parameters} means nothing here")]
    [InlineData("Request = \"[2,{id},{id}]\"", "at 9, {id} is there twice")]
    [InlineData("Request = \"[2,{method}]\"", "{id} is missing")]
    [InlineData("Request = \"[2,{id}\"", "at 8, ',' or ']' is missing")]
    [InlineData("Request = \"[2,{id}] x\"", "at 10, something stands after the end")]
    [InlineData("Request = \"[2.5,{id}]\"", "at 2, 2.5 is no value that can be compared")]
    [InlineData("Request = \"{\\\"a\\\":{id},\\\"a\\\":1}\"", "at 11, the property \"a\" is there twice")]
    [InlineData("Request = \"{\\\"a\\\":\\\"{id}\\\"}\"", "at 6, {id} stands in quotes")]
    [InlineData("Request = \"{\\\"a\\\" {id}}\"", "at 6, ':' is missing")]
    [InlineData("Request = \"[nothing,{id}]\"", "at 2, nothing is no value")]
    [InlineData("Request = \"[,{id}]\"", "at 2, ',' is no JSON")]
    [InlineData("Request = \"/id\"", "at 1, '/' is no JSON")]
    [InlineData("Request = \"[\\\"\\\\q\\\",{id}]\"", "this is no escape of JSON")]
    [InlineData("Result = \"[3,{result}]\"", "{id} is missing")]
    [InlineData("Result = \"[3,{id},{error}]\"", "at 9, {error} means nothing here")]
    [InlineData("Error = \"[4,{id},{result}]\"", "at 9, {result} means nothing here")]
    [InlineData("Item = \"[5,{id}]\"", "{item} is missing")]
    [InlineData("End = \"[6,{item}]\"", "at 4, {item} means nothing here")]
    [InlineData("Cancel = \"[7,{id},{params}]\"", "at 9, {params} means nothing here")]
    [InlineData("StreamRequest = \"[8]\"", "{id} is missing")]
    public async Task NWS0025_tells_what_is_wrong_with_a_template_and_where(string calls, string what)
    {
        Diagnostic found = Assert.Single(await Analysis.DiagnoseAsync($"[WebSocketClient, Calls({calls})] public partial class Chat;"));

        Assert.Equal("NWS0025", found.Id);
        Assert.Contains(what, found.GetMessage(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Request = \"[2,{id},{method},{params}]\", Id = \"/1\"", "\"/1\"")]
    [InlineData("Result = \"[3,{id},{result}]\", Error = \"[4,9,{id},{error}]\"", "\"[4,9,{id},{error}]\"")]
    [InlineData("Result = \"[{id},{result}]\", Error = \"[{id},{error}]\"", "\"[{id},{error}]\"")]
    [InlineData("Ok = \"/ok\", OkValue = 1.5", "1.5")]
    [InlineData("IdKind = (CallIdKind)7", "(CallIdKind)7")]
    public async Task NWS0029_tells_calls_that_contradict_themselves(string calls, string under) =>
        await Analysis.TellsAsync($"[WebSocketClient, Calls({calls})] public partial class Chat;", ("NWS0029", under));

    [Theory]
    [InlineData("Request = \"[2,{id},{method},{params}]\", Result = \"[3,{id},{result}]\", Error = \"[4,{id},{code},{message},{data}]\"")]
    [InlineData("Result = \"\", Error = \"\", Ok = \"/ok\", OkValue = \"yes\"")]
    [InlineData("ReplyId = \"/re\", ErrorCode = \"/error/n\", ErrorMessage = \"/error/s\", MaxInFlight = 3")]
    [InlineData("Scope = \"/session\", ErrorType = null")]
    public async Task Calls_that_are_right(string calls) => await Analysis.IsSilentAsync($"[WebSocketClient, Calls({calls})] public partial class Chat;");

    [Theory]
    [InlineData("Scope = \"/id\"", "\"/id\"")]
    [InlineData("Scope = \"/type/x\"", "\"/type/x\"")]
    [InlineData("Params = \"/p\", Scope = \"/p/s\"", "\"/p/s\"")]
    [InlineData("ReplyId = \"/type\"", "\"/type\"")]
    [InlineData("Ok = \"/id\"", "\"/id\"")]
    [InlineData("Request = \"{\\\"type\\\":{id},\\\"m\\\":{method}}\"", "\"{\\\"type\\\":{id},\\\"m\\\":{method}}\"")]
    public async Task NWS0013_tells_calls_that_clash_with_the_discriminator_or_each_other(string calls, string under) =>
        await Analysis.TellsAsync($"[WebSocketClient(Discriminator = \"/type\"), Calls({calls})] public partial class Chat;", ("NWS0013", under));

    [Fact]
    public async Task NWS0013_tells_a_second_discriminator_at_the_id() => await Analysis.TellsAsync(
        "[WebSocketClient(Discriminator = \"/type /id\"), Calls] public partial class Chat;", ("NWS0013", "\"/type /id\""));

    [Fact]
    public async Task The_type_of_errors_is_registered_and_seen() => await Analysis.TellsAsync(
        """
        public sealed record Failure(int Code);
        [WebSocketClient(JsonContext = typeof(None)), Calls(ErrorType = typeof(Failure))] public partial class Chat;
        public partial class None() : JsonSerializerContext(null)
        {
            protected override System.Text.Json.JsonSerializerOptions? GeneratedSerializerOptions => null;
            public override System.Text.Json.Serialization.Metadata.JsonTypeInfo? GetTypeInfo(Type type) => null;
        }
        """,
        ("NWS0008", "typeof(Failure)"));

    [Theory]
    [InlineData("Delimiter = '\\n'", "'\\n'")]
    [InlineData("Framing = MessageFraming.Delimited, Delimiter = 'é'", "'é'")]
    [InlineData("Framing = (MessageFraming)9", "(MessageFraming)9")]
    [InlineData("Codec = typeof(string)", "typeof(string)")]
    [InlineData("Codec = typeof(Abstract)", "typeof(Abstract)")]
    [InlineData("Codec = typeof(Closed)", "typeof(Closed)")]
    [InlineData("Codec = typeof(Open), Framing = MessageFraming.JsonArray", "typeof(Open)")]
    public async Task NWS0031_tells_framing_that_contradicts_itself(string wire, string under) => await Analysis.TellsAsync(Codecs(wire), ("NWS0031", under));

    [Theory]
    [InlineData("Framing = MessageFraming.Delimited, Delimiter = '\\n'")]
    [InlineData("Codec = typeof(Open)")]
    public async Task NWS0031_is_silent_for_framing(string wire) => await Analysis.IsSilentAsync(Codecs(wire));

    private static string Codecs(string wire) =>
        $$"""
        [WebSocketClient({{wire}})] public partial class Chat;
        public abstract class Abstract : IMessageCodec
        {
            public bool TryRead(MessageKind kind, ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> json) => throw new NotSupportedException();

            public MessageKind Write(ReadOnlySpan<byte> json, System.Buffers.IBufferWriter<byte> output) => kind;

            private readonly MessageKind kind;
        }

        public sealed class Closed : Abstract { private Closed() { } }
        public sealed class Open : Abstract;
        """;

    [Theory]
    [InlineData("Heartbeat", "Heartbeat")]
    [InlineData("Heartbeat(\"\", Seconds = 1)", "Heartbeat(\"\", Seconds = 1)")]
    [InlineData("Heartbeat(Seconds = -1)", "-1")]
    [InlineData("Heartbeat(Seconds = 0)", "0")]
    [InlineData("Heartbeat(Seconds = double.NaN)", "double.NaN")]
    [InlineData("Heartbeat(IntervalFrom = typeof(In))", "typeof(In)")]
    [InlineData("Heartbeat(Seconds = 1, Interval = \"/x\")", "\"/x\"")]
    [InlineData("Heartbeat(Seconds = 1, IntervalUnit = 0)", "0")]
    [InlineData("Heartbeat(Seconds = 1, Reply = typeof(In), ReplyText = \"x\")", "\"x\"")]
    [InlineData("Heartbeat(Seconds = 1, ReplyText = \"\")", "\"\"")]
    [InlineData("Heartbeat(Seconds = 1, ReplySeconds = 5)", "5")]
    [InlineData("Heartbeat(Seconds = 1, SilenceSeconds = -5)", "-5")]
    [InlineData("Heartbeat<Out>(Seconds = 1)", "Heartbeat<Out>(Seconds = 1)")] // takes a string that must be there
    [InlineData("Heartbeat(Seconds = 1), Heartbeat<Beat>(Seconds = 1)", "Heartbeat<Beat>(Seconds = 1)")]
    public async Task NWS0033_tells_a_heartbeat_that_contradicts_itself(string heartbeat, string under) =>
        await Analysis.TellsAsync(Client($"[{heartbeat}]") + " public sealed record Beat;", ("NWS0033", under));

    [Theory]
    [InlineData("Heartbeat(Seconds = 0.5, SilenceSeconds = 3, Jitter = true)")]
    [InlineData("Heartbeat(\"{\\\"op\\\":{sequence}}\", IntervalFrom = typeof(In), Interval = \"/d/0\", Reply = typeof(In), ReplySeconds = 1, RequestedBy = typeof(In))")]
    public async Task A_heartbeat_that_is_right(string heartbeat) => await Analysis.IsSilentAsync(Client($"[{heartbeat}]"));

    [Fact]
    public async Task What_answers_a_heartbeat_may_be_the_item_of_an_event()
    {
        string source = Client("[Heartbeat(Seconds = 1, Reply = typeof(Like))]", body: " { [Event(\"pong\")] public partial MessageStream<Like> Pongs(); }");

        await Analysis.IsSilentAsync(source);
        Assert.Empty(TestCompilation.Generate(source).Compilation.Complaints());
    }

    [Fact]
    public async Task Parameters_stand_by_position_in_any_client_that_says_so()
    {
        string source = Client("[Calls(Method = \"/m\", Params = \"/p\", Positional = true)]", body: " { [Call(\"add\")] public partial Task<int> AddAsync(int one, int two); }");

        await Analysis.IsSilentAsync(source);
        (Compilation compilation, IReadOnlyDictionary<string, string> generated) = TestCompilation.Generate(source);
        Assert.Empty(compilation.Complaints());
        Assert.DoesNotContain("FieldName", Assert.Single(generated).Value, StringComparison.Ordinal); // an array has no names
    }

    [Theory]
    [InlineData("int? sequence")]
    [InlineData("ulong? sequence")]
    [InlineData("string? sequence")]
    [InlineData("")]
    public async Task The_record_of_a_heartbeat_takes_the_sequence_or_nothing(string parameters)
    {
        string source = Messages($"[Send<Chat>(1)] public sealed record Out({parameters});", "[WebSocketClient(Discriminator = \"/op\", JsonContext = typeof(Json)), Heartbeat<Out>(Seconds = 1)] public partial class Chat;");

        await Analysis.IsSilentAsync(source);
        Assert.Empty(TestCompilation.Generate(source).Compilation.Complaints());
    }

    [Theory]
    [InlineData("Heartbeat(Seconds = 1, Reply = typeof(Out))", "typeof(Out)")]
    [InlineData("Heartbeat(Seconds = 1, RequestedBy = typeof(int))", "typeof(int)")]
    [InlineData("Heartbeat(IntervalFrom = typeof(Out), Interval = \"/x\")", "typeof(Out)")]
    [InlineData("Heartbeat<Beat>(Seconds = 1)", "Heartbeat<Beat>(Seconds = 1)")]
    [InlineData("Resume(From = typeof(Out), State = \"/s\")", "typeof(Out)")]
    [InlineData("Resume(ReplaceBy = typeof(Out))", "typeof(Out)")]
    [InlineData("Resume(From = typeof(In), State = \"/s\", EndedBy = typeof(Out))", "typeof(Out)")]
    public async Task NWS0032_tells_a_record_that_is_none_of_the_messages(string attribute, string under) =>
        await Analysis.TellsAsync(Client($"[{attribute}]") + " public sealed record Beat;", ("NWS0032", under));

    [Theory]
    [InlineData("Resume", "Resume")]
    [InlineData("Resume(State = \"/s\")", "\"/s\"")]
    [InlineData("Resume(Sequence = \"/n\", Address = \"/a\")", "\"/a\"")]
    [InlineData("Resume(From = typeof(In))", "typeof(In)")]
    [InlineData("Resume(Sequence = \"/n\", ReplaceAddress = \"/a\")", "\"/a\"")]
    [InlineData("Resume(Sequence = \"/n\", Resumable = \"/a\")", "\"/a\"")]
    [InlineData("Resume(Sequence = \"/n\", WithinSeconds = -1)", "-1")]
    [InlineData("Resume(Sequence = \"/n\", Query = \"s={state}\")", "\"s={state}\"")]
    [InlineData("Resume(From = typeof(In), State = \"/s\", Query = \"n={sequence}\")", "\"n={sequence}\"")]
    [InlineData("Resume(Sequence = \"/n\", Query = \"n={number}\")", "\"n={number}\"")]
    [InlineData("Resume(Sequence = \"/n\", Query = \"i={/id}\")", "\"i={/id}\"")]
    [InlineData("Resume(From = typeof(In), State = \"/s\", Query = \"i={/a~2}\")", "\"i={/a~2}\"")]
    public async Task NWS0034_tells_resuming_that_contradicts_itself(string resume, string under) => await Analysis.TellsAsync(Client($"[{resume}]"), ("NWS0034", under));

    [Fact]
    public async Task Resuming_that_is_right() => await Analysis.IsSilentAsync(Client(
        "[Resume(Sequence = \"/n\", From = typeof(In), State = \"/s\", Address = \"/a\", Query = \"s={state}&n={sequence}&i={/id}\", WithinSeconds = 60, ReplaceBy = typeof(In), ReplaceAddress = \"/x\", EndedBy = typeof(In), Resumable = \"/y\")]"));

    [Theory]
    [InlineData("Resume(Sequence = \"n\")", "\"n\"")]
    [InlineData("Heartbeat(IntervalFrom = typeof(In), Interval = \"\")", "\"\"")]
    [InlineData("Acknowledge(\"n\", \"{value}\")", "\"n\"")]
    public async Task NWS0012_tells_places_of_the_session(string attribute, string under) => await Analysis.TellsAsync(Client($"[{attribute}]"), ("NWS0012", under));

    [Theory]
    [InlineData("Fatal = [999]", "[999]")]
    [InlineData("Retry = [5000]", "[5000]")]
    [InlineData("Fatal = [4000, 4000]", "[4000, 4000]")]
    [InlineData("Fatal = [4000], Resume = [4000]", "[4000]")]
    [InlineData("Abort = 1006", "1006")]
    [InlineData("Abort = -1", "-1")]
    public async Task NWS0035_tells_close_codes_that_contradict_themselves(string codes, string under) =>
        await Analysis.TellsAsync($"[WebSocketClient, CloseCodes({codes})] public partial class Chat;", ("NWS0035", under));

    [Fact]
    public async Task Close_codes_that_are_right() => await Analysis.IsSilentAsync(
        "[WebSocketClient, CloseCodes(Fatal = [1002, 4999], NewSession = [1000], Resume = [1006], Retry = [4000], Abort = 4900)] public partial class Chat;");

    [Theory]
    [InlineData("OutboundLimit(0)", "0")]
    [InlineData("OutboundLimit(-1)", "-1")]
    [InlineData("OutboundLimit(1, PerSeconds = 0)", "0")]
    [InlineData("OutboundLimit(MaxBytes = -1)", "-1")]
    [InlineData("OutboundLimit", "OutboundLimit")]
    [InlineData("Calls(MaxInFlight = -1)", "-1")]
    [InlineData("Acknowledge(\"/n\", \"{value}\", Cumulative = true, EverySeconds = 0)", "0")]
    public async Task NWS0030_tells_limits_that_are_none(string attribute, string under) =>
        await Analysis.TellsAsync($"[WebSocketClient, {attribute}] public partial class Chat;", ("NWS0030", under));

    [Fact]
    public async Task NWS0025_tells_an_acknowledgement_of_nothing() => await Analysis.TellsAsync(
        "[WebSocketClient, Acknowledge(\"/n\", \"{}\")] public partial class Chat;", ("NWS0025", "\"{}\""));

    [Theory]
    [InlineData("[OnConnected] void M(ConnectScript s, CancellationToken c) { }", "OnConnected")]
    [InlineData("[OnConnected] Task<int> M(ConnectScript s, CancellationToken c) => null!;", "OnConnected")]
    [InlineData("[OnConnected] Task M(ConnectScript s) => null!;", "OnConnected")]
    [InlineData("[OnConnected] Task M(CancellationToken c, ConnectScript s) => null!;", "OnConnected")]
    [InlineData("[OnClosing] Task M<T>(ConnectScript s, CancellationToken c) => null!;", "OnClosing")]
    [InlineData("[OnConnecting] Task M(ConnectAttempt a, CancellationToken c) => null!;", "OnConnecting")]
    [InlineData("[OnConnecting] ValueTask<WebSocketEndpoint> M(ConnectScript a, CancellationToken c) => default;", "OnConnecting")]
    [InlineData("Task A(ConnectScript s, CancellationToken c) => null!; [OnConnected] Task B(ConnectScript s, CancellationToken c) => A(s, c); [OnConnected, OnClosing] Task C(ConnectScript s, CancellationToken c) => A(s, c);", "OnConnected")]
    public async Task NWS0036_tells_scripts_that_cannot_be_called(string method, string under) =>
        await Analysis.TellsAsync($"[WebSocketClient] public partial class Chat {{ {method} }}", ("NWS0036", under));

    [Theory]
    [InlineData("[JsonRpcClient(Scope = \"/id\")] public partial class Chat;", "\"/id\"")]
    [InlineData("[JsonRpcClient(Scope = \"/jsonrpc\")] public partial class Chat;", "\"/jsonrpc\"")]
    [InlineData("[JsonRpcClient, Calls(Params = \"/method/x\")] public partial class Chat;", "\"/method/x\"")]
    [InlineData("[JsonRpcClient, Calls(Id = \"/method\")] public partial class Chat;", "\"/method\"")]
    public async Task NWS0013_tells_json_rpc_that_is_none(string source, string under) => await Analysis.TellsAsync(source, ("NWS0013", under));

    [Fact]
    public async Task NWS0002_tells_a_client_of_two_kinds() => await Analysis.TellsAsync("[WebSocketClient, JsonRpcClient] public partial class Chat;", ("NWS0002", "Chat"));

    [Theory]
    [InlineData("[JsonRpcClient] public partial class Chat;")]
    [InlineData("[JsonRpcClient(Version = null, Scope = \"/jsonrpc\")] public partial class Chat;")]
    [InlineData("[JsonRpcClient, Calls(Id = \"/i\", Result = \"/r\", Error = \"/e\", Scope = \"/s\", Params = \"/p\", Method = \"/m\")] public partial class Chat;")]
    public async Task Json_rpc_that_is_right(string source) => await Analysis.IsSilentAsync(source);
}
