using System.Text.Json;

namespace NetWebSockets.Messaging;

/// <summary>A contract made ready for the router: checked, its places in one tree, what tells messages apart in another. One per client type.</summary>
internal sealed class ContractPlan
{
    private readonly Dictionary<ReceiveRoute, int> _numbers = [];

    /// <summary>Checks a contract and makes it ready.</summary>
    /// <param name="contract">The contract.</param>
    /// <exception cref="ArgumentException">The contract contradicts itself; the message says where.</exception>
    public ContractPlan(ClientContract contract)
    {
        if (string.IsNullOrWhiteSpace(contract.Name))
            throw new ArgumentException("A contract has no name: set Name to the client class's.", nameof(contract));
        Contract = contract;
        Name = contract.Name;
        try
        {
            if (contract.Uri is { } uri && !IsWebSocketUri(uri))
                throw new ArgumentException($"'{uri}' is not an absolute ws, wss, http or https address.");
            Discriminators = [.. contract.Discriminators.Select(d => SlotOf(d, "discriminator"))];
            if (contract.Calls is { } calls)
                Calls = new CallPlan(this, calls);
            Tree = AddRoutes(contract);
            Subscriptions = [.. contract.Subscriptions.Select(s => new SubscriptionPlan(this, s))];
            Acknowledgements = [.. contract.Acknowledgements.Select(a => SlotOf(a.At, "acknowledgement"))];
            Session = new SessionPlan(this, contract);
            foreach (int slot in Acknowledgements)
                AlwaysNeeded |= 1u << slot;
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"The contract of {Name} is wrong: {e.Message}", nameof(contract), e);
        }

