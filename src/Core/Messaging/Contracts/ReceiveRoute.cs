using System.ComponentModel;
using System.Text.Json;

namespace NetWebSockets.Messaging;

/// <summary>One kind of message that is received.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ReceiveRoute
{
    private protected ReceiveRoute(IReadOnlyList<LocatorMatch> match) => Match = match;

    /// <summary>What must stand where.</summary>
    public IReadOnlyList<LocatorMatch> Match { get; }

    /// <summary>Where the record stands; empty when it is the message.</summary>
    public string Payload { get; init; } = "";

    /// <summary>How streams buffer that are opened without options of their own; null for the defaults.</summary>
    public MessageStreamOptions? Stream { get; init; }

    /// <summary>What tells it from others, for errors and logs.</summary>
    internal string Name => string.Join(", ", Match.Select(m => m.Value ?? m.ToString()));

    /// <summary>The type of the record.</summary>
    internal abstract Type RecordType { get; }

    /// <summary>The options of the JSON context that the record is registered in.</summary>
    internal abstract JsonSerializerOptions Options { get; }

    /// <summary>Makes the set of open streams that one client has of this kind.</summary>
    internal abstract StreamSet CreateStreams(string client, PumpGate gate);
}

/// <summary>One kind of message that is received, read as <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The record.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ReceiveRoute<T> : ReceiveRoute
{
    /// <summary>Creates the route.</summary>
    /// <param name="match">What must stand where.</param>
    /// <param name="format">How to read the record.</param>
    public ReceiveRoute(IReadOnlyList<LocatorMatch> match, PayloadFormat<T> format)
        : base(match) => Format = format;

    /// <summary>How to read the record.</summary>
    public PayloadFormat<T> Format { get; }

    /// <summary>What a message is about, for streams that keep the latest; null when the contract does not say.</summary>
    public MessageKey<T>? Key { get; init; }

    internal override Type RecordType => typeof(T);

    internal override JsonSerializerOptions Options => Format.Options;

    internal override StreamSet CreateStreams(string client, PumpGate gate) => new StreamSet<T>(Name, client, gate, Format, Key);
}
