namespace NetWebSockets.Messaging;

/// <summary>What stands in an <see cref="Envelope"/> beside its record.</summary>
internal readonly struct EnvelopeValues
{
    /// <summary>The id.</summary>
    public long Id { get; init; }

    /// <summary>How it is written.</summary>
    public CallIdKind IdKind { get; init; }

    /// <summary>An id of the peer, as JSON, in place of <see cref="Id"/>.</summary>
    public ReadOnlyMemory<byte> IdJson { get; init; }

    /// <summary>The scope; null for none.</summary>
    public string? Scope { get; init; }

    /// <summary>The method, or the text of an error.</summary>
    public string? Text { get; init; }

    /// <summary>The code of an error, as JSON.</summary>
    public ReadOnlyMemory<byte> Code { get; init; }

    /// <summary>Topics or a key, as JSON.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }
}
