using System.Text.Json;
using System.Text.Json.Serialization;
using NetWebSockets.Messaging;

namespace NetWebSockets.Fuzz.Targets;

/// <summary>JSON of a peer, as a generated client looks through it: found or no JSON, and what was found lies inside the message.</summary>
internal sealed class JsonTarget : FuzzTarget
{
    private static readonly ContractPlan[] Plans =
    [
        Plan("/type", new CallContract { Id = "/id" }),
        Plan("/meta/kind", new CallContract { Id = "/meta/request/id", Result = "/body", Error = "/body/error" }),
        Plan("/2", new CallContract { Id = "/1", Result = "/3", Error = "/4/0" }),
    ];

    public override string Name => "json";

    public override int OptionBytes => 1;

    public override int MaxLength => 1024;

    public override long? MaxAllocated => 256 * 1024;

    public override IReadOnlyList<string> Dictionary { get; } =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "\\udc00", "\\u0074ype", "\"type\":", "\"said\"", "\"id\":", "7", "-1", "1e9", "9223372036854775808", "null",
        "true", "\"result\":", "\"error\":", "\"meta\":{", "\"kind\":", "\"request\":{", "\"body\":", " ", "\u00FF", "\u00C3", "\u00ED\u00A0\u0080", "[[[[[[[[", "{\"a\":{\"a\":{\"a\":",
    ];

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        yield return ("said", [0, .. """{"room":"a","list":[1,2,{"x":"y"}],"type":"said","id":"12","result":{"a":1},"error":null}"""u8]);
        yield return ("escaped", [0, .. """{"room":"a","ty\u0070e":"s\u0061id","id":-7}"""u8]);
        yield return ("nested", [1, .. """{"x":{"meta":{"kind":"no"}},"body":{"error":{"code":1},"more":true},"meta":{"request":{"id":3},"kind":"said"}}"""u8]);
        yield return ("array", [2, .. """[[9],12,"said",{"r":1},["broken",2]]"""u8]);
        yield return ("no-object", [0, .. "7"u8]);
    }

    public override ValueTask<string> RunAsync(byte[] input)
    {
        ContractPlan plan = Plans[input[0] % Plans.Length];
        ReadOnlySpan<byte> json = input.AsSpan(1);
        var calls = new CallTable("C", new PumpGate(TimeProvider.System), TimeProvider.System, 10);
        calls.Add(new PendingCall<string>("ask", Timeout.InfiniteTimeSpan, FuzzJson.Default.String) { Id = 7 });
        string outcome = "";
        foreach (CallTable? table in new[] { null, calls })
        {
            var found = new ScannedMessage();
            try
            {
                MessageScanner.Scan(plan, table, needs: 0, json, ref found);
                outcome += "valid ";
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                // InvalidOperationException: half a surrogate pair in an escape. The router takes both for a message that is no JSON.
                outcome += "invalid ";
            }

            outcome += $"{found.Route} {found.HasId} {found.Call is not null} {found.IsComplete}";
            for (int slot = 0; slot < plan.Locators.Count; slot++)
            {
                JsonPlace place = found.Place(slot);
                outcome += $" {found.Has(slot)} {found.HasValue(slot)}";
                if (place.Found && (place.Start < 0 || place.Start + place.Length > json.Length))
                    throw new FuzzFailureException($"{place} lies outside a message of {json.Length} bytes.");
            }

            outcome += ";";
        }

        return ValueTask.FromResult(outcome);
    }

    private static ContractPlan Plan(string discriminator, CallContract calls) =>
        new(new ClientContract { Name = "C", Discriminators = [discriminator], Calls = calls, Routes = [new ReceiveRoute<string>([LocatorMatch.Exact(discriminator, "said")], FuzzJson.Default.String)] });
}

[JsonSerializable(typeof(string))]
internal sealed partial class FuzzJson : JsonSerializerContext;
