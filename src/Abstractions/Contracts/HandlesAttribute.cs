namespace NetWebSockets;

/// <summary>
/// The method answers what the peer asks. Its first parameter is the request, or it has none; the last may be a <see cref="CancellationToken"/>, cancelled when the connection drops. What it returns
/// (<c>Task&lt;T&gt;</c> or <c>ValueTask&lt;T&gt;</c>) is the result; <c>Task</c> or <c>ValueTask</c> answers a request without one. A message without an id is not answered, unless <see cref="Reply"/> has none either. A
/// <see cref="HandlerException"/> is answered as an error with its code; any other exception as an error that tells no details, and is logged: with the code -32603
/// where error replies have their code at <c>code</c> in <c>error</c>, as JSON-RPC 2.0 has it, otherwise <c>InternalError</c>. A request that cannot be read is answered with -32602 or <c>ProtocolError</c>. An answer goes
/// out on the socket that its request came on, or not at all.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class HandlesAttribute : Attribute
{
    /// <summary>The method handles requests of the peer with this method, or messages with these values at the client's discriminators.</summary>
    /// <param name="discriminators">The method where calls have it, when the contract has calls; otherwise as for <see cref="ReceiveAttribute{TClient}"/>.</param>
    public HandlesAttribute(params object[] discriminators) => Discriminators = discriminators;

    /// <summary>The values.</summary>
    public IReadOnlyList<object> Discriminators { get; }

    /// <summary>How many requests are handled at the same time. 1, the default, handles them in order; what waits is bounded, and then holds the connection.</summary>
    public int MaxConcurrent { get; set; } = 1;

    /// <summary>A template of the answer, when it is no reply of <see cref="CallsAttribute"/>: <c>{"envelope_id":{id},"payload":{result}}</c>.</summary>
    public string? Reply { get; set; }

    /// <summary>Where the id of the request stands, under <see cref="Reply"/>. By default where calls have it.</summary>
    public string? Id { get; set; }

    /// <summary>Where the request stands in the message, when it is elsewhere than parameters of calls or <see cref="WebSocketClientAttribute.Payload"/>. Empty: it is the message.</summary>
    public string? Payload { get; set; }
}

/// <summary>Acknowledges messages of the peer that carry a number or an id at a place.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class AcknowledgeAttribute : Attribute
{
    /// <summary>Acknowledges every message that has a value at this place.</summary>
    /// <param name="at">The place: a JSON Pointer such as <c>/sequenceId</c>.</param>
    /// <param name="text">What is sent, with the value in place of <c>{value}</c>: <c>{"type":"sequenceAck","sequenceId":{value}}</c>.</param>
    public AcknowledgeAttribute(string at, string text) => (At, Text) = (at, text);

    /// <summary>Where the value stands.</summary>
    public string At { get; }

    /// <summary>What is sent.</summary>
    public string Text { get; }

    /// <summary>Whether one acknowledgement stands for all up to its number: they are then sent no more often than every <see cref="EverySeconds"/>, with the last number. Default <see langword="false"/>.</summary>
    public bool Cumulative { get; set; }

    /// <summary>How long a cumulative acknowledgement may be held back, in seconds. Default 1.</summary>
    public double EverySeconds { get; set; } = 1;
}
