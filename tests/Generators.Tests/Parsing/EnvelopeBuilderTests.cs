using System.Globalization;
using System.Text.Json;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Tests.Parsing;

public class EnvelopeBuilderTests
{
    [Theory]
    [InlineData("/type", """{"type":"x" + ,fields}""")]
    [InlineData("/header/type", """{"header":{"type":"x"} + ,fields}""")]
    public void A_sent_record_stands_beside_its_discriminator(string discriminator, string expected) =>
        Assert.Equal(expected, Shown(Build(null, discriminator, "x", null)));

    [Theory]
    [InlineData("/id", "/method", "/params", """{"id": # ,"method":"x","params": payload }""")]
    [InlineData("/id", "/method", null, """{"id": # ,"method":"x" + ,fields}""")]
    [InlineData("/id", "/method", "", """{"id": # ,"method":"x" + ,fields}""")]
    [InlineData("/h/id", "/h/method", "/h/params", """{"h":{"id": # ,"method":"x","params": payload }}""")]
    [InlineData("/h/id", "/method", "/h/params", """{"method":"x","h":{"id": # ,"params": payload }}""")]
    [InlineData("/h/id", "/method", "/params", """{"h":{"id": # },"method":"x","params": payload }""")]
    [InlineData("/id", "/p/method", "/p/params", """{"id": # ,"p":{"method":"x","params": payload }}""")]
    [InlineData("/a/b/id", "/a/c/method", "/a/c/d/params", """{"a":{"b":{"id": # },"c":{"method":"x","d":{"params": payload }}}}""")]
    [InlineData("/h/id", "/m", null, """{"h":{"id": # },"m":"x" + ,fields}""")]
    public void A_call_puts_the_id_first_and_the_record_last(string id, string method, string? payload, string expected) =>
        Assert.Equal(expected, Shown(Build(id, method, "x", payload)));

    [Theory]
    [InlineData("/id", "/type", null)]
    [InlineData("/a~1b/c~0d/id", "/a~1b/\"\\/x", "/\u0001/é/p")]
    [InlineData("/", "/ /", "/a//b")]
    [InlineData("/0/1", "/0/2", "/3")]
    [InlineData("/x/id", "/y/x/method", "/x/y/p")]
    public void Every_value_is_found_again_at_its_locator(string id, string method, string? payload)
    {
        const string Value = "quote\" back\\slash \n \u001f \u2028 é \U0001F600";

        EnvelopeModel envelope = Build(id, method, Value, payload);
        string json = string.Concat(envelope.Parts.Select(p => p.Slot switch
        {
            SlotKind.Id => "42",
            SlotKind.Payload => envelope.PayloadAtRoot ? ",\"field\":true}" : "{\"field\":true}",
            _ => p.Text,
        }));

        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(42, At(document, id).GetInt32());
        Assert.Equal(Value, At(document, method).GetString());
        Assert.True(At(document, (payload ?? "") + "/field").GetBoolean());
    }

    [Theory]
    [InlineData("/0", "/3", "/4", """[ # ,null,null,"x", payload ]""")]
    [InlineData("/1", "/0", "/2", """["x", # , payload ]""")]
    [InlineData("/h/1", "/m", "/h/0", """{"m":"x","h":[ payload , # ]}""")]
    [InlineData("/a/0", "/a/b", "/p", """{"a":{"0": # ,"b":"x"},"p": payload }""")]
    [InlineData("/0", "/1", null, """{"0": # ,"1":"x" + ,fields}""")]
    public void What_has_only_positions_is_an_array(string id, string method, string? payload, string expected) =>
        Assert.Equal(expected, Shown(Build(id, method, "x", payload)));

    [Fact]
    public void A_scope_goes_with_its_comma_when_there_is_none() => Assert.Equal(
        """{"id": # ,"method":"x","sessionId": Scope ,"params": payload }""",
        Shown(EnvelopeBuilder.Build(
            new EnvelopeValue("/sessionId", SlotKind.Scope), new EnvelopeValue("/params", SlotKind.Payload),
            new EnvelopeValue("/id", SlotKind.Id), new EnvelopeValue("/method", SlotKind.Text, "\"x\""))));

    [Fact]
    public void A_record_with_nothing_beside_it_is_the_message() => Assert.Equal(" payload ", Shown(EnvelopeBuilder.Build(new EnvelopeValue("", SlotKind.Payload))));

    [Fact]
    public void Half_a_surrogate_pair_is_escaped_for_it_has_no_bytes() =>
        Assert.Equal("{\"type\":\"a\\ud800b\"", Build(null, "/type", "a\uD800b", null).Parts[0].Text);

    private static EnvelopeModel Build(string? id, string method, string value, string? payload) => EnvelopeBuilder.Build(
    [
        .. id is null ? Array.Empty<EnvelopeValue>() : [new EnvelopeValue(id, SlotKind.Id)],
        new EnvelopeValue(method, SlotKind.Text, JsonText.Quote(value)),
        new EnvelopeValue(payload ?? "", SlotKind.Payload),
    ]);

    private static string Shown(EnvelopeModel e) => string.Concat(e.Parts.Select(p => p.Slot switch
    {
        SlotKind.Text => p.Text,
        SlotKind.Id => " # ",
        SlotKind.Payload => e.PayloadAtRoot ? " + ,fields}" : " payload ",
        _ => p.Text + $" {p.Slot} ",
    }));

    private static JsonElement At(JsonDocument document, string pointer)
    {
        JsonElement element = document.RootElement;
        foreach (string token in pointer.Split('/').Skip(1))
        {
            string name = token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            element = element.ValueKind == JsonValueKind.Array ? element[int.Parse(name, CultureInfo.InvariantCulture)] : element.GetProperty(name);
        }


        return element;
    }
}
