using System.Text;
using NetWebSockets.Messaging;
using Xunit;

namespace NetWebSockets.Tests.Messaging.Routing;

/// <summary>Which of several kinds of message a message is, by values at several places.</summary>
public sealed class RouteTests
{
    private static readonly LocatorMatch Dispatch = LocatorMatch.Exact("/op", "0");

    [Theory]
    [InlineData("""{"op":0,"t":"READY","d":{}}""", "ready")]
    [InlineData("""{"t":"READY","s":1,"d":{"op":7},"op":0}""", "ready")]
    [InlineData("""{"op":0,"t":"UNKNOWN"}""", "event")]
    [InlineData("""{"op":0,"t":null}""", "untitled")]
    [InlineData("""{"op":0}""", "untitled")]
    [InlineData("""{"op":10,"d":{"heartbeat_interval":41250}}""", "hello")]
    [InlineData("""{"op":"10"}""", "hello")]
    [InlineData("""{"op":10,"t":"READY"}""", "hello")]
    [InlineData("""{"op":99}""", null)]
    [InlineData("""{"t":"READY"}""", null)]
    [InlineData("""{"op":[0],"t":"READY"}""", null)]
    [InlineData("""{"op":0,"t":["READY"]}""", "event")]
    [InlineData("""{"op":0,"t":"R\u0045ADY"}""", "ready")]
    public void Two_discriminators_in_order(string json, string? expected) => Assert.Equal(expected, Route(json, new()
    {
        ["event"] = [Dispatch, LocatorMatch.Present("/t")],
        ["ready"] = [Dispatch, LocatorMatch.Exact("/t", "READY")],
        ["hello"] = [LocatorMatch.Exact("/op", "10")],
        ["untitled"] = [Dispatch, LocatorMatch.Absent("/t")],
    }));

    [Theory]
    [InlineData("""{"stream":"btcusdt@depth5"}""", "levels")]
    [InlineData("""{"stream":"btcusdt@depth"}""", "depth")]
    [InlineData("""{"stream":"btcusdt@depth@100ms"}""", "fast")]
    [InlineData("""{"stream":"!miniTicker@arr"}""", "all")]
    [InlineData("""{"stream":"special@depth5"}""", "special")]
    [InlineData("""{"stream":"x"}""", "any")]
    [InlineData("""{"stream":7}""", "any")]
    [InlineData("""{"stream":null}""", null)]
    [InlineData("""{}""", null)]
    public void A_value_goes_before_templates_and_a_template_with_more_text_before_one_with_less(string json, string? expected) => Assert.Equal(expected, Route(json, new()
    {
        ["any"] = [LocatorMatch.Present("/stream")],
        ["levels"] = [LocatorMatch.Template("/stream", "{symbol}@depth{levels}")],
        ["fast"] = [LocatorMatch.Template("/stream", "{symbol}@depth@100ms")],
        ["depth"] = [LocatorMatch.Template("/stream", "{symbol}@depth")],
        ["all"] = [LocatorMatch.Exact("/stream", "!miniTicker@arr")],
        ["special"] = [LocatorMatch.Exact("/stream", "special@depth5")],
    }));

    [Theory]
    [InlineData("""{"a":"x","b":"y"}""", "xy")]
    [InlineData("""{"a":"x","b":"z"}""", "tz")]
    [InlineData("""{"a":"x","b":"w"}""", "any w")]
    [InlineData("""{"b":"w"}""", "any w")]
    public void What_fits_first_and_then_does_not_gives_way(string json, string expected) => Assert.Equal(expected, Route(json, new()
    {
        ["xy"] = [LocatorMatch.Exact("/a", "x"), LocatorMatch.Exact("/b", "y")],
        ["tz"] = [LocatorMatch.Template("/a", "{t}"), LocatorMatch.Exact("/b", "z")],
        ["any w"] = [LocatorMatch.Exact("/b", "w")],
    }));

    [Theory]
    [InlineData("""[2,"m1","Reset",{"type":"Soft"}]""", "reset")]
    [InlineData("""[3,"m1",{}]""", null)]
    [InlineData("""{"0":2,"2":"Reset"}""", "reset")]
    public void Places_may_be_positions(string json, string? expected) => Assert.Equal(expected, Route(json, new()
    {
        ["reset"] = [LocatorMatch.Exact("/0", "2"), LocatorMatch.Exact("/2", "Reset")],
    }));

