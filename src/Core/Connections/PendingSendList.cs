namespace NetWebSockets.Connections;

/// <summary>A list of sends in which any one can be taken out at once, for a caller that cancels. Guarded by the queue's lock.</summary>
internal sealed class PendingSendList
{
    public PendingSend? First { get; private set; }

    public int Count { get; private set; }

    private PendingSend? Last { get; set; }

    public void Append(PendingSend send) => InsertAfter(Last, send);

    /// <summary>Puts sends back where their sequence says, which is at the front.</summary>
    /// <param name="sends">In ascending sequence.</param>
    public void Merge(IEnumerable<PendingSend> sends)
    {
        PendingSend? before = null;
        foreach (PendingSend send in sends)
        {
            while ((before is null ? First : before.Next) is { } next && next.Sequence < send.Sequence)
                before = next;
            InsertAfter(before, send);
            before = send;
        }
    }

    public void Remove(PendingSend send)
    {
        if (send.Previous is { } previous)
            previous.Next = send.Next;
        else
            First = send.Next;
        if (send.Next is { } next)
            next.Previous = send.Previous;
        else
            Last = send.Previous;
        send.Next = send.Previous = null;
        Count--;
    }

    private void InsertAfter(PendingSend? before, PendingSend send)
    {
        PendingSend? after = before is null ? First : before.Next;
        send.Previous = before;
        send.Next = after;
        if (before is null)
            First = send;
        else
            before.Next = send;
        if (after is null)
            Last = send;
        else
            after.Previous = send;
        Count++;
    }
}
