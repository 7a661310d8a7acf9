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
        Assert.Equal(expected, Shown(EnvelopeBuilder.Build(null, discriminator, "x", null)));

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
        Assert.Equal(expected, Shown(EnvelopeBuilder.Build(id, method, "x", payload)));

    [Theory]
    [InlineData("/id", "/type", null)]
    [InlineData("/a~1b/c~0d/id", "/a~1b/\"\\/x", "/\u0001/é/p")]
    [InlineData("/", "/ /", "/a//b")]
    [InlineData("/0/1", "/0/2", "/3")]
    [InlineData("/x/id", "/y/x/method", "/x/y/p")]
    public void Every_value_is_found_again_at_its_locator(string id, string method, string? payload)
    {
        const string Value = "quote\" back\\slash \n \u001f \u2028 é \U0001F600";

        EnvelopeModel envelope = EnvelopeBuilder.Build(id, method, Value, payload);
        string json = envelope.BeforeId + "42" + envelope.BeforePayload
            + (envelope.PayloadAtRoot ? ",\"field\":true}" : "{\"field\":true}") + envelope.AfterPayload;

        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(42, At(document, id).GetInt32());
        Assert.Equal(Value, At(document, method).GetString());
        Assert.True(At(document, (payload ?? "") + "/field").GetBoolean());
    }

    [Fact]
    public void Half_a_surrogate_pair_is_escaped_for_it_has_no_bytes() =>
        Assert.Equal("{\"type\":\"a\\ud800b\"", EnvelopeBuilder.Build(null, "/type", "a\uD800b", null).BeforePayload);

    private static string Shown(EnvelopeModel e) =>
        (e.HasId ? e.BeforeId + " # " : e.BeforeId) + e.BeforePayload + (e.PayloadAtRoot ? " + ,fields}" : " payload ") + e.AfterPayload;

    private static JsonElement At(JsonDocument document, string pointer)
    {
        JsonElement element = document.RootElement;
        foreach (string token in pointer.Split('/').Skip(1))
            element = element.GetProperty(token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
        return element;
    }
}
