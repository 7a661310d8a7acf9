using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetWebSockets.Messaging;
using Xunit;

namespace NetWebSockets.Tests.Messaging;

public partial class MessageEncoderTests
{
    private static readonly Envelope SayAtRoot = new(default, """{"type":"say" """u8[..^1], default, payloadAtRoot: true);

    private static readonly Envelope MethodOnly = new(false, EnvelopePart.Text("{\"m\":"u8), EnvelopePart.Method, EnvelopePart.Text("}"u8));

    [Fact]
    public void A_records_fields_follow_the_discriminator_in_one_object() =>
        Assert.Equal("""{"type":"say","room":"a","text":"b"}""", Encode(SayAtRoot, 0, TestJson.Default.Say, new Say("a", "b")));

    [Fact]
    public void A_record_without_fields_leaves_no_comma() =>
        Assert.Equal("""{"type":"say"}""", Encode(SayAtRoot, 0, TestJson.Default.Nothing, new Nothing()));

    [Fact]
    public void Nothing_before_the_record_leaves_one_brace()
    {
        var envelope = new Envelope(default, "{"u8, default, payloadAtRoot: true);
        Assert.Equal("""{"room":"a","text":"b"}""", Encode(envelope, 0, TestJson.Default.Say, new Say("a", "b")));
        Assert.Equal("{}", Encode(envelope, 0, TestJson.Default.Nothing, new Nothing()));
    }

    [Fact]
    public void No_envelope_at_all_leaves_the_record()
    {
        var envelope = new Envelope(default, default, default, payloadAtRoot: true);
        Assert.Equal("""{"room":"a","text":"b"}""", Encode(envelope, 0, TestJson.Default.Say, new Say("a", "b")));
    }

    [Fact]
    public void An_id_stands_in_its_place()
    {
        var beside = new Envelope("{\"id\":"u8, ",\"method\":\"say\",\"params\":"u8, "}"u8, payloadAtRoot: false);
        Assert.Equal("""{"id":7,"method":"say","params":{"room":"a","text":"b"}}""", Encode(beside, 7, TestJson.Default.Say, new Say("a", "b")));
        Assert.Equal(
            """{"id":9223372036854775807,"method":"say","params":5}""", Encode(beside, long.MaxValue, TestJson.Default.Int32, 5));

        var atRoot = new Envelope("{\"id\":"u8, ",\"method\":\"say\""u8, default, payloadAtRoot: true);
        Assert.Equal("""{"id":1,"method":"say","room":"a","text":"b"}""", Encode(atRoot, 1, TestJson.Default.Say, new Say("a", "b")));
    }

    [Theory]
    [InlineData("session-1/<a&b>'+~", "session-1/<a&b>'+~")]
    [InlineData("", "")]
    [InlineData("a\"b\\c", "a\\\"b\\\\c")]
    [InlineData("tab\tdel\u007F", "tab\\tdel\\u007F")]
    [InlineData("ü €", "ü €")]
    public void A_method_has_only_the_escapes_that_JSON_needs(string method, string expected)
    {
        Assert.Equal($"{{\"m\":\"{expected}\"}}", Method(method));
        Assert.Equal(method, JsonElement.Parse(Method(method)).GetProperty("m").GetString());
    }

    [Fact]
    public void A_method_without_escapes_costs_nothing()
    {
        EnvelopeValues values = new() { Text = "Runtime.evaluate" };
        Assert.Equal(0, Allocations.OfThousand(() =>
        {
            MessageEncoder encoder = MessageEncoder.Rent();
            encoder.Encode(MethodOnly, values, "1"u8);
            encoder.Return();
        }));
    }

    [Fact]
    public void A_context_that_writes_indented_still_sends_compact_messages() =>
        Assert.Equal("""{"type":"say","room":"a","text":"b"}""", Encode(SayAtRoot, 0, IndentedJson.Default.Say, new Say("a", "b")));

    [Fact]
    public void The_contexts_own_encoder_is_used()
    {
        var options = new JsonSerializerOptions(TestJson.Default.Options) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        var type = (JsonTypeInfo<Say>)options.GetTypeInfo(typeof(Say));
        Assert.Equal("""{"type":"say","room":"<ü>","text":"b"}""", Encode(SayAtRoot, 0, type, new Say("<ü>", "b")));
        Assert.Equal("""{"type":"say","room":"\u003C\u00FC\u003E","text":"b"}""", Encode(SayAtRoot, 0, TestJson.Default.Say, new Say("<ü>", "b")));
    }