    [Theory]
    [InlineData("""{"ok":true}""", "yes")]
    [InlineData("""{"ok":false}""", "no")]
    [InlineData("""{"ok":"true"}""", "yes")]
    [InlineData("""{"ok":1}""", null)]
    public void Booleans_count_as_their_words(string json, string? expected) => Assert.Equal(expected, Route(json, new()
    {
        ["yes"] = [LocatorMatch.Exact("/ok", "true")],
        ["no"] = [LocatorMatch.Exact("/ok", "false")],
    }));

    [Fact]
    public void The_pass_stops_as_soon_as_the_places_decide()
    {
        var found = Scan("""{"op":0,"t":"READY", this is no JSON""", Plan(new() { ["ready"] = [Dispatch, LocatorMatch.Exact("/t", "READY")] }));
        Assert.Equal(0, found.Route);
        Assert.False(found.IsComplete);
    }

    [Fact]
    public void The_pass_goes_on_to_the_end_of_the_payload_and_no_farther()
    {
        var plan = new ClientContract
        {
            Name = "C",
            Routes = [new ReceiveRoute<Said>([LocatorMatch.Exact("/stream", "x")], TestJson.Default.Said) { Payload = "/data" }],
        }.Plan;
        const string Json = """{"stream":"x","data":{"room":"a","text":"}"},  no JSON""";
        ScannedMessage found = Scan(Json, plan);
        Assert.Equal(0, found.Route);
        Assert.Equal("""{"room":"a","text":"}"}""", Encoding.UTF8.GetString(found.Value(plan.PayloadSlots[0], Encoding.UTF8.GetBytes(Json))));
    }

    [Fact]
    public void Two_kinds_that_nothing_tells_apart_are_refused() => Assert.Contains(
        "nothing tells apart: '0, READY' and 'READY, 0'",
        Assert.Throws<ArgumentException>(() => Plan(new() { ["a"] = [Dispatch, LocatorMatch.Exact("/t", "READY")], ["b"] = [LocatorMatch.Exact("/t", "READY"), Dispatch] })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Too_many_places_are_refused_with_the_number() => Assert.Contains(
        "32 places",
        Assert.Throws<ArgumentException>(() => Plan(new() { ["a"] = [.. Enumerable.Range(0, 33).Select(i => LocatorMatch.Present($"/p{i}"))] })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_template_that_is_none_is_refused() => Assert.Contains(
        "'}' at 2",
        Assert.Throws<ArgumentException>(() => Plan(new() { ["a"] = [LocatorMatch.Template("/t", "a}b")] })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Choosing_by_many_places_allocates_nothing()
    {
        ContractPlan plan = Plan(new()
        {
            ["levels"] = [LocatorMatch.Template("/stream", "{symbol}@depth{levels}"), LocatorMatch.Absent("/id")],
            ["ready"] = [Dispatch, LocatorMatch.Exact("/t", "READY")],
        });
        byte[] json = """{"stream":"btcusdt@dep\u0074h5","data":{"a":[1,2,3]}}"""u8.ToArray();
        Assert.Equal(0, Allocations.OfThousand(() =>
        {
            var found = new ScannedMessage();
            MessageScanner.Scan(plan, null, needs: 0, json, ref found);
            if (found.Route != 0)
                throw new InvalidOperationException("The message has a route.");
        }));
    }

    private static string? Route(string json, Dictionary<string, LocatorMatch[]> kinds)
    {
        ScannedMessage found = Scan(json, Plan(kinds));
        return found.Route < 0 ? null : kinds.Keys.ElementAt(found.Route);
    }

    private static ContractPlan Plan(Dictionary<string, LocatorMatch[]> kinds) =>
        new ClientContract { Name = "C", Routes = [.. kinds.Values.Select(m => new ReceiveRoute<Nothing>(m, TestJson.Default.Nothing))] }.Plan;

    private static ScannedMessage Scan(string json, ContractPlan plan)
    {
        var found = new ScannedMessage();
        MessageScanner.Scan(plan, null, needs: 0, Encoding.UTF8.GetBytes(json), ref found);
        return found;
    }
}
