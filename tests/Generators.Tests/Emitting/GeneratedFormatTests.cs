using System.Buffers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Emit;
using NetWebSockets.Generators.Tests.Harness;
using NetWebSockets.Messaging;

namespace NetWebSockets.Generators.Tests.Emitting;

/// <summary>What generated code writes and reads: the parameters of methods, and records by position. It is compiled, loaded and called.</summary>
public class GeneratedFormatTests
{
    private const string Source =
        """
        public enum Side { Buy, Sell }

        [WebSocketClient(Discriminator = "/type", JsonContext = typeof(Json)), Calls(Params = "/params", Scope = "/scope")]
        public partial class Client
        {
            [Call("all")] public partial Task<int> AllAsync(
                string text, bool flag, byte small, long large, double real, decimal price, Guid id, DateTimeOffset at, byte[] bytes, Side side, int? maybe,
                [Param("given-name")] string? name, string? optional = null, List<int>? numbers = null, Side? other = null, [Scope] string? scope = null);

            [Call("none")] public partial Task<int> NoneAsync();
        }

        [JsonRpcClient(Positional = true, JsonContext = typeof(Json))]
        public partial class Rpc
        {
            [Call("all")] public partial Task<Candle> AllAsync(string address, int? depth = null, string? block = null);

            [Call("level")] public partial Task<Level> LevelAsync();
        }

        [Positional, JsonNumberHandling(JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString)]
        public sealed record Level(
            decimal Price,
            [property: JsonNumberHandling(JsonNumberHandling.Strict)] int Count,
            [property: JsonConverter(typeof(Milliseconds))] DateTimeOffset From,
            [property: JsonConverter(typeof(Milliseconds))] DateTimeOffset? To = null,
            [property: JsonConverter(typeof(JsonStringEnumConverter<Kind>))] Kind? Kind = null,
            [property: JsonConverter(typeof(Dash))] int? Maybe = null,
            [property: JsonConverter(typeof(Text))] Candle.Inside? Inside = null,
            string? Note = null);

        public enum Kind { Bid, Ask }

        public sealed class Milliseconds : JsonConverter<DateTimeOffset>
        {
            public override DateTimeOffset Read(ref System.Text.Json.Utf8JsonReader reader, Type type, System.Text.Json.JsonSerializerOptions options) => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64());
            public override void Write(System.Text.Json.Utf8JsonWriter writer, DateTimeOffset value, System.Text.Json.JsonSerializerOptions options) => writer.WriteNumberValue(value.ToUnixTimeMilliseconds());
        }

        public sealed class Dash : JsonConverter<int?>
        {
            public override bool HandleNull => true;
            public override int? Read(ref System.Text.Json.Utf8JsonReader reader, Type type, System.Text.Json.JsonSerializerOptions options) => reader.GetString() is "-" ? null : 1;
            public override void Write(System.Text.Json.Utf8JsonWriter writer, int? value, System.Text.Json.JsonSerializerOptions options) => writer.WriteStringValue(value is null ? "-" : "1");
        }

        public sealed class Text : JsonConverter<Candle.Inside>
        {
            public override Candle.Inside Read(ref System.Text.Json.Utf8JsonReader reader, Type type, System.Text.Json.JsonSerializerOptions options) => new(decimal.Parse(reader.GetString()!), Side.Sell);
            public override void Write(System.Text.Json.Utf8JsonWriter writer, Candle.Inside value, System.Text.Json.JsonSerializerOptions options) => writer.WriteStringValue(value.Low.ToString());
        }

        [Positional] public sealed record Candle(string? Symbol, Candle.Inside Range, long Count = 4, int[]? More = null)
        {
            [Positional] public readonly record struct Inside(decimal Low, Side High);
        }

        [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
        [JsonSerializable(typeof(int)), JsonSerializable(typeof(decimal)), JsonSerializable(typeof(Side)), JsonSerializable(typeof(List<int>)), JsonSerializable(typeof(int[]))]
        public partial class Json : JsonSerializerContext;
        """;

    private static readonly Lazy<Assembly> Loaded = new(Load);

    [Fact]
    public void Parameters_are_written_as_the_context_names_and_writes_them() => Assert.Equal(
        """
        {"text":"a\u0022b","flag":true,"small":7,"large":-5000000000,"real":1.5,"price":9.90,"id":"00000000-0000-0000-0000-000000000001","at":"2030-01-02T03:04:05+00:00","bytes":"AQI=","side":"Sell","maybe":null,"given-name":null}
        """.Trim(),
        WriteFields(
            "Client", "AllFields", "a\"b", true, (byte)7, -5_000_000_000, 1.5, 9.90m, new Guid(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero),
            new byte[] { 1, 2 }, Enum.ToObject(Loaded.Value.GetType("Side")!, 1), null, null, null, null, null));

    [Fact]
    public void An_optional_parameter_that_is_given_is_written() => Assert.EndsWith(
        """
        "maybe":3,"given-name":"n","optional":"o","numbers":[1,2],"other":"Buy"}
        """.Trim(),
        WriteFields(
            "Client", "AllFields", "", false, (byte)0, 0L, 0d, 0m, Guid.Empty, default(DateTimeOffset),
            Array.Empty<byte>(), Enum.ToObject(Loaded.Value.GetType("Side")!, 0), 3, "n", "o", new List<int> { 1, 2 }, Enum.ToObject(Loaded.Value.GetType("Side")!, 0)),
        StringComparison.Ordinal);

