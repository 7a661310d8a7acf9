using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetWebSockets.IntegrationTests.Messaging;

// What a server that echoes sends back is a message of the contract: both ways of a record are measured with one server.

[WebSocketClient(Discriminator = "/type", JsonContext = typeof(NoteJson))]
public partial class NoteClient;

[Send<NoteClient>("note"), Receive<NoteClient>("note")]
public sealed record Note(int Number, string Text);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Note))]
public partial class NoteJson : JsonSerializerContext;
