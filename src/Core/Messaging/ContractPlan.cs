using System.Text.Json;

namespace NetWebSockets.Messaging;

/// <summary>A contract made ready for the router: checked, its locators in one tree, its discriminators in one table. One per client type.</summary>
internal sealed class ContractPlan
{
    private readonly Dictionary<ReceiveRoute, int> _numbers = [];

    /// <summary>Checks a contract and makes it ready.</summary>
    /// <param name="contract">The contract.</param>
    /// <exception cref="ArgumentException">The contract contradicts itself; the message says where.</exception>
    public ContractPlan(ClientContract contract)
    {
        if (string.IsNullOrWhiteSpace(contract.Name))
            throw Invalid("A contract has no name: set Name to the client class's.");
        Name = contract.Name;
        if (contract.Uri is { } uri && !IsWebSocketUri(uri))
            throw Invalid($"The address '{uri}' of {Name} is not an absolute ws, wss, http or https address.");

        int depth = 0;
        Locators = LocatorNode.CreateRoot();
        if (contract.Discriminator is { } discriminator)
        {
            JsonLocator locator = Parse(discriminator, "discriminator");
            if (locator.IsWhole)
                throw Invalid($"The discriminator locator of {Name} is empty: give the JSON Pointer of a property, such as '/type'.");
            Add(locator, LocatorTargets.Discriminator);
        }
        else if (contract.Routes.Count > 0)
        {
            throw Invalid($"{Name} receives records but has no discriminator locator: set Discriminator to a JSON Pointer such as '/type'.");
        }

        if (contract.Calls is { } calls)
        {
            JsonLocator id = Parse(calls.Id, "id");
            JsonLocator result = Parse(calls.Result, "result");
            JsonLocator error = Parse(calls.Error, "error");
            if (id.IsWhole)
                throw Invalid($"The id locator of {Name} is empty: give the JSON Pointer of a property, such as '/id'.");
            if (result.IsWhole && error.IsWhole)
                throw Invalid($"The result and the error of {Name} are both the whole reply, so nothing tells one from the other: give one of them a locator of its own.");
            HasCalls = true;
            ResultIsWhole = result.IsWhole;
            ErrorIsWhole = error.IsWhole;
            Add(id, LocatorTargets.Id);
            if (!ResultIsWhole)
                Add(result, LocatorTargets.Result);
            if (!ErrorIsWhole)
                Add(error, LocatorTargets.Error);
        }

        var values = new List<string>(contract.Routes.Count);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (ReceiveRoute route in contract.Routes)
        {
            if (!taken.Add(route.Discriminator))
                throw Invalid($"{Name} receives two records with the discriminator '{route.Discriminator}': each value may stand for one only.");
            _numbers.Add(route, values.Count);
            values.Add(route.Discriminator);
        }

        Routes = contract.Routes;
        Table = new RouteTable(values);
        JsonSerializerOptions? options = contract.Routes.Count > 0 ? contract.Routes[0].Options : null;
        ReaderOptions = new JsonReaderOptions
        {
            AllowTrailingCommas = options?.AllowTrailingCommas ?? false,
            CommentHandling = options?.ReadCommentHandling ?? JsonCommentHandling.Disallow,

            // A record may nest as deep as its serializer allows wherever it stands in its envelope.
            MaxDepth = (options is { MaxDepth: > 0 } ? options.MaxDepth : 64) + depth,
        };

        void Add(JsonLocator locator, LocatorTargets target)
        {
            Locators.Add(locator, target);
            depth = Math.Max(depth, locator.Steps.Length);
        }

        JsonLocator Parse(string text, string what) =>
            JsonLocator.TryParse(text, out JsonLocator? locator, out string? error)
                ? locator
                : throw Invalid($"The {what} locator of {Name} is wrong: {error}");

        ArgumentException Invalid(string message) => new(message, nameof(contract));
    }

    /// <summary>The name of the client class.</summary>
    public string Name { get; }

    /// <summary>All locators.</summary>
    public LocatorNode Locators { get; }

    /// <summary>From discriminator to the number of its route.</summary>
    public RouteTable Table { get; }

    /// <summary>The routes by their numbers.</summary>
    public IReadOnlyList<ReceiveRoute> Routes { get; }

    /// <summary>Whether the client makes calls.</summary>
    public bool HasCalls { get; }

    /// <summary>Whether a reply without an error is the result itself.</summary>
    public bool ResultIsWhole { get; }

    /// <summary>Whether a reply without a result is the error itself.</summary>
    public bool ErrorIsWhole { get; }

    /// <summary>How messages are scanned: as leniently as the user's JSON context reads them.</summary>
    public JsonReaderOptions ReaderOptions { get; }

    /// <summary>The number of a route.</summary>
    /// <param name="route">The route.</param>
    /// <returns>Its number.</returns>
    /// <exception cref="ArgumentException">The route is not of this contract.</exception>
    public int NumberOf(ReceiveRoute route) =>
        _numbers.TryGetValue(route, out int number)
            ? number
            : throw new ArgumentException($"The route '{route.Discriminator}' is not in the contract of {Name}: open streams with the routes in ClientContract.Routes.", nameof(route));

    private static bool IsWebSocketUri(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "ws" or "wss" or "http" or "https" && uri.Host.Length > 0;
}
