using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Messaging;
using Xunit;

namespace NetWebSockets.Tests.Messaging;

public class MessageScannerTests
{
    [Theory]
    [InlineData("""{"type":"said","room":"a"}""")]
    [InlineData("""{"room":"a","text":"b","type":"said"}""")]
    [InlineData("""{"room":{"type":"other","x":[{"type":"other"}]},"type":"said"}""")]
    [InlineData("""{"room":"a","ty\u0070e":"said"}""")]
    [InlineData("""{"room":"a","type":"s\u0061id"}""")]
    [InlineData("""  { "room" : [1,2,{"a":{}}] , "type" : "said" }  """)]
    [InlineData("""{"type":"said","type":"other"}""")]
    public void The_discriminator_is_found_wherever_it_stands(string json) => Assert.Equal(0, Scan(json).Route);

    [Theory]
    [InlineData("""{"type":"other"}""")]
    [InlineData("""{"type":"other","type":"said"}""")]
    [InlineData("""{"type":null}""")]
    [InlineData("""{"type":{"type":"said"}}""")]
    [InlineData("""{"data":{"type":"said"}}""")]
    [InlineData("""["type","said"]""")]
    [InlineData("\"said\"")]
    [InlineData("7")]
    [InlineData("{}")]
    public void Anything_else_has_no_route(string json) => Assert.Equal(-1, Scan(json).Route);

    [Theory]
    [InlineData("")]
    [InlineData("said")]
    [InlineData("""{"type":"other" """)]
    [InlineData("""{"room":1,}""")]
    [InlineData("""{"type":"other"} x""")]
    [InlineData("""{"type":"other"}{}""")]
    public void What_is_not_JSON_throws(string json) => Assert.ThrowsAny<JsonException>(() => Scan(json));

    [Fact]
    public void The_scan_stops_at_the_discriminator_when_no_call_is_pending()
    {
        // Not even the rest is looked at: the deserialiser does that, once.
        ScannedMessage found = Scan("""{"type":"said", this is no JSON""");
        Assert.Equal(0, found.Route);
    }

    [Fact]
    public void The_scan_goes_on_for_the_id_while_a_call_is_pending()
    {
        var calls = new CallTable("C", new PumpGate(TimeProvider.System), new FakeTimeProvider(), 10);
        var call = new PendingCall<int>("add", Timeout.InfiniteTimeSpan, TestJson.Default.Int32) { Id = 7 };
        calls.Add(call);

        ScannedMessage found = Scan("""{"type":"said","id":7,"result":{"a":[1]},"error":null}""", calls);

        Assert.Equal(0, found.Route);
        Assert.Same(call, found.Call);
        Assert.Equal("""{"a":[1]}""", Text("""{"type":"said","id":7,"result":{"a":[1]},"error":null}""", "/result", found));
        Assert.True(found.Has(SlotOf("/error")));
        Assert.False(found.HasValue(SlotOf("/error")));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("\"7\"", 7)]
    [InlineData("-7", -7)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void An_id_may_be_an_integer_or_an_integer_in_a_string(string id, long expected)
    {
        ScannedMessage found = Scan($$"""{"id":{{id}}}""");
        Assert.True(found.HasId);
        Assert.Equal(expected, found.Id);
    }

    [Theory]
    [InlineData("7.5")]
    [InlineData("\"7x\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("[7]")]
    [InlineData("92233720368547758070")]
    public void Anything_else_is_no_id(string id) => Assert.False(Scan($$"""{"id":{{id}}}""").HasId);

    [Fact]
    public void Nested_locators_with_a_common_way_are_found_in_one_pass()
    {
        ClientContract contract = new()
        {
            Name = "C",
            Calls = new CallContract { Id = "/meta/request/id", Result = "/body", Error = "/body/error" },
            Routes = [TestContracts.Route("said", TestJson.Default.Said, "/meta/kind")],
        };
        const string Json = """{"x":{"meta":{"kind":"no"}},"body":{"error":{"code":1},"more":true},"meta":{"request":{"id":3},"kind":"said"}}""";
        ScannedMessage found = Scan(Json, null, contract);
        Assert.Equal(0, found.Route);
        Assert.Equal("""{"error":{"code":1},"more":true}""", Text(Json, "/body", found, contract));
        Assert.Equal("""{"code":1}""", Text(Json, "/body/error", found, contract));
    }

    [Fact]
    public void Steps_may_be_indexes_into_arrays()
    {
        ClientContract contract = new()
        {
            Name = "C",
            Calls = new CallContract { Id = "/1", Result = "/3", Error = "/4/0" },
            Routes = [TestContracts.Route("said", TestJson.Default.Said, "/2")],
        };
        const string Json = """[[9],12,"nothing",{"r":1},["broken",2]]""";
        ScannedMessage found = Scan(Json, null, contract);
        Assert.Equal(12, found.Id);
        Assert.Equal("\"nothing\"", Text(Json, "/2", found, contract));
        Assert.Equal("""{"r":1}""", Text(Json, "/3", found, contract));
        Assert.Equal("\"broken\"", Text(Json, "/4/0", found, contract));
    }

    [Fact]
    public void A_name_of_digits_is_a_property_in_an_object()
    {
        ClientContract contract = new() { Name = "C", Routes = [TestContracts.Route("said", TestJson.Default.Said, "/0")] };
        Assert.Equal(0, Scan("""{"1":"x","0":"said"}""", null, contract).Route);
    }

    [Fact]
    public void An_integer_discriminator_counts_as_its_digits()
    {
        ClientContract contract = new() { Name = "C", Routes = [TestContracts.Route("10", TestJson.Default.Said, "/op")] };
        Assert.Equal(0, Scan("""{"op":10}""", null, contract).Route);
        Assert.Equal(-1, Scan("""{"op":1}""", null, contract).Route);
    }

    [Fact]
    public void An_escaped_discriminator_of_any_length_is_compared_as_it_is_meant()
    {
        string value = new string('v', 400) + "é";
        ClientContract contract = new() { Name = "C", Routes = [TestContracts.Route(value, TestJson.Default.Said)] };
        Assert.Equal(0, Scan($$"""{"type":"{{new string('v', 400)}}\u00e9"}""", null, contract).Route);
        Assert.Equal(-1, Scan($$"""{"type":"{{new string('v', 399)}}\u00e9"}""", null, contract).Route);
    }

    [Fact]
    public void Scanning_allocates_nothing()
    {
        ContractPlan plan = TestContracts.Chat(TestContracts.SaidRoute()).Plan;
        byte[] json = """{"room":"a","list":[1,2,{"x":"y"}],"type":"said","id":"12","result":{"a":1},"error":null}"""u8.ToArray();
        Assert.Equal(0, Allocations.OfThousand(Once));

        void Once()
        {
            var found = new ScannedMessage();
            MessageScanner.Scan(plan, null, needs: 0, json, ref found);
        }
    }

    private static ScannedMessage Scan(string json, CallTable? calls = null, ClientContract? contract = null, uint needs = 0)
    {
        var found = new ScannedMessage();
        MessageScanner.Scan((contract ?? TestContracts.Chat(TestContracts.SaidRoute())).Plan, calls, needs, Encoding.UTF8.GetBytes(json), ref found);
        return found;
    }

    private static int SlotOf(string locator, ClientContract? contract = null) => (contract ?? TestContracts.Chat(TestContracts.SaidRoute())).Plan.SlotOf(locator, "test");

    private static string Text(string json, string locator, in ScannedMessage found, ClientContract? contract = null) =>
        Encoding.UTF8.GetString(found.Value(SlotOf(locator, contract), Encoding.UTF8.GetBytes(json)));
}
