using System.ComponentModel;
using System.Text.Json;

namespace NetWebSockets.Messaging;

/// <summary>One kind of message of the peer that is handled, and answered when it has an id.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class HandlerRoute
{
    private protected HandlerRoute(string name, IReadOnlyList<LocatorMatch> match) => (Name, Match) = (name, match);

    /// <summary>The method, for errors and logs.</summary>
    public string Name { get; }

    /// <summary>What must stand where.</summary>
    public IReadOnlyList<LocatorMatch> Match { get; }

    /// <summary>Where the request stands; empty when it is the message.</summary>
    public string Payload { get; init; } = "";

    /// <summary>Where the id stands that the answer has to carry; null when there is no answer. Its JSON is copied as it came.</summary>
    public string? Id { get; init; }

    /// <summary>Where a scope stands that the answer has to carry; null when there is none.</summary>
    public string? Scope { get; init; }

    /// <summary>The answer with a result (<see cref="EnvelopeSlot.Payload"/>); null when there is no answer.</summary>
    public Envelope? Reply { get; init; }

    /// <summary>The answer with an error (<see cref="EnvelopeSlot.Code"/>, <see cref="EnvelopeSlot.Message"/>); null when errors are only logged.</summary>
    public Envelope? ErrorReply { get; init; }

    /// <summary>How many are handled at the same time.</summary>
    public int MaxConcurrent { get; init; } = 1;

    internal abstract JsonSerializerOptions Options { get; }

    /// <summary>Whether the request is looked at, so that it has to be there.</summary>
    internal abstract bool ReadsRequest { get; }

    /// <summary>Reads the request at once and returns what then handles it and writes the result.</summary>
    /// <param name="json">The request.</param>
    /// <returns>The work: takes the client, a token, and writes the result's JSON; false when there is no result.</returns>
    /// <exception cref="JsonException">It is not a request of this kind. A user's converter may throw anything.</exception>
    internal abstract Func<object, CancellationToken, ValueTask<Action<Utf8JsonWriter>?>> Prepare(ReadOnlySpan<byte> json);
}

/// <inheritdoc/>
/// <typeparam name="TRequest">The type of the request.</typeparam>
/// <typeparam name="TReply">The type of the result; <see cref="NoResult"/> when there is none.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class HandlerRoute<TRequest, TReply> : HandlerRoute
{
    private readonly PayloadFormat<TRequest>? _requestFormat;
    private readonly PayloadFormat<TReply>? _replyFormat;
    private readonly JsonSerializerOptions _options;
    private readonly Func<object, TRequest, CancellationToken, ValueTask<TReply>> _invoke;

    /// <summary>Creates the route.</summary>
    /// <param name="name">The method, for errors and logs.</param>
    /// <param name="match">What must stand where.</param>
    /// <param name="options">The options of the JSON context.</param>
    /// <param name="requestFormat">How the request is read; null when it is not looked at.</param>
    /// <param name="replyFormat">How the result is written; null when there is none.</param>
    /// <param name="invoke">Calls the user's method on the client.</param>
    public HandlerRoute(
        string name,
        IReadOnlyList<LocatorMatch> match,
        JsonSerializerOptions options,
        PayloadFormat<TRequest>? requestFormat,
        PayloadFormat<TReply>? replyFormat,
        Func<object, TRequest, CancellationToken, ValueTask<TReply>> invoke)
        : base(name, match)
    {
        _options = options;
        _requestFormat = requestFormat;
        _replyFormat = replyFormat;
        _invoke = invoke;
    }

    internal override JsonSerializerOptions Options => _options;

    internal override bool ReadsRequest => _requestFormat is not null;

    internal override Func<object, CancellationToken, ValueTask<Action<Utf8JsonWriter>?>> Prepare(ReadOnlySpan<byte> json)
    {
        TRequest request = _requestFormat is null ? default! : _requestFormat.Read(json);
        return async (client, token) =>
        {
            TReply reply = await _invoke(client, request, token).ConfigureAwait(false);
            return _replyFormat is { } format ? writer => format.Write(writer, reply) : null;
        };
    }
}
