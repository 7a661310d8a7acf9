using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Parsing;

/// <summary>Finds records that attributes of the class name and that are none of its messages.</summary>
internal static class ReferenceRules
{
    public static IEnumerable<ContractComposer.Collision> Violations(ContractModel contract)
    {
        SessionModel session = contract.Client.Session;
        if (session.Heartbeat is { } heartbeat)
        {
            string attribute = heartbeat.Record is null ? "HeartbeatAttribute" : "HeartbeatAttribute`1";
            if (heartbeat.Record is not null && contract.SendRouteOf(heartbeat.Record) is null)
                yield return NotAMessage(contract, attribute, null, heartbeat.Record, "heartbeat", "send", "Send");
            if (NotReceived(contract, heartbeat.IntervalFrom))
                yield return NotAMessage(contract, attribute, "IntervalFrom", heartbeat.IntervalFrom!, "teller of the heartbeat's interval", "receive", "Receive");
            if (NotReceived(contract, heartbeat.Reply))
                yield return NotAMessage(contract, attribute, "Reply", heartbeat.Reply!, "answer to a heartbeat", "receive", "Receive");
            if (NotReceived(contract, heartbeat.RequestedBy))
                yield return NotAMessage(contract, attribute, "RequestedBy", heartbeat.RequestedBy!, "request of a heartbeat", "receive", "Receive");
        }

        if (session.Resume is { } resume)
        {
            if (NotReceived(contract, resume.From))
                yield return NotAMessage(contract, "ResumeAttribute", "From", resume.From!, "teller of the session's state", "receive", "Receive");
            if (NotReceived(contract, resume.ReplaceBy))
                yield return NotAMessage(contract, "ResumeAttribute", "ReplaceBy", resume.ReplaceBy!, "request to move", "receive", "Receive");
            if (NotReceived(contract, resume.EndedBy))
                yield return NotAMessage(contract, "ResumeAttribute", "EndedBy", resume.EndedBy!, "end of the session", "receive", "Receive");
        }
    }

    private static bool NotReceived(ContractModel contract, string? type) => type is not null && contract.ReceiveRouteOf(type) is null;

    private static ContractComposer.Collision NotAMessage(
        ContractModel contract, string attribute, string? argument, string type, string role, string verb, string add) =>
        new(null, Descriptors.NotAMessage, type.Replace("global::", ""), role, contract.Client.Name, verb, add)
        {
            Attribute = attribute.Replace("`1", ""),
            Argument = argument,
        };
}
