using System.ComponentModel;

namespace NetWebSockets.Messaging;

/// <summary>What a contract says of its client, fixed at compile time. Built once per client type by generated code. Places are JSON Pointers (RFC 6901) from the root of a message.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ClientContract
{
    /// <summary>The name of the client class, for logs and metrics.</summary>
    public required string Name { get; init; }

    /// <summary>The default address, or null.</summary>
    public string? Uri { get; init; }

    /// <summary>Subprotocols to offer.</summary>
    public IReadOnlyList<string> SubProtocols { get; init; } = [];

    /// <summary>Where a message says which kind it is, most important first. What <see cref="UnknownMessage.Discriminator"/> shows.</summary>
    public IReadOnlyList<string> Discriminators { get; init; } = [];

    /// <summary>How messages stand in WebSocket messages.</summary>
    public MessageFraming Framing { get; init; }

    /// <summary>What ends a message under <see cref="MessageFraming.Delimited"/>.</summary>
    public byte Delimiter { get; init; } = 0x1E;

    /// <summary>Makes the user's codec, in place of <see cref="Framing"/>; null when there is none.</summary>
    public Func<IMessageCodec>? Codec { get; init; }

    /// <summary>How calls look; null when the client has neither calls nor handlers with replies.</summary>
    public CallContract? Calls { get; init; }

    /// <summary>What can be sent as a record, for <see cref="ConnectScript.SendAsync{T}"/>.</summary>
    public IReadOnlyList<SendRoute> Sends { get; init; } = [];

    /// <summary>What can be received, handlers and subscriptions aside.</summary>
    public IReadOnlyList<ReceiveRoute> Routes { get; init; } = [];

    /// <summary>What can be subscribed to.</summary>
    public IReadOnlyList<SubscriptionRoute> Subscriptions { get; init; } = [];

    /// <summary>What is answered.</summary>
    public IReadOnlyList<HandlerRoute> Handlers { get; init; } = [];

    /// <summary>Binary messages that are received.</summary>
    public IReadOnlyList<BinaryRoute> Binary { get; init; } = [];

    /// <summary>What is acknowledged.</summary>
    public IReadOnlyList<AcknowledgeContract> Acknowledgements { get; init; } = [];

    /// <summary>The heartbeat; null when there is none.</summary>
    public HeartbeatContract? Heartbeat { get; init; }

    /// <summary>How a session is resumed; null when it is not.</summary>
    public ResumeContract? Resume { get; init; }

    /// <summary>What close codes mean; null when the contract does not say.</summary>
    public CloseCodeContract? CloseCodes { get; init; }

    /// <summary>How much the peer takes.</summary>
    public IReadOnlyList<OutboundLimitContract> OutboundLimits { get; init; } = [];

    /// <summary>Says where an attempt connects to; null when the contract does not. The first argument is the client.</summary>
    public Func<object, ConnectAttempt, CancellationToken, ValueTask<WebSocketEndpoint>>? OnConnecting { get; init; }

    /// <summary>The connect script; null when there is none. The first argument is the client.</summary>
    public Func<object, ConnectScript, CancellationToken, ValueTask>? OnConnected { get; init; }

    /// <summary>What runs before a close; null when nothing does. The first argument is the client.</summary>
    public Func<object, ConnectScript, CancellationToken, ValueTask>? OnClosing { get; init; }

    /// <summary>The contract made ready for the router. Made once; two threads that make it at the same time make the same.</summary>
    internal ContractPlan Plan => field ??= new ContractPlan(this);
}
