using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetWebSockets.IntegrationTests.Contracts;

// The chat of the quick start: every kind of message, told apart by /type, calls beside it at the top.

[WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson))]
[Calls(Id = "/id", Result = "/result", Error = "/error")]
public partial class ChatClient;

/// <summary>Says something in a room.</summary>
/// <param name="Room">The room.</param>
/// <param name="Text">What is said.</param>
[Send<ChatClient>("say")]
public sealed record Say(string Room, string Text);

/// <summary>Somebody has said something.</summary>
[Receive<ChatClient>("said")]
public sealed record Said(string Room, string From, string Text);

/// <summary>Asks for what was said last in a room.</summary>
[Call<ChatClient, History>("history")]
public sealed record GetHistory(string Room, int Count);

public sealed record History(Said[] Items);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Say)), JsonSerializable(typeof(Said)), JsonSerializable(typeof(GetHistory)), JsonSerializable(typeof(History))]
public partial class ChatJson : JsonSerializerContext;
