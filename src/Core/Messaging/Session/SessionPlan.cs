namespace NetWebSockets.Messaging;

/// <summary>What the session of a client takes out of messages: heartbeats and resuming, made ready. A route of -1 is none; a place of -1 is none.</summary>
internal sealed class SessionPlan
{
    private readonly Dictionary<string, int> _queryPlaces = [];

    /// <summary>Makes it ready.</summary>
    /// <param name="plan">The plan of the client.</param>
    /// <param name="contract">The contract.</param>
    /// <exception cref="ArgumentException">The contract contradicts itself.</exception>
    public SessionPlan(ContractPlan plan, ClientContract contract)
    {
        SessionRules.Check(contract);
        HeartbeatContract? heartbeat = contract.Heartbeat;
        ResumeContract? resume = contract.Resume;
        IntervalRoute = RouteOf(heartbeat?.IntervalFrom);
        IntervalAt = PlaceOf(heartbeat?.IntervalAt, IntervalRoute);
        ReplyRoute = RouteOf(heartbeat?.Reply);
        RequestRoute = RouteOf(heartbeat?.RequestedBy);
        Sequence = PlaceOf(resume?.Sequence, -1);
        if (Sequence >= 0)
            plan.AlwaysNeeded |= 1u << Sequence;
        StateRoute = RouteOf(resume?.From);
        State = PlaceOf(resume?.State, StateRoute);
        Address = PlaceOf(resume?.Address, StateRoute);
        Query = resume?.Query is { } query ? new SessionText(query, places: true) : null;
        foreach (string place in Query?.Places ?? [])
        {
            if (StateRoute < 0)
                throw new ArgumentException($"nothing says which message has '{place}' of the query: set From.");
            _queryPlaces.Add(place, PlaceOf(place, StateRoute));
        }

        ReplaceRoute = RouteOf(resume?.ReplaceBy);
        ReplaceAddress = PlaceOf(resume?.ReplaceAddress, ReplaceRoute);
        EndedRoute = RouteOf(resume?.EndedBy);
        Resumable = PlaceOf(resume?.Resumable, EndedRoute);

        int RouteOf(ReceiveRoute? route) => route is null ? -1 : plan.NumberOf(route);

        int PlaceOf(string? locator, int route)
        {
            if (locator is null)
                return -1;
            int slot = plan.SlotOf(locator, "session");
            if (route >= 0)
                plan.RouteNeeds[route] |= 1u << slot;
            return slot;
        }
    }

    public int IntervalRoute { get; }

    public int IntervalAt { get; }

    public int ReplyRoute { get; }

    public int RequestRoute { get; }

    public int Sequence { get; }

    public int StateRoute { get; }

    public int State { get; }

    public int Address { get; }

    /// <summary>What is added to the address's query when resuming; null for nothing.</summary>
    public SessionText? Query { get; }

    /// <summary>What of the message that tells the state stands in <see cref="Query"/>: by JSON Pointer, its place.</summary>
    public IReadOnlyDictionary<string, int> QueryPlaces => _queryPlaces;

    public int ReplaceRoute { get; }

    public int ReplaceAddress { get; }

    public int EndedRoute { get; }

    public int Resumable { get; }
}