    [Fact]
    public void A_record_that_is_no_object_is_refused_where_its_fields_belong_into_one()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Encode(SayAtRoot, 0, TestJson.Default.Int32, 5));
        Assert.Contains("must be written as a JSON object", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_record_is_written_whole()
    {
        string text = new('x', 300_000);
        Assert.Equal($$"""{"type":"say","room":"a","text":"{{text}}"}""", Encode(SayAtRoot, 0, TestJson.Default.Say, new Say("a", text)));
    }

    [Fact]
    public void An_encoder_used_inside_a_converter_is_another_one()
    {
        JsonTypeInfo<Nesting> type = NestingJson.Default.Nesting;
        Assert.Equal("""{"type":"say","inner":"{\u0022type\u0022:\u0022say\u0022,\u0022room\u0022:\u0022in\u0022,\u0022text\u0022:\u0022b\u0022}"}""", Encode(SayAtRoot, 0, type, new Nesting()));
    }

    [Fact]
    public void What_a_converter_throws_leaves_the_encoder_usable()
    {
        Assert.Throws<NotSupportedException>(() => Encode(SayAtRoot, 0, NestingJson.Default.Throwing, new Throwing()));
        Assert.Equal("""{"type":"say","room":"a","text":"b"}""", Encode(SayAtRoot, 0, TestJson.Default.Say, new Say("a", "b")));
    }

    [Fact]
    public void Encoding_a_record_of_1_KiB_allocates_nothing_beyond_what_the_serializer_does()
    {
        var say = new Say("lobby", new string('x', 1024));
        var writer = new Utf8JsonWriter(new ArrayBufferWriter<byte>(4096));
        var buffer = new ArrayBufferWriter<byte>(4096);

        long alone = Allocations.OfThousand(() =>
        {
            buffer.ResetWrittenCount();
            writer.Reset(buffer);
            JsonSerializer.Serialize(writer, say, TestJson.Default.Say);
            writer.Flush();
        });
        PayloadFormat<Say> format = TestJson.Default.Say;
        long ours = Allocations.OfThousand(() =>
        {
            MessageEncoder encoder = MessageEncoder.Rent();
            encoder.Encode(SayAtRoot, default, format, say);
            encoder.Return();
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"bytes a record: serializer alone {alone / 1000.0}, with envelope {ours / 1000.0}");
        Assert.Equal(alone, ours);
        Assert.Equal(0, ours);
    }

    private static string Method(string method)
    {
        MessageEncoder encoder = MessageEncoder.Rent();
        string json = Encoding.UTF8.GetString(encoder.Encode(MethodOnly, new EnvelopeValues { Text = method }, "1"u8).Span);
        encoder.Return();
        return json;
    }

    private static string Encode<T>(Envelope envelope, long id, JsonTypeInfo<T> type, T record)
    {
        MessageEncoder encoder = MessageEncoder.Rent();
        try
        {
            return Encoding.UTF8.GetString(encoder.Encode(envelope, new EnvelopeValues { Id = id }, PayloadFormat.Of(type), record).Span);
        }
        finally
        {
            encoder.Return();
        }
    }

    [JsonConverter(typeof(NestingConverter))]
    internal sealed record Nesting;

    [JsonConverter(typeof(ThrowingConverter))]
    internal sealed record Throwing;

    internal sealed class NestingConverter : JsonConverter<Nesting>
    {
        public override Nesting Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Nesting value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("inner", Encode(SayAtRoot, 0, TestJson.Default.Say, new Say("in", "b")));
            writer.WriteEndObject();
        }
    }

    internal sealed class ThrowingConverter : JsonConverter<Throwing>
    {
        public override Throwing Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Throwing value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            throw new NotSupportedException("as the test wants");
        }
    }

    [JsonSerializable(typeof(Nesting)), JsonSerializable(typeof(Throwing))]
    internal sealed partial class NestingJson : JsonSerializerContext;
}
