using System.Text.Json;

namespace NetWebSockets.Messaging;

/// <summary>A request of the peer that waits for its handler.</summary>
internal sealed class InboundRequest
{
    /// <summary>The time of the socket that it came on.</summary>
    public required SocketEpoch Epoch { get; init; }

    /// <summary>Its id as it came; empty when it has none.</summary>
    public ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>Its scope; null for none.</summary>
    public string? Scope { get; init; }

    /// <summary>What handles it; null when it could not be read and is only answered so.</summary>
    public Func<object, CancellationToken, ValueTask<Action<Utf8JsonWriter>?>>? Work { get; init; }

    /// <summary>Whether the peer waits for an answer.</summary>
    public required bool IsAnswered { get; init; }
}
