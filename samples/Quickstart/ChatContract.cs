using System.Text.Json;
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Quickstart;

/// <summary>The chat's protocol: JSON objects whose <c>type</c> says what they are; replies carry the <c>id</c> of their request.</summary>
[WebSocketClient(Discriminator = "/type", JsonContext = typeof(ChatJson))]
[Calls(Id = "/id", Result = "/result", Error = "/error")]
public partial class ChatClient;

/// <summary>Sent: a line for a room.</summary>
[Send<ChatClient>("say")]
public sealed record Say(string Room, string Text);

/// <summary>Received: a line that somebody said.</summary>
[Receive<ChatClient>("said")]
public sealed record Said(string Room, string From, string Text);

/// <summary>A call: the last lines of a room.</summary>
[Call<ChatClient, History>("history")]
public sealed record GetHistory(string Room, int Count);

/// <summary>What <see cref="GetHistory"/> is answered with.</summary>
public sealed record History(Said[] Items);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Say)), JsonSerializable(typeof(Said)), JsonSerializable(typeof(GetHistory)), JsonSerializable(typeof(History))]
public partial class ChatJson : JsonSerializerContext;
