namespace NetWebSockets.Generators;

/// <summary>The names of the pipeline's steps, by which the cache tests find them.</summary>
internal static class TrackingNames
{
    public const string Clients = nameof(Clients);
    public const string SendMessages = nameof(SendMessages);
    public const string ReceiveMessages = nameof(ReceiveMessages);
    public const string CallMessages = nameof(CallMessages);
    public const string AllMessages = nameof(AllMessages);
    public const string Contracts = nameof(Contracts);

    public static readonly IReadOnlyList<string> All = [Clients, SendMessages, ReceiveMessages, CallMessages, AllMessages, Contracts];
}