    [Fact]
    public void A_method_without_parameters_writes_an_empty_object() => Assert.Equal("{}", WriteFields("Client", "NoneFields"));

    [Theory]
    [InlineData(null, null, "[\"a\"]")]
    [InlineData(3, null, "[\"a\",3]")]
    [InlineData(null, "b", "[\"a\",null,\"b\"]")]
    public void Parameters_by_position_leave_out_only_what_is_last(int? depth, string? block, string json) =>
        Assert.Equal(json, WriteFields("Rpc", "AllFields", "a", depth, block));

    [Theory]
    [InlineData("[\"s\",[1.5,\"Sell\"],3,[1]]", "[\"s\",[1.5,\"Sell\"],3,[1]]")]
    [InlineData("[null,[1,\"Buy\"]]", "[null,[1,\"Buy\"],4,null]")]
    [InlineData(" [ \"s\" , [ 1 , \"Buy\" , { \"x\" : [ ] } ] , 3 , null , { \"further\" : [ 1 ] } , [ 2 ] ] ", "[\"s\",[1,\"Buy\"],3,null]")]
    public void A_record_by_position_is_read_and_written(string json, string again) => Assert.Equal(again, Write(Read(json)));

    [Theory]
    [InlineData("{}", "Candle is an array, and not StartObject.")]
    [InlineData("null", "Candle is an array, and not Null.")]
    [InlineData("[1,[1,\"Buy\"]]", "Candle has no valid 'Symbol' at position 0: ")]
    [InlineData("[\"s\",[1]]", "Candle has no valid 'Range' at position 1: Inside ends before 'High' at position 1.")]
    [InlineData("[\"s\",[\"x\",\"Buy\"]]", "Candle has no valid 'Range' at position 1: Inside has no valid 'Low' at position 0: ")]
    [InlineData("[\"s\",[1,\"Buy\"],99999999999999999999]", "Candle has no valid 'Count' at position 2: ")]
    [InlineData("[\"s\"]", "Candle ends before 'Range' at position 1.")]
    [InlineData("[]", "Candle ends before 'Symbol' at position 0.")]
    public void What_is_no_such_record_is_told_with_its_position(string json, string message) =>
        Assert.StartsWith(message, Assert.Throws<JsonException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[\"9.5\",2,1000]", "[\"9.5\",2,1000,null,null,\"-\",null,null]")]
    [InlineData("[9.5,2,1000,2000,\"Ask\",\"1\",\"7\",\"n\"]", "[\"9.5\",2,1000,2000,\"Ask\",\"1\",\"7\",\"n\"]")]
    [InlineData("[1,2,1000,null,null,\"-\",null,null]", "[\"1\",2,1000,null,null,\"-\",null,null]")]
    public void A_field_stands_as_its_own_attributes_say(string json, string again) => Assert.Equal(again, Write(Read(json, "LevelArray"), "LevelArray"));

    [Theory]
    [InlineData("[1,\"2\",1000]", "Level has no valid 'Count' at position 1: ")]
    [InlineData("[\"x\",2,1000]", "Level has no valid 'Price' at position 0: ")]
    [InlineData("[1,2,\"2030-01-01\"]", "Level has no valid 'From' at position 2: ")]
    public void What_does_not_stand_as_they_say_is_told(string json, string message) =>
        Assert.StartsWith(message, Assert.Throws<JsonException>(() => Read(json, "LevelArray")).Message, StringComparison.Ordinal);

    private static string WriteFields(string client, string name, params object?[] values)
    {
        Type fields = Nested(client, name);
        object value = values.Length == 0
            ? Activator.CreateInstance(fields)!
            : fields.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single().Invoke(values);
        return Written(fields.GetMethod("Write", BindingFlags.Static | BindingFlags.NonPublic)!, value);
    }

    private static string Write(object record, string name = "CandleArray") => Written(Nested("Rpc", name).GetMethod("Write", BindingFlags.Static | BindingFlags.NonPublic)!, record);

    private static object Read(string json, string name = "CandleArray")
    {
        MethodInfo read = Nested("Rpc", name).GetMethod("Read", BindingFlags.Static | BindingFlags.NonPublic)!;
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json));
        object value = read.CreateDelegate<PayloadFormat.ReadDelegate<object>>()(ref reader);
        Assert.False(reader.Read());
        return value;
    }

    private static string Written(MethodInfo write, object value)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
            write.Invoke(null, [writer, value]);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static Type Nested(string client, string name) => Loaded.Value.GetType(client)!.GetNestedType("Wire", BindingFlags.NonPublic)!.GetNestedType(name, BindingFlags.NonPublic)!;

    private static Assembly Load()
    {
        (Compilation compilation, _) = TestCompilation.Generate(Source);
        using MemoryStream assembly = new();
        EmitResult result = compilation.Emit(assembly);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return Assembly.Load(assembly.ToArray());
    }
}
