namespace NetWebSockets.Messaging;

/// <summary>The requests that wait for one handler, and what works them off: in order, or as many at the same time as the contract says.</summary>
internal sealed class HandlerLane : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<InboundRequest> _waiting = new();
    private readonly HandlerBacklog _backlog;
    private readonly Func<HandlerLane, InboundRequest, Task> _handle;
    private readonly int _most;
    private int _running;

    /// <summary>Creates the lane.</summary>
    /// <param name="plan">The contract.</param>
    /// <param name="index">Which handler of the contract.</param>
    /// <param name="backlog">What bounds how many wait.</param>
    /// <param name="handle">Handles one; never throws.</param>
    public HandlerLane(ContractPlan plan, int index, HandlerBacklog backlog, Func<HandlerLane, InboundRequest, Task> handle)
    {
        Route = plan.Contract.Handlers[index];
        _backlog = backlog;
        _handle = handle;
        _most = Math.Max(1, Route.MaxConcurrent);
        PayloadSlot = plan.PayloadSlots[plan.NumberOfHandler(index)];
        IdSlot = Route.Id is { } id && (Route.Reply is not null || Route.ErrorReply is not null) ? plan.SlotOf(id, "id") : -1;
        AnswersAll = Route.Reply is { } reply && !reply.Has(EnvelopeSlot.Id);
        ScopeSlot = Route.Scope is { } scope ? plan.SlotOf(scope, "scope") : -1;
    }

    /// <summary>What is handled.</summary>
    public HandlerRoute Route { get; }

    /// <summary>The place of the request; -1 for the whole message.</summary>
    public int PayloadSlot { get; }

    /// <summary>The place of the id; -1 when nothing is answered.</summary>
    public int IdSlot { get; }

    /// <summary>Whether the answer carries no id, so that every message is answered.</summary>
    public bool AnswersAll { get; }

    /// <summary>The place of the scope; -1 when there is none.</summary>
    public int ScopeSlot { get; }

    /// <summary>Lets a request wait for its turn. Called by the pump only.</summary>
    /// <param name="request">The request.</param>
    /// <param name="taken">False when there is no room for it, because the client is ending.</param>
    /// <returns>Done when the pump may go on.</returns>
    public ValueTask AddAsync(InboundRequest request, out bool taken)
    {
        taken = _backlog.TryEnter(out bool mustWait);
        if (!taken)
            return default;
        bool start;
        lock (_lock)
        {
            _waiting.Enqueue(request);
            start = _running < _most;
            if (start)
                _running++;
        }

        if (start)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return mustWait ? _backlog.WaitForRoom() : default;
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        while (TryTake(out InboundRequest? request))
            await _handle(this, request).ConfigureAwait(false);
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out InboundRequest? request)
    {
        lock (_lock)
        {
            if (!_waiting.TryDequeue(out request))
            {
                _running--;
                return false;
            }
        }

        _backlog.Leave();
        return true;
    }
}
