using System.Globalization;
using System.Text;

namespace NetWebSockets.Benchmarks.Generator;

/// <summary>The source of a client with many messages of every kind, each in a record of its own.</summary>
internal static class LargeContract
{
    public static string Write(int messages)
    {
        StringBuilder code = new(
            """
            using System.Text.Json.Serialization;
            using System.Threading;
            using System.Threading.Tasks;
            using NetWebSockets;

            namespace Large;

            [WebSocketClient("wss://example.org/ws", Discriminator = "/type", JsonContext = typeof(LargeJson))]
            [Calls(Id = "/id", Method = "/method", Params = "/params")]
            public partial class LargeClient;

            """);
        for (int i = 0; i < messages; i++)
        {
            code.AppendLine(CultureInfo.InvariantCulture, $"/// <summary>Message {i}.</summary>");
            code.AppendLine((i % 4) switch
            {
                0 => $"[Send<LargeClient>(\"send{i}\")]",
                1 => $"[Call<LargeClient, Reply{i}>(\"call{i}\")]",
                2 => $"[Receive<LargeClient>(\"receive{i}\", Key = nameof(Message{i}.Name), FullMode = MessageStreamFullMode.Latest)]",
                _ => $"[Receive<LargeClient>(\"topic{i}.{{symbol}}\")]",
            });
            code.AppendLine(CultureInfo.InvariantCulture, $"public sealed record Message{i}(string Name, int Count = {i}, double? Price = null, string[]? Tags = null);");
            if (i % 4 == 1)
                code.AppendLine(CultureInfo.InvariantCulture, $"public sealed record Reply{i}(string Text, long Time);");
        }

        for (int i = 0; i < messages; i++)
            code.AppendLine(CultureInfo.InvariantCulture, $"[JsonSerializable(typeof(Message{i}))]{(i % 4 == 1 ? $" [JsonSerializable(typeof(Reply{i}))]" : "")}");
        return code.AppendLine("public partial class LargeJson : JsonSerializerContext;").ToString();
    }
}
