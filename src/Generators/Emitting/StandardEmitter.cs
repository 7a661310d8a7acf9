using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes what every client has: how it is connected and made, and the members of IWebSocketClient, handed on to the runtime.</summary>
internal static class StandardEmitter
{
    private const string Token = "global::System.Threading.CancellationToken cancellationToken";
    private const string PeerErrors =
        "global::NetWebSockets.MessageStream<global::NetWebSockets.PeerError> PeerErrors(global::NetWebSockets.MessageStreamOptions? options";

    private const string EventHandler = "global::System.EventHandler<global::NetWebSockets.ConnectionStateChange>?";

    public static void Emit(CodeWriter code, ClientModel client, Members members)
    {
        EmitCreation(code, client, members);
        EmitConnect(code, client);
        EmitClientMembers(code, client, members);
    }

    /// <summary>Writes what the interface has beside the methods of messages and IWebSocketClient.</summary>
    public static void EmitDeclarations(CodeWriter code, ClientModel client)
    {
        if (client.Calls is null)
            return;
        code.Blank();
        code.Line("/// <summary>Opens a stream of errors that the peer sends about no call of this client.</summary>");
        code.Line("/// <param name=\"options\">How the stream buffers; null drops the oldest when 256 are unread.</param>");
        code.Line("/// <returns>The stream, registered from here on. Dispose it to end it.</returns>");
        code.Line($"{PeerErrors} = null);");
    }

    private static void EmitCreation(CodeWriter code, ClientModel client, Members members)
    {
        string generated = $"{ClientEmitter.Messaging}IGeneratedClient<{client.Key}>";
        if (client.Constructor is null)
            EmitGeneratedConstructor(code, client, members);
        else
            EmitRuntimeAtFirstUse(code, members);

        code.Blank();
        code.Line($"static {ClientEmitter.Messaging}ClientContract {generated}.Contract => {members.Wire}.Contract;");
        code.Blank();
        code.Line($"static global::System.Type {generated}.InterfaceType => typeof({ClientEmitter.InterfaceOf(client)});");
        code.Blank();
        string create = $"static {client.Key} {generated}.Create({ClientEmitter.Messaging}ClientRuntime runtime)";
        if (client.Constructor is not { } parameters)
        {
            code.Line($"{create} => new {client.Key}(runtime);");
            return;
        }

        if (parameters.Count == 0)
        {
            code.Block(create, () =>
            {
                code.Line($"{client.Key} client = new();");
                code.Line($"client.{members.RuntimeField} = runtime.Attach(client);");
                code.Line("return client;");
            });
        }
        else
        {
            string name = client.Name.TrimStart('@');
            code.Line(create);
            code.Deeper(() => code.Line(
                $"=> throw new global::System.InvalidOperationException({Literals.Of($"{name} has a constructor with parameters, so it must be made by a factory: AddClient<{name}>(services => new {name}({string.Join(", ", parameters.Select(static p => p.Name))})).")});"));
        }

        code.Blank();
        code.Line($"static void {generated}.Attach({client.Key} client, global::NetWebSockets.WebSocketClientOptions options)");
        code.Deeper(() => code.Line($"=> {ClientEmitter.Messaging}ClientRuntime.Attach(ref client.{members.RuntimeField}, client, {members.Wire}.Contract, options);"));
    }

    private static void EmitGeneratedConstructor(CodeWriter code, ClientModel client, Members members)
    {
        code.Line($"private readonly {ClientEmitter.Messaging}ClientRuntime {members.Runtime};");
        code.Line($"private readonly {ClientEmitter.Messaging}ClientStateEvents {members.StateEvents};");
        code.Blank();
        code.Line(ClientEmitter.GeneratedCode);
        code.Block($"private {client.Name}({ClientEmitter.Messaging}ClientRuntime runtime)", () =>
        {
            code.Line($"this.{members.Runtime} = runtime.Attach(this);");
            code.Line($"this.{members.StateEvents} = new {ClientEmitter.Messaging}ClientStateEvents(this, runtime.Connection);");
        });
    }

    private static void EmitRuntimeAtFirstUse(CodeWriter code, Members members)
    {
        code.Line("// The constructor is the class's own: what the client stands on is created at its first use, or by ConnectAsync.");
        code.Line($"private {ClientEmitter.Messaging}ClientRuntime? {members.RuntimeField};");
        code.Line($"private {ClientEmitter.Messaging}ClientStateEvents? {members.StateEventsField};");
        code.Blank();
        code.Line(ClientEmitter.GeneratedCode);
        code.Line($"private {ClientEmitter.Messaging}ClientRuntime {members.Runtime}");
        code.Deeper(() => code.Line($"=> {ClientEmitter.Messaging}ClientRuntime.Attach(ref this.{members.RuntimeField}, this, {members.Wire}.Contract);"));
        code.Blank();
        code.Line(ClientEmitter.GeneratedCode);
        code.Line($"private {ClientEmitter.Messaging}ClientStateEvents {members.StateEvents}");
        code.Deeper(() => code.Line(
            $"=> global::System.Threading.LazyInitializer.EnsureInitialized(ref this.{members.StateEventsField}, () => new {ClientEmitter.Messaging}ClientStateEvents(this, this.{members.Runtime}.Connection))!;"));
    }

