using System.Diagnostics.CodeAnalysis;

namespace NetWebSockets;

/// <summary>
/// The method is the connect script: it runs on every new socket before anything else is sent, and everything else waits for it. Its parameters are a <c>ConnectScript</c> and a
/// <see cref="CancellationToken"/>; it returns <c>Task</c> or <c>ValueTask</c>. What it throws ends the attempt.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OnConnectedAttribute : Attribute;

/// <summary>
/// The method says where an attempt connects to: address, headers, subprotocols and token of this attempt. Its parameters are a <c>ConnectAttempt</c> and a <see cref="CancellationToken"/>; it returns
/// <c>Task&lt;WebSocketEndpoint&gt;</c> or <c>ValueTask&lt;WebSocketEndpoint&gt;</c>. An endpoint factory in the options goes before it.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OnConnectingAttribute : Attribute;

/// <summary>
/// The method runs when the client is closed by its user, while it is still ready: it tells the peer, and waits for what the peer still has to say. Its parameters are a <c>ConnectScript</c> and a
/// <see cref="CancellationToken"/>, cancelled at the deadline of the close; it returns <c>Task</c> or <c>ValueTask</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OnClosingAttribute : Attribute;

/// <summary>
/// Sends a heartbeat: a protocol ping (RFC 6455, section 5.5.2) with no arguments, otherwise a text. In the text <c>{sequence}</c> stands for the last sequence of <see cref="ResumeAttribute"/> or
/// <c>null</c>, <c>{id}</c> for a new call id, and <c>{time}</c> for the time in Unix milliseconds.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public class HeartbeatAttribute : Attribute
{
    /// <summary>A protocol ping.</summary>
    public HeartbeatAttribute()
    {
    }

    /// <summary>A text message.</summary>
    /// <param name="text">The message, JSON or not.</param>
    public HeartbeatAttribute(string text) => Text = text;

    /// <summary>What is sent; <see langword="null"/> for a protocol ping.</summary>
    public string? Text { get; }

    /// <summary>How long to wait between two, in seconds. Needed unless <see cref="IntervalFrom"/> is set. Not 0.</summary>
    public double Seconds { get; set; }

    /// <summary>The record that tells the interval, when it is received. Until then nothing is sent, or every <see cref="Seconds"/>.</summary>
    public Type? IntervalFrom { get; set; }

    /// <summary>Where the interval stands in the message of <see cref="IntervalFrom"/>, in milliseconds, from the root of the message.</summary>
    public string? Interval { get; set; }

    /// <summary>The unit of the interval that the server tells, in seconds. Default 0.001.</summary>
    public double IntervalUnit { get; set; } = 0.001;

    /// <summary>Whether the first comes after a random part of the interval, so that clients that connect at one moment do not beat together. Default <see langword="false"/>.</summary>
    public bool Jitter { get; set; }

    /// <summary>The record that answers. The connection is dropped when it has not come by the time of the next heartbeat, or after <see cref="ReplySeconds"/>. By default nothing is expected.</summary>
    public Type? Reply { get; set; }

    /// <summary>The text that answers, when it is no record of the contract, such as <c>pong</c>.</summary>
    public string? ReplyText { get; set; }

    /// <summary>How long to wait for the answer, in seconds. 0, the default, waits until the next heartbeat.</summary>
    public double ReplySeconds { get; set; }

    /// <summary>The record by which the peer asks for a heartbeat at once.</summary>
    public Type? RequestedBy { get; set; }

    /// <summary>The connection is dropped when nothing at all has come for so long, in seconds. 0, the default, leaves that to the keep-alive of the connection.</summary>
    public double SilenceSeconds { get; set; }

    /// <summary>Whether one is only sent when nothing else was sent for the interval. Default <see langword="false"/>.</summary>
    public bool OnlyWhenIdle { get; set; }
}

/// <summary>Sends a record as heartbeat. The record is one that the client sends, with a constructor that takes nothing or the last sequence of <see cref="ResumeAttribute"/> as a nullable integer or string.</summary>
/// <typeparam name="T">The record.</typeparam>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class HeartbeatAttribute<T> : HeartbeatAttribute;

