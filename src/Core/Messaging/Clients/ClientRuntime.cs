using System.ComponentModel;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Messaging;

/// <summary>What a generated client stands on: one connection, the router, the calls and the streams. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial class ClientRuntime : IAsyncDisposable
{
    private static readonly MessageStreamOptions DefaultStream = new();
    private static readonly MessageStreamOptions DefaultUnknown = new() { FullMode = MessageStreamFullMode.DropOldest };

    private readonly PumpGate _gate;
    private readonly MessageRouter _router;
    private readonly CallContract? _calls;
    private readonly TimeSpan _callTimeout;
    private readonly string _name;
    private int _used;

    /// <summary>Creates the runtime; nothing connects before its first use: a send, a call, or a read that has to wait.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="options">The options; validated here.</param>
    /// <exception cref="ArgumentException">The contract or the options are wrong; the message has a sentence for each problem.</exception>
    public ClientRuntime(ClientContract contract, WebSocketClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(options);
        ContractPlan plan = contract.Plan;
        IReadOnlyList<string> problems = options.Problems();
        if (problems.Count > 0)
            throw new ArgumentException(string.Join(" ", problems), nameof(options));

        _callTimeout = options.CallTimeout;
        _calls = contract.Calls;
        Uri? uri = contract.Uri is null ? null : new Uri(contract.Uri);
        WebSocketConnectionOptions connection = options.WithDefaults(uri, contract.SubProtocols);
        string name = options.Name ?? plan.Name;
        _name = name;
        ILogger logger = options.LoggerFactory.CreateLogger("NetWebSockets.Messaging");
        _gate = new PumpGate(options.TimeProvider, holder => OnPumpHeld(logger, name, holder)) { ReaderWaits = Use };
        CallTable calls = CreateCalls(options);
        _router = new MessageRouter(plan, name, _gate, calls, logger, options.MaxMessageSize);
        ClientSession session = _router.Session;
        session.Time = options.TimeProvider;
        session.NextId = calls.NextId;
        session.Client = () => Client;
        connection.Rules = SessionRules.Of(contract);
        if (contract.OnConnecting is { } connecting)
            connection.Endpoint ??= (attempt, token) => connecting(Client!, attempt, token);
        Connection = new WebSocketConnection(connection, _router, name);
        session.Replace = Connection.Replace;
        _router.Subscriptions.Use(Connection, options.TimeProvider, options.CallTimeout);
        _router.Handlers.Attach(() => Client, (payload, token) => Connection.SendAsync(MessageKind.Text, payload, idempotent: false, token));
    }

    /// <summary>The client on it: what scripts and handlers of the contract are called on. Null before <see cref="Attach(object)"/>.</summary>
    internal object? Client { get; private set; }

    /// <summary>The connection underneath.</summary>
    public WebSocketConnection Connection { get; }

    /// <summary>Tells the runtime which client is on it.</summary>
    /// <param name="client">The client.</param>
    /// <returns>This runtime.</returns>
    public ClientRuntime Attach(object client)
    {
        ArgumentNullException.ThrowIfNull(client);
        Client = client;
        return this;
    }

    /// <summary>The runtime of a client that its user has made with <c>new</c>: created at its first use, and the same from then on.</summary>
    /// <param name="field">The client's field for it; null until now.</param>
    /// <param name="client">The client.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="options">The options; null for the defaults, or when the runtime may be there already.</param>
    /// <returns>The runtime.</returns>
    /// <exception cref="InvalidOperationException">Options are given, and the client has been used without them; or none are, and the contract has no address.</exception>
    /// <exception cref="ArgumentException">The contract or the options are wrong; the message has a sentence for each problem.</exception>
    public static ClientRuntime Attach(ref ClientRuntime? field, object client, ClientContract contract, WebSocketClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ClientRuntime? there = Volatile.Read(ref field);
        if (there is null)
        {
            if (options is null && contract is { Uri: null, OnConnecting: null })
                throw new InvalidOperationException($"This {contract.Name} has no address: give one to {contract.Name}.ConnectAsync, or a default address to its [WebSocketClient].");
            ClientRuntime created = new ClientRuntime(contract, options ?? new WebSocketClientOptions()).Attach(client);
            there = Interlocked.CompareExchange(ref field, created, null);
            if (there is null)
                return created;
            _ = created.DisposeAsync().AsTask(); // another thread was first; nothing has used this one
        }

        return options is null
            ? there
            : throw new InvalidOperationException($"This {contract.Name} is in use already: what is connected with options, or made for AddClient, must not have been used before.");
    }

    /// <summary>Finds how a type is written and read in the user's context, or says what to add to it.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="context">The context.</param>
    /// <returns>The type's metadata.</returns>
    /// <exception cref="InvalidOperationException">The type is not registered in the context.</exception>
    public static JsonTypeInfo<T> TypeInfo<T>(JsonSerializerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.GetTypeInfo(typeof(T)) as JsonTypeInfo<T>
            ?? throw new InvalidOperationException(
                $"{TypeName.Of(typeof(T))} is not registered in {TypeName.Of(context.GetType())}: add [JsonSerializable(typeof({TypeName.Of(typeof(T))}))] to {context.GetType().Name}.");
    }

    /// <summary>Sends a record. Same outcomes as <see cref="WebSocketConnection.SendAsync"/>.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="message">The record; written before the method returns.</param>
    /// <param name="cancellationToken">Abandons the send, never the connection.</param>
    /// <returns>Done when the outcome is Sent.</returns>
    public ValueTask SendAsync<T>(SendRoute<T> route, T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(route);
        if (message is null)
            throw new ArgumentNullException(nameof(message));
        MessageEncoder encoder = MessageEncoder.Rent();
        try
        {
            ReadOnlyMemory<byte> payload = encoder.Encode(route.Envelope, default, route.Format, message);
            Use();
            if (_router.Session.Flow is { } script)
                return script.SendAsync(MessageKind.Text, payload, cancellationToken);
            return Connection.SendAsync(MessageKind.Text, payload, route.Idempotent, cancellationToken);
        }
        catch (Exception e)
        {
            // Reported where all failures of a send are: in what the caller awaits.
            return ValueTask.FromException(e);
        }
        finally
        {
            encoder.Return();
        }
    }

    /// <summary>Opens a stream, registered from here on.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="route">The route.</param>
    /// <param name="options">How it buffers; null for what the contract says, otherwise the defaults.</param>
    /// <returns>The stream; one that has ended already when the client has.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The options are wrong.</exception>
    /// <exception cref="ArgumentException">The stream is to keep the latest of each key, and the contract names no key.</exception>
    public MessageStream<T> Open<T>(ReceiveRoute<T> route, MessageStreamOptions? options)
    {
        ArgumentNullException.ThrowIfNull(route);
        return _router.StreamsOf(route).Open(Checked(options ?? route.Stream ?? DefaultStream));
    }

    /// <summary>Opens a stream of errors that are about no call.</summary>
    /// <param name="options">How it buffers; null drops the oldest when 256 are unread.</param>
    /// <returns>The stream; one that has ended already when the client has.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The options are wrong.</exception>
    public MessageStream<PeerError> OpenErrors(MessageStreamOptions? options) => _router.Errors.Open(Checked(options ?? DefaultUnknown));

    /// <summary>Opens a stream of unknown messages.</summary>
    /// <param name="options">How it buffers; null drops the oldest when 256 are unread.</param>
    /// <returns>The stream; one that has ended already when the client has.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The options are wrong.</exception>
    public MessageStream<UnknownMessage> OpenUnknown(MessageStreamOptions? options) => _router.Unknown.Open(Checked(options ?? DefaultUnknown));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A full stream must not keep the connection from closing.
        _router.OnEnding();
        await Connection.DisposeAsync().ConfigureAwait(false);
        _router.OnEnded(null);
        _router.Calls.Dispose();
        _gate.Dispose();
    }

    // Opening a stream is no use: several can be opened before anything can come.
    private void Use()
    {
        if (_used == 0 && Interlocked.Exchange(ref _used, 1) == 0)
            _ = StartAsync();
    }

    private async Task StartAsync() =>
        // That it fails for good is told by everything that waits for it: sends, calls, streams, Closed.
        await Connection.ConnectAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static void OnPumpHeld(ILogger logger, string name, string holder)
    {
        if (holder == HandlerBacklog.HolderName)
            Log.PumpHeldByHandlers(logger, name, PumpGate.StallWarning.TotalSeconds);
        else
            Log.PumpHeld(logger, name, holder, PumpGate.StallWarning.TotalSeconds);
    }

    private static MessageStreamOptions Checked(MessageStreamOptions options)
    {
        if (options.Capacity < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.Capacity, "Capacity must be at least 1.");
        if (options.Overflow < 0)
            throw new ArgumentOutOfRangeException(nameof(options), options.Overflow, "Overflow must be at least 0.");
        if (options.FullMode is not (MessageStreamFullMode.Wait or MessageStreamFullMode.DropOldest or MessageStreamFullMode.Latest))
            throw new ArgumentOutOfRangeException(nameof(options), options.FullMode, "FullMode must be Wait, DropOldest or Latest.");
        return options;
    }
}
