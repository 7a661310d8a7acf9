using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NetWebSockets.Messaging;

// What generated code hands to the runtime: everything that was known at compile time, as UTF-8.

/// <summary>What a contract says of its client, fixed at compile time. Built once per client type by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ClientContract
{
    /// <summary>The name of the client class, for logs and metrics.</summary>
    public required string Name { get; init; }

    /// <summary>The default address, or null.</summary>
    public string? Uri { get; init; }

    /// <summary>Subprotocols to offer.</summary>
    public IReadOnlyList<string> SubProtocols { get; init; } = [];

    /// <summary>JSON Pointer of the discriminator, or null when no record is received by one.</summary>
    public string? Discriminator { get; init; }

    /// <summary>JSON Pointers of a reply's id, result and error; null when the client has no calls.</summary>
    public CallLocators? Calls { get; init; }

    /// <summary>What can be received.</summary>
    public IReadOnlyList<ReceiveRoute> Routes { get; init; } = [];

    /// <summary>The contract made ready for the router. Made once; two threads that make it at the same time make the same.</summary>
    internal ContractPlan Plan => field ??= new ContractPlan(this);
}

/// <summary>Where a reply carries its id, result and error (JSON Pointers).</summary>
/// <param name="Id">The id.</param>
/// <param name="Result">The result; empty for the whole reply.</param>
/// <param name="Error">The error; a value other than null there means failure.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record CallLocators(string Id, string Result, string Error);

/// <summary>One kind of message that is received.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ReceiveRoute
{
    private protected ReceiveRoute(string discriminator) => Discriminator = discriminator;

    /// <summary>The value at the discriminator.</summary>
    public string Discriminator { get; }

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
    /// <param name="discriminator">The value at the discriminator.</param>
    /// <param name="type">How to read the record.</param>
    public ReceiveRoute(string discriminator, JsonTypeInfo<T> type)
        : base(discriminator) => Type = type;

    /// <summary>How to read the record.</summary>
    public JsonTypeInfo<T> Type { get; }

    /// <summary>What a message is about, for streams that keep the latest; null when the contract does not say.</summary>
    public MessageKey<T>? Key { get; init; }

    /// <summary>How streams buffer that are opened without options of their own; null for the defaults.</summary>
    public MessageStreamOptions? Stream { get; init; }

    internal override JsonSerializerOptions Options => Type.Options;

    internal override StreamSet CreateStreams(string client, PumpGate gate) => new StreamSet<T>(Discriminator, client, gate, Type, Key);
}

/// <summary>
/// The JSON around a record, as three pieces of UTF-8: what stands before the id, between id and record, and after the record.
/// <c>{"id":</c> 7 <c>,"method":"x","params":</c> {…} <c>}</c>. A message without an id has an empty <see cref="BeforeId"/>.
/// When <see cref="PayloadAtRoot"/>, <see cref="BeforePayload"/> ends before the comma and the record's own fields follow in the same object:
/// <c>{"type":"say"</c> + <c>,"room":"a"}</c>; <see cref="AfterPayload"/> is then what closes any object opened beside it (usually empty).
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Envelope
{
    /// <summary>Creates the envelope.</summary>
    /// <param name="beforeId">UTF-8 up to the id; empty when there is none.</param>
    /// <param name="beforePayload">UTF-8 from after the id (or from the start) to the record.</param>
    /// <param name="afterPayload">UTF-8 after the record.</param>
    /// <param name="payloadAtRoot">Whether the record's fields stand in the envelope's own object.</param>
    public Envelope(ReadOnlySpan<byte> beforeId, ReadOnlySpan<byte> beforePayload, ReadOnlySpan<byte> afterPayload, bool payloadAtRoot)
    {
        BeforeId = beforeId.ToArray();
        BeforePayload = beforePayload.ToArray();
        AfterPayload = afterPayload.ToArray();
        PayloadAtRoot = payloadAtRoot;
    }

    internal byte[] BeforeId { get; }

    internal byte[] BeforePayload { get; }

    internal byte[] AfterPayload { get; }

    internal bool PayloadAtRoot { get; }
}

/// <summary>One kind of message that is sent.</summary>
/// <typeparam name="T">The record.</typeparam>
/// <param name="Name">The discriminator's value, for logs and errors.</param>
/// <param name="Envelope">The JSON around the record.</param>
/// <param name="Type">How to write the record.</param>
/// <param name="Idempotent">Whether it may be sent again when the outcome was unknown.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record SendRoute<T>(string Name, Envelope Envelope, JsonTypeInfo<T> Type, bool Idempotent);

/// <summary>One call.</summary>
/// <typeparam name="T">The request's record.</typeparam>
/// <typeparam name="TReply">The type of the result.</typeparam>
/// <param name="Method">The method, for errors and logs.</param>
/// <param name="Envelope">The JSON around the record, with a place for the id.</param>
/// <param name="Type">How to write the request.</param>
/// <param name="ReplyType">How to read the result.</param>
/// <param name="Idempotent">Whether the request may be sent again when its outcome was unknown.</param>
/// <param name="Timeout">How long to wait for the reply; null takes the client's default.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record CallRoute<T, TReply>(
    string Method, Envelope Envelope, JsonTypeInfo<T> Type, JsonTypeInfo<TReply> ReplyType, bool Idempotent, TimeSpan? Timeout);
