namespace NetWebSockets.Fuzz;

/// <summary>What the bytes of a peer mean.</summary>
internal enum WireEventType
{
    Text,
    Binary,

    /// <summary>What there is of a binary message that is handed out as it comes and has not ended.</summary>
    BinaryPart,
    Ping,
    Pong,
    Close,
}

/// <summary>One message or control frame.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Payload">Its payload, as it stands on the wire.</param>
/// <param name="Compressed">Whether the message says that it is compressed.</param>
internal sealed record WireEvent(WireEventType Type, byte[] Payload, bool Compressed = false)
{
    public bool IsMessage => Type is WireEventType.Text or WireEventType.Binary;

    public bool Equals(WireEvent? other) =>
        other is not null && Type == other.Type && Compressed == other.Compressed && Payload.AsSpan().SequenceEqual(other.Payload);

    public override int GetHashCode() => HashCode.Combine(Type, Payload.Length, Compressed);

    public override string ToString()
    {
        string start = Convert.ToHexString(Payload.AsSpan(0, Math.Min(Payload.Length, 16)));
        return $"{Type}{(Compressed ? " compressed" : "")} {Payload.Length} bytes {start}{(Payload.Length > 16 ? "…" : "")}";
    }
}

/// <summary>What a sequence of bytes comes to.</summary>
internal sealed class WireOutcome
{
    public List<WireEvent> Events { get; } = [];

    /// <summary>The close code of the violation that ended it, and the reason for the wire; null when there was none.</summary>
    public (int CloseCode, string Reason)? Violation { get; set; }

    /// <summary>How many bytes had come when the violation was found.</summary>
    public int ViolationAt { get; set; }

    /// <summary>Where this differs from another; null when it does not.</summary>
    public string? DifferenceTo(WireOutcome other)
    {
        for (int i = 0; i < Math.Max(Events.Count, other.Events.Count); i++)
        {
            WireEvent? one = i < Events.Count ? Events[i] : null;
            WireEvent? two = i < other.Events.Count ? other.Events[i] : null;
            if (!Equals(one, two))
                return $"event {i} is [{one?.ToString() ?? "missing"}], expected [{two?.ToString() ?? "none"}]";
        }

        return Violation == other.Violation ? null : $"the violation is {Violation?.ToString() ?? "missing"}, expected {other.Violation?.ToString() ?? "none"}";
    }
}
