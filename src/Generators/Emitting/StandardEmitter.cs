using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes what every client has: how it is connected and made, and the members of IWebSocketClient, handed on to the runtime.</summary>
internal static class StandardEmitter
{
    private const string Token = "global::System.Threading.CancellationToken cancellationToken";
    private const string EventHandler = "global::System.EventHandler<global::NetWebSockets.ConnectionStateChange>?";

    public static void Emit(CodeWriter code, ClientModel client, Members members)
    {
        EmitCreation(code, client, members);
        EmitConnect(code, client);
        EmitClientMembers(code, members);
    }

    private static void EmitCreation(CodeWriter code, ClientModel client, Members members)
    {
        string generated = $"{ClientEmitter.Messaging}IGeneratedClient<{client.Key}>";
        code.Line($"private readonly {ClientEmitter.Messaging}ClientRuntime {members.Runtime};");
        code.Line($"private readonly {ClientEmitter.Messaging}ClientStateEvents {members.StateEvents};");
        code.Blank();
        code.Line(ClientEmitter.GeneratedCode);
        code.Block($"private {client.Name}({ClientEmitter.Messaging}ClientRuntime runtime)", () =>
        {
            code.Line($"this.{members.Runtime} = runtime;");
            code.Line($"this.{members.StateEvents} = new {ClientEmitter.Messaging}ClientStateEvents(this, runtime.Connection);");
        });

        code.Blank();
        code.Line($"static {ClientEmitter.Messaging}ClientContract {generated}.Contract => {members.Wire}.Contract;");
        code.Blank();
        code.Line($"static global::System.Type {generated}.InterfaceType => typeof({ClientEmitter.InterfaceOf(client)});");
        code.Blank();
        code.Line($"static {client.Key} {generated}.Create({ClientEmitter.Messaging}ClientRuntime runtime) => new {client.Key}(runtime);");
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
        string name = parameter is null ? "" : parameter.Substring(parameter.IndexOf(' ') + 1);
        code.Blank();
        code.Line($"/// <summary>{summary}, and goes on trying until it is ready or the options say to give up.</summary>");
        if (parameter is not null)
            code.Line($"/// <param name=\"{name}\">{documentation}</param>");
        code.Line("/// <param name=\"cancellationToken\">Gives up connecting.</param>");
        code.Line("/// <returns>The client, ready. Dispose it to close it.</returns>");
        if (parameter is not null)
            code.Line("/// <exception cref=\"global::System.ArgumentException\">The address or an option is not valid.</exception>");
        code.Line("/// <exception cref=\"global::NetWebSockets.NetWebSocketException\">The connection has failed for good.</exception>");
        code.Line(ClientEmitter.GeneratedCode);
        code.Line($"public static global::System.Threading.Tasks.Task<{client.Key}> ConnectAsync({(parameter is null ? "" : parameter + ", ")}{Token} = default)");
        code.Deeper(() => code.Line(
            $"=> {ClientEmitter.Messaging}ClientConnector.ConnectAsync<{client.Key}>({(parameter is null ? "" : name + ", ")}cancellationToken);"));
    }

    private static void EmitClientMembers(CodeWriter code, Members members)
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
        code.Line("public global::NetWebSockets.MessageStream<global::NetWebSockets.UnknownMessage> UnknownMessages(global::NetWebSockets.MessageStreamOptions? options = null)");
        code.Deeper(() => code.Line($"=> this.{members.Runtime}.OpenUnknown(options);"));
        Head(code);
        code.Line($"public global::System.Threading.Tasks.Task CloseAsync({Token} = default)");
        code.Deeper(() => code.Line($"=> {connection}.CloseAsync(cancellationToken: cancellationToken);"));
        Head(code);
        code.Line($"public global::System.Threading.Tasks.ValueTask DisposeAsync() => this.{members.Runtime}.DisposeAsync();");
    }

    private static void Head(CodeWriter code)
    {
        code.Blank();
        code.Line("/// <inheritdoc/>");
        code.Line(ClientEmitter.GeneratedCode);
    }
}