/// <summary>
/// Keeps what is needed to go on with the peer's session after a drop. The connect script finds it in <c>ConnectScript.Resume</c>. A close code of <see cref="CloseCodesAttribute.NewSession"/> and
/// <c>ConnectScript.NewSession()</c> forget it.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ResumeAttribute : Attribute
{
    /// <summary>Where messages carry their sequence number; the last one is kept. By default there is none.</summary>
    public string? Sequence { get; set; }

    /// <summary>The record that tells state and address, when it is received.</summary>
    public Type? From { get; set; }

    /// <summary>Where the state (a session id, a token) stands in the message of <see cref="From"/>, from the root of the message.</summary>
    public string? State { get; set; }

    /// <summary>
    /// Where the message of <see cref="From"/> tells the address to resume at. By default it is the usual one. Of three attempts in a row that do not succeed, the third goes to the usual address: the
    /// one that was told may be gone for good.
    /// </summary>
    [StringSyntax("JsonPointer")]
    public string? Address { get; set; }

    /// <summary>
    /// What is added to the query of the address when resuming: <c>{state}</c> and <c>{sequence}</c> stand for what was kept, a pointer such as <c>{/connectionId}</c> for what stood there in the
    /// message of <see cref="From"/>. By default nothing.
    /// </summary>
    public string? Query { get; set; }

    /// <summary>How long after a drop the session can be resumed, in seconds; after that it is a new one. 0, the default, is no limit.</summary>
    public double WithinSeconds { get; set; }

    /// <summary>The record that asks to move to another socket: the new one is opened, and when it is ready the old one is closed; nothing is lost between them.</summary>
    public Type? ReplaceBy { get; set; }

    /// <summary>Where the message of <see cref="ReplaceBy"/> tells the new address, from the root of the message. By default it is the usual one.</summary>
    public string? ReplaceAddress { get; set; }

    /// <summary>
    /// The record that says that the session is over: the socket that it comes on is given up, and the next one begins a new session. While a connect or closing script runs, it is the script's to answer. By
    /// default there is none.
    /// </summary>
    public Type? EndedBy { get; set; }

    /// <summary>Where the message of <see cref="EndedBy"/> says, as <see langword="true"/>, that the session can be resumed on another socket all the same, from the root of the message. By default it cannot.</summary>
    public string? Resumable { get; set; }
}

/// <summary>What the peer's close codes mean (RFC 6455, section 7.4). Codes in no list are judged as docs/reliability.md says.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CloseCodesAttribute : Attribute
{
    /// <summary>Trying again is of no use: the client is faulted.</summary>
    public int[] Fatal { get; set; } = [];

    /// <summary>The session is over: the next connection begins a new one.</summary>
    public int[] NewSession { get; set; } = [];

    /// <summary>The session can be resumed at once.</summary>
    public int[] Resume { get; set; } = [];

    /// <summary>Worth trying again, after the usual wait.</summary>
    public int[] Retry { get; set; } = [];

    /// <summary>What the client closes with when it gives a socket up to resume its session on another one: some peers end the session at 1000 and 1001. 0, the default, closes without a code.</summary>
    public int Abort { get; set; }
}

/// <summary>How much the peer takes. Everything that is sent counts, also what the runtime sends: calls, subscriptions, heartbeats.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class OutboundLimitAttribute : Attribute
{
    /// <summary>No limit on the rate.</summary>
    public OutboundLimitAttribute()
    {
    }

    /// <summary>At most so many messages in any window of <see cref="PerSeconds"/>.</summary>
    /// <param name="messages">The number of messages.</param>
    public OutboundLimitAttribute(int messages) => Messages = messages;

    /// <summary>How many messages may be sent in a window; 0 is no limit.</summary>
    public int Messages { get; }

    /// <summary>The length of the window, in seconds. Default 1.</summary>
    public double PerSeconds { get; set; } = 1;

    /// <summary>The largest message, in bytes of UTF-8; a larger one fails as <see cref="SendOutcome.NotSent"/>. 0, the default, is no limit.</summary>
    public int MaxBytes { get; set; }

    /// <summary>Whether a message that is over the rate fails as <see cref="SendOutcome.NotSent"/>, in place of waiting for its turn. Default <see langword="false"/>.</summary>
    public bool Fail { get; set; }

    /// <summary>
    /// Whether the peer goes on counting after a drop, as those do that count by user or by address. By default, <see langword="false"/>, it counts each connection for itself: a new one begins at none.
    /// A socket that replaces another (<see cref="ResumeAttribute.ReplaceBy"/>) always goes on with its count.
    /// </summary>
    public bool AcrossConnections { get; set; }
}