        JsonSerializerOptions? options = contract.Routes.Select(r => r.Options).Concat(contract.Subscriptions.Select(r => r.Options)).Concat(contract.Handlers.Select(r => r.Options)).FirstOrDefault();
        ReaderOptions = new JsonReaderOptions
        {
            AllowTrailingCommas = options?.AllowTrailingCommas ?? false,
            CommentHandling = options?.ReadCommentHandling ?? JsonCommentHandling.Disallow,

            // A record may nest as deep as its serializer allows wherever it stands in its envelope.
            MaxDepth = (options is { MaxDepth: > 0 } ? options.MaxDepth : 64) + Locators.Depth,
        };
    }

    /// <summary>The contract.</summary>
    public ClientContract Contract { get; }

    /// <summary>The name of the client class.</summary>
    public string Name { get; }

    /// <summary>All places.</summary>
    public LocatorTree Locators { get; } = new();

    /// <summary>The places of the client's discriminators.</summary>
    public int[] Discriminators { get; }

    /// <summary>All places that tell messages apart.</summary>
    public uint DiscriminatorMask { get; private set; }

    /// <summary>From what tells messages apart to the number of their route: first those of <see cref="ReceiveRoutes"/>, then those of the handlers.</summary>
    public RouteTree Tree { get; }

    /// <summary>What is received.</summary>
    public IReadOnlyList<ReceiveRoute> ReceiveRoutes => Contract.Routes;

    /// <summary>By route: where its record stands; -1 when it is the whole message.</summary>
    public int[] PayloadSlots { get; private set; } = [];

    /// <summary>By route: what must have been found before a pass over a message may stop.</summary>
    public uint[] RouteNeeds { get; private set; } = [];

    /// <summary>How calls are matched; null when the client has none.</summary>
    public CallPlan? Calls { get; }

    /// <summary>What is subscribed to.</summary>
    public SubscriptionPlan[] Subscriptions { get; }

    /// <summary>The places of what is acknowledged.</summary>
    public int[] Acknowledgements { get; }

    /// <summary>What the session takes out of messages.</summary>
    public SessionPlan Session { get; }

    /// <summary>What must be found in every message, whichever it is.</summary>
    public uint AlwaysNeeded { get; set; }

    /// <summary>How messages are scanned: as leniently as the user's JSON context reads them.</summary>
    public JsonReaderOptions ReaderOptions { get; }

    /// <summary>The number of a handler's route.</summary>
    public int NumberOfHandler(int index) => ReceiveRoutes.Count + index;

    /// <summary>The number of a route.</summary>
    /// <param name="route">The route.</param>
    /// <returns>Its number.</returns>
    /// <exception cref="ArgumentException">The route is not of this contract.</exception>
    public int NumberOf(ReceiveRoute route) =>
        _numbers.TryGetValue(route, out int number)
            ? number
            : throw new ArgumentException($"The route '{route.Name}' is not in the contract of {Name}: open streams with the routes in ClientContract.Routes.", nameof(route));

    /// <summary>The number of a place, which must not be the whole message.</summary>
    /// <param name="locator">The place.</param>
    /// <param name="what">What stands there, for errors.</param>
    /// <returns>Its number.</returns>
    /// <exception cref="ArgumentException">It is no place, or the whole message.</exception>
    public int SlotOf(string locator, string what)
    {
        int slot = SlotOrWhole(locator, what);
        return slot >= 0 ? slot : throw new ArgumentException($"The {what} locator is empty: give the JSON Pointer of a property, such as '/type'.");
    }

    /// <summary>The number of a place; -1 for the whole message.</summary>
    /// <param name="locator">The place.</param>
    /// <param name="what">What stands there, for errors.</param>
    /// <returns>Its number, or -1.</returns>
    /// <exception cref="ArgumentException">It is no place.</exception>
    public int SlotOrWhole(string locator, string what)
    {
        if (!JsonLocator.TryParse(locator, out JsonLocator? parsed, out string? error))
            throw new ArgumentException($"the {what} locator: {error}");
        return parsed.IsWhole ? -1 : Locators.Add(parsed);
    }

    /// <summary>Makes conditions ready.</summary>
    /// <param name="matches">What must stand where.</param>
    /// <returns>The conditions.</returns>
    public LocatorCondition[] Conditions(IReadOnlyList<LocatorMatch> matches) => [.. matches.Select(m => new LocatorCondition(SlotOf(m.Locator, "condition"), m))];

    private RouteTree AddRoutes(ClientContract contract)
    {
        var matches = new List<IReadOnlyDictionary<int, LocatorMatch>>();
        var names = new List<string>();
        List<int> payloads = [];
        List<uint> needs = [];
        List<int> order = [.. Discriminators];
        foreach (ReceiveRoute route in contract.Routes)
        {
            _numbers.Add(route, matches.Count);
            Add(route.Name, route.Match, route.Payload, []);
        }

        foreach (HandlerRoute handler in contract.Handlers)
            Add(handler.Name, handler.Match, handler.Payload, [handler.Id, handler.Scope]);

        PayloadSlots = [.. payloads];
        RouteNeeds = [.. needs];
        foreach (int slot in order)
            DiscriminatorMask |= 1u << slot;
        var tree = new RouteTree([.. order], matches, out (int First, int Second)? clash);
        return clash is { } two
            ? throw new ArgumentException($"it receives two kinds of message that nothing tells apart: '{names[two.First]}' and '{names[two.Second]}'.")
            : tree;

        void Add(string name, IReadOnlyList<LocatorMatch> match, string payload, IEnumerable<string?> others)
        {
            if (match.Count == 0)
                throw new ArgumentException("it receives a record that nothing tells from others: set Discriminator to a JSON Pointer such as '/type'.");
            var bySlot = new Dictionary<int, LocatorMatch>();
            foreach (LocatorMatch one in match)
            {
                int slot = SlotOf(one.Locator, "discriminator");
                if (!order.Contains(slot))
                    order.Add(slot);
                if (!bySlot.TryAdd(slot, one))
                    throw new ArgumentException($"'{name}' asks twice for '{one.Locator}'.");
            }

            int payloadSlot = SlotOrWhole(payload, "payload");
            uint need = payloadSlot < 0 ? 0 : 1u << payloadSlot;
            foreach (string? other in others)
            {
                if (other is not null && SlotOrWhole(other, "id") is >= 0 and int slot)
                    need |= 1u << slot;
            }

            matches.Add(bySlot);
            names.Add(name);
            payloads.Add(payloadSlot);
            needs.Add(need);
        }
    }

    private static bool IsWebSocketUri(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "ws" or "wss" or "http" or "https" && uri.Host.Length > 0;
}