    private static void EmitConnect(CodeWriter code, ClientModel client)
    {
        if (client.Uri is not null)
            EmitConnect(code, client, $"Connects to <c>{Literals.Xml(client.Uri)}</c>", null, null);
        EmitConnect(code, client, "Connects", "string uri", "An absolute ws, wss, http or https address.");
        EmitConnect(code, client, "Connects", "global::System.Uri uri", "An absolute ws, wss, http or https address.");
        EmitConnect(code, client, "Connects", "global::NetWebSockets.WebSocketClientOptions options", "Where and how to connect.");
    }

    private static void EmitConnect(CodeWriter code, ClientModel client, string summary, string? parameter, string? documentation)
    {
        EquatableArray<ParameterModel> own = client.Constructor ?? default;
        HashSet<string> taken = new(own.Select(static p => p.Name), StringComparer.Ordinal);
        string type = parameter is null ? "" : parameter.Substring(0, parameter.IndexOf(' '));
        string name = parameter is null ? "" : Names.Unique(parameter.Substring(parameter.IndexOf(' ') + 1), taken);
        string token = Names.Unique("cancellationToken", taken);
        code.Blank();
        code.Line($"/// <summary>{summary}, and goes on trying until it is ready or the options say to give up.</summary>");
        foreach (ParameterModel given in own)
            code.Line($"/// <param name=\"{given.Name}\">{given.Documentation ?? "As the constructor takes it."}</param>");
        if (parameter is not null)
            code.Line($"/// <param name=\"{name}\">{documentation}</param>");
        code.Line($"/// <param name=\"{token}\">Gives up connecting.</param>");
        code.Line("/// <returns>The client, ready. Dispose it to close it.</returns>");
        if (parameter is not null)
            code.Line("/// <exception cref=\"global::System.ArgumentException\">The address or an option is not valid.</exception>");
        code.Line("/// <exception cref=\"global::NetWebSockets.NetWebSocketException\">The connection has failed for good.</exception>");
        code.Line(ClientEmitter.GeneratedCode);
        IEnumerable<string> parameters =
        [
            .. own.Select(static p => $"{p.Type} {Symbols.Escape(p.Name)}"),
            .. parameter is null ? Array.Empty<string>() : [$"{type} {name}"],
            $"global::System.Threading.CancellationToken {token} = default",
        ];
        IEnumerable<string> arguments =
        [
            .. client.Constructor is null ? Array.Empty<string>() : [$"new {client.Key}({string.Join(", ", own.Select(static p => Symbols.Escape(p.Name)))})"],
            .. parameter is null ? Array.Empty<string>() : [name],
            token,
        ];
        code.Line($"public static global::System.Threading.Tasks.Task<{client.Key}> ConnectAsync({string.Join(", ", parameters)})");
        code.Deeper(() => code.Line($"=> {ClientEmitter.Messaging}ClientConnector.ConnectAsync<{client.Key}>({string.Join(", ", arguments)});"));
    }

    private static void EmitClientMembers(CodeWriter code, ClientModel client, Members members)
    {
        string connection = $"this.{members.Runtime}.Connection";
        Head(code);
        code.Line($"public global::NetWebSockets.ConnectionState State => {connection}.State;");
        Head(code);
        code.Block($"public event {EventHandler} StateChanged", () =>
        {
            code.Line($"add => this.{members.StateEvents}.Add(value);");
            code.Line($"remove => this.{members.StateEvents}.Remove(value);");
        });
        Head(code);
        code.Line($"public global::System.Threading.Tasks.Task Closed => {connection}.Closed;");
        code.Blank();
        code.Line("// Explicit, because the static ConnectAsync of the class has the name.");
        code.Line($"global::System.Threading.Tasks.Task global::NetWebSockets.IWebSocketClient.ConnectAsync({Token})");
        code.Deeper(() => code.Line($"=> {connection}.ConnectAsync(cancellationToken);"));
        Head(code);
        code.Line($"public global::System.Threading.Tasks.Task ReconnectAsync({Token} = default)");
        code.Deeper(() => code.Line($"=> {connection}.ReconnectAsync(cancellationToken);"));
        Head(code);
        code.Line($"public void Fail(string reason) => {connection}.Fail(reason);");
        Head(code);
        code.Line("public global::NetWebSockets.MessageStream<global::NetWebSockets.UnknownMessage> UnknownMessages(global::NetWebSockets.MessageStreamOptions? options = null)");
        code.Deeper(() => code.Line($"=> this.{members.Runtime}.OpenUnknown(options);"));
        if (client.Calls is not null)
        {
            Head(code);
            code.Line($"public {PeerErrors} = null)");
            code.Deeper(() => code.Line($"=> this.{members.Runtime}.OpenErrors(options);"));
        }

        Head(code);
        code.Line($"public global::System.Threading.Tasks.Task CloseAsync({Token} = default)");
        code.Deeper(() => code.Line($"=> {connection}.CloseAsync(cancellationToken: cancellationToken);"));
        Head(code);
        code.Line("public global::System.Threading.Tasks.ValueTask DisposeAsync()" + (client is { Constructor: not null, Uri: null, Session.OnConnecting: null }
            ? $" => this.{members.RuntimeField}?.DisposeAsync() ?? default; // without an address there is nothing to stand on before ConnectAsync"
            : $" => this.{members.Runtime}.DisposeAsync();"));
    }

    private static void Head(CodeWriter code)
    {
        code.Blank();
        code.Line("/// <inheritdoc/>");
        code.Line(ClientEmitter.GeneratedCode);
    }
}
