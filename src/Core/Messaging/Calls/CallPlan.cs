using System.Text;

namespace NetWebSockets.Messaging;

/// <summary>How replies are matched to calls: a <see cref="CallContract"/> made ready.</summary>
internal sealed class CallPlan
{
    /// <summary>Makes it ready.</summary>
    /// <param name="plan">The plan of the client.</param>
    /// <param name="calls">The contract.</param>
    /// <exception cref="ArgumentException">The contract contradicts itself.</exception>
    public CallPlan(ContractPlan plan, CallContract calls)
    {
        Contract = calls;
        Id = plan.SlotOf(calls.Id, "id");
        Scope = Optional(calls.Scope, "scope");
        Result = plan.SlotOrWhole(calls.Result, "result");
        Error = plan.SlotOrWhole(calls.Error, "error");
        ResultWhen = plan.Conditions(calls.ResultWhen);
        ErrorWhen = plan.Conditions(calls.ErrorWhen);
        ItemWhen = calls.ItemWhen is null ? null : plan.Conditions(calls.ItemWhen);
        EndWhen = calls.EndWhen is null ? null : plan.Conditions(calls.EndWhen);
        Item = plan.SlotOrWhole(calls.Item, "item");
        Ok = Optional(calls.Ok, "ok");
        OkValue = Encoding.UTF8.GetBytes(calls.OkValue);
        ErrorCode = Optional(calls.ErrorCode, "error code");
        ErrorMessage = Optional(calls.ErrorMessage, "error message");
        if (Result < 0 && Error < 0 && ResultWhen.Length == 0 && ErrorWhen.Length == 0 && Ok < 0)
            throw new ArgumentException("the result and the error of a call are both the whole reply, so nothing tells one from the other: give one of them a locator of its own.");

        foreach (int slot in (int[])[Id, Scope, Result, Error, Item, Ok, ErrorCode, ErrorMessage])
            Needs |= slot < 0 ? 0 : 1u << slot;
        foreach (LocatorCondition condition in (LocatorCondition[])[.. ResultWhen, .. ErrorWhen, .. ItemWhen ?? [], .. EndWhen ?? []])
            Needs |= condition.Mask;

        int Optional(string? locator, string what) => locator is null ? -1 : plan.SlotOf(locator, what);
    }

    public CallContract Contract { get; }

    /// <summary>All places that a reply is looked at for.</summary>
    public uint Needs { get; }

    /// <summary>The place of the id.</summary>
    public int Id { get; }

    /// <summary>The place of the scope; -1 when there is none.</summary>
    public int Scope { get; }

    /// <summary>The place of the result; -1 for the whole reply.</summary>
    public int Result { get; }

    /// <summary>The place of an error; -1 for the whole reply.</summary>
    public int Error { get; }

    public LocatorCondition[] ResultWhen { get; }

    public LocatorCondition[] ErrorWhen { get; }

    public LocatorCondition[]? ItemWhen { get; }

    public LocatorCondition[]? EndWhen { get; }

    /// <summary>The place of a streamed item; -1 for the whole reply.</summary>
    public int Item { get; }

    /// <summary>The place that says whether a call succeeded; -1 when there is none.</summary>
    public int Ok { get; }

    public byte[] OkValue { get; }

    /// <summary>The place of an error's code; -1 when it is in the error.</summary>
    public int ErrorCode { get; }

    /// <summary>The place of an error's text; -1 when it is in the error.</summary>
    public int ErrorMessage { get; }
}
