using System.ComponentModel;

namespace NetWebSockets.Messaging;

/// <summary>A heartbeat.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class HeartbeatContract
{
    /// <summary>The text, with <c>{sequence}</c>, <c>{id}</c> and <c>{time}</c> in it; null when <see cref="Send"/> or a protocol ping is sent.</summary>
    public string? Text { get; init; }

    /// <summary>Writes the message of a record: given the last sequence as JSON (null when there is none) it calls the runtime. Null when <see cref="Text"/> or a protocol ping is sent.</summary>
    public HeartbeatMessage? Send { get; init; }

    /// <summary>The interval; null until the peer has told it.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The kind of message that tells the interval; null when none does. One of <see cref="ClientContract.Routes"/>.</summary>
    public ReceiveRoute? IntervalFrom { get; init; }

    /// <summary>Where it tells it.</summary>
    public string? IntervalAt { get; init; }

    /// <summary>The unit of the told interval.</summary>
    public TimeSpan IntervalUnit { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Whether the first comes after a random part of the interval.</summary>
    public bool Jitter { get; init; }

    /// <summary>What answers; null when nothing is expected. One of <see cref="ClientContract.Routes"/>.</summary>
    public ReceiveRoute? Reply { get; init; }

    /// <summary>The text that answers; null when none does.</summary>
    public string? ReplyText { get; init; }

    /// <summary>How long to wait for the answer; null until the next heartbeat.</summary>
    public TimeSpan? ReplyTimeout { get; init; }

    /// <summary>By what the peer asks for one at once; null when it does not. One of <see cref="ClientContract.Routes"/>.</summary>
    public ReceiveRoute? RequestedBy { get; init; }

    /// <summary>How long nothing at all may come; null for no limit.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>Whether one is sent only when nothing else was.</summary>
    public bool OnlyWhenIdle { get; init; }
}

/// <summary>Makes the heartbeat of a record.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class HeartbeatMessage
{
    private protected HeartbeatMessage()
    {
    }

    /// <summary>Makes it.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="route">How it is sent.</param>
    /// <param name="create">Makes the record, given the last sequence: an integer as long, anything else as string, null when there is none.</param>
    /// <returns>The message.</returns>
    public static HeartbeatMessage Of<T>(SendRoute<T> route, Func<object?, T> create) => new Record<T>(route, create);

    /// <summary>Encodes one; valid until the encoder is returned.</summary>
    internal abstract ReadOnlyMemory<byte> Encode(MessageEncoder encoder, object? sequence);

    private sealed class Record<T>(SendRoute<T> route, Func<object?, T> create) : HeartbeatMessage
    {
        internal override ReadOnlyMemory<byte> Encode(MessageEncoder encoder, object? sequence) =>
            encoder.Encode(route.Envelope, default, route.Format, create(sequence));
    }
}

/// <summary>How a session is resumed.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ResumeContract
{
    /// <summary>Where messages carry their sequence number; null for none.</summary>
    public string? Sequence { get; init; }

    /// <summary>The kind of message that tells state and address; null for none. One of <see cref="ClientContract.Routes"/>.</summary>
    public ReceiveRoute? From { get; init; }

    /// <summary>Where it tells the state.</summary>
    public string? State { get; init; }

    /// <summary>Where it tells the address; null when it is the usual one.</summary>
    public string? Address { get; init; }

    /// <summary>What is added to the address's query, with <c>{state}</c>, <c>{sequence}</c> and JSON Pointers into the message of <see cref="From"/> in braces; null for nothing.</summary>
    public string? Query { get; init; }

    /// <summary>How long after a drop it can be resumed; null for no limit.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>The kind of message that asks to move to another socket; null for none. One of <see cref="ClientContract.Routes"/>.</summary>
    public ReceiveRoute? ReplaceBy { get; init; }

    /// <summary>Where it tells the new address; null for the usual one.</summary>
    public string? ReplaceAddress { get; init; }

    /// <summary>The kind of message that says that the session is over; null for none. One of <see cref="ClientContract.Routes"/>.</summary>
    public ReceiveRoute? EndedBy { get; init; }

    /// <summary>Where it says that the session can be resumed all the same; null when it cannot.</summary>
    public string? Resumable { get; init; }
}

/// <summary>What close codes mean.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CloseCodeContract
{
    /// <summary>No use trying again.</summary>
    public IReadOnlyList<int> Fatal { get; init; } = [];

    /// <summary>The session is over.</summary>
    public IReadOnlyList<int> NewSession { get; init; } = [];

    /// <summary>The session can be resumed at once.</summary>
    public IReadOnlyList<int> Resume { get; init; } = [];

    /// <summary>Worth trying again.</summary>
    public IReadOnlyList<int> Retry { get; init; } = [];

    /// <summary>What a socket is given up with; 0 for no code.</summary>
    public int Abort { get; init; }
}

/// <summary>How much the peer takes.</summary>
/// <param name="Messages">Messages in a window; 0 for no limit.</param>
/// <param name="Per">The window.</param>
/// <param name="MaxBytes">The largest message; 0 for no limit.</param>
/// <param name="Fail">Whether what is over the rate fails in place of waiting.</param>
/// <param name="AcrossConnections">Whether the peer goes on counting on the next connection.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record OutboundLimitContract(int Messages, TimeSpan Per, int MaxBytes, bool Fail, bool AcrossConnections = false);

/// <summary>What is acknowledged.</summary>
/// <param name="At">Where the value stands.</param>
/// <param name="Text">What is sent, with <c>{value}</c>.</param>
/// <param name="Every">How long a cumulative acknowledgement is held back; null when each message is acknowledged by itself.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record AcknowledgeContract(string At, string Text, TimeSpan? Every);
