using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators;

/// <summary>The names of the pipeline's steps, by which the cache tests find them.</summary>
internal static class TrackingNames
{
    public const string Clients = nameof(Clients);
    public const string JsonRpcClients = nameof(JsonRpcClients);
    public const string Halves = nameof(Halves);
    public const string JsonRpcHalves = nameof(JsonRpcHalves);
    public const string SendMessages = nameof(SendMessages);
    public const string ReceiveMessages = nameof(ReceiveMessages);
    public const string CallMessages = nameof(CallMessages);
    public const string AllMessages = nameof(AllMessages);
    public const string AllMethods = nameof(AllMethods);
    public const string Subscribes = nameof(Subscribes);
    public const string Contracts = nameof(Contracts);
    public const string JsonRpcContracts = nameof(JsonRpcContracts);

    public static readonly IReadOnlyList<string> All = [Clients, JsonRpcClients, Halves, JsonRpcHalves, SendMessages, ReceiveMessages, CallMessages, AllMessages, .. MethodAttributes.All.Select(static a => Methods(a.Kind)), AllMethods, Subscribes, Contracts, JsonRpcContracts];

    /// <summary>The step that finds the methods with one attribute.</summary>
    public static string Methods(ClientMethodKind kind) => kind + "Methods";
}
