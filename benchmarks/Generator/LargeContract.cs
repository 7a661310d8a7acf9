using System.Globalization;
using System.Text;

namespace NetWebSockets.Benchmarks.Generator;

/// <summary>The source of a client with many messages of every kind, twenty to a file as a person would have them.</summary>
internal static class LargeContract
{
    private const int PerFile = 20;
    private const string Usings =
        """
        using System;
        using System.Collections.Generic;
        using System.Text.Json.Serialization;
        using System.Threading;
        using System.Threading.Tasks;
        using NetWebSockets;

        namespace Large;

        """;

    /// <summary>Writes the files: first the client and its JSON context, then the messages.</summary>
    /// <param name="messages">How many messages.</param>
    /// <returns>The text of each file.</returns>
    public static IReadOnlyList<string> Write(int messages)
    {
        StringBuilder json = new();
        List<string> files = [];
        for (int from = 0; from < messages; from += PerFile)
        {
            StringBuilder records = new(Usings);
            StringBuilder methods = new("public partial class LargeClient\n{\n");
            for (int i = from; i < Math.Min(from + PerFile, messages); i++)
                Write(i, records, methods, json);
            files.Add(records.Append(methods).Append("}\n").ToString());
        }

        files.Insert(0, $$$"""
            {{{Usings}}}
            [WebSocketClient("wss://example.org/ws", Discriminator = "/type", JsonContext = typeof(LargeJson))]
            [Calls(Id = "/id", Method = "/method", Params = "/params", Item = "{\"item\":{item},\"id\":{id} }")]
            public partial class LargeClient;

            [JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
            {{{json}}}[JsonSerializable(typeof(string))] [JsonSerializable(typeof(int))]
            public partial class LargeJson : JsonSerializerContext;

            """);
        return files;
    }

    // Ten kinds: seven as records and three as methods, each with a record of its own.
    private static void Write(int i, StringBuilder records, StringBuilder methods, StringBuilder json)
    {
        string[] attributes = (i % 10) switch
        {
            0 or 1 => [$"[Send<LargeClient>(\"send{i}\")]"],
            2 => [$"[Call<LargeClient, Reply{i}>(\"call{i}\")]"],
            3 => [$"[Call<LargeClient, MessageStream<Reply{i}>>(\"replay{i}\")]"],
            4 => [$"[Receive<LargeClient>(\"latest{i}\", Key = nameof(Message{i}.Name), FullMode = MessageStreamFullMode.Latest)]"],
            5 => [$"[Receive<LargeClient>(\"room{i}.{{symbol}}\")]"],
            6 => [$"[Subscribe<LargeClient, Reply{i}>(\"watch{i}\", Topic = \"watch{i}.{{Name}}\", At = \"/topic\", Unsubscribe = \"unwatch{i}\")]"],
            _ => [],
        };
        methods.Append((i % 10) switch
        {
            7 => $"    /// <summary>Makes call {i}.</summary>\n    [Call(\"method{i}\")]\n    public partial Task<Message{i}> Method{i}Async(string name, int count = {i}, CancellationToken cancellationToken = default);\n",
            8 => $"    /// <summary>Opens stream {i}.</summary>\n    [Event(\"event{i}\", Payload = \"/data\")]\n    public partial MessageStream<Message{i}> Event{i}();\n",
            9 => $"    /// <summary>Subscribes to {i}.</summary>\n    [Topic(\"subscribe\", \"unsubscribe\", \"topic{i}.{{symbol}}\")]\n    public partial MessageStream<Message{i}> Topic{i}(string symbol);\n",
            _ => "",
        });
        records.AppendLine(CultureInfo.InvariantCulture, $"/// <summary>Message {i}.</summary>");
        records.AppendLine(CultureInfo.InvariantCulture, $"/// <param name=\"Name\">What it is about.</param>");
        foreach (string attribute in attributes)
            records.AppendLine(attribute);
        records.AppendLine(
            CultureInfo.InvariantCulture,
            $"public sealed record Message{i}(string Name, int Count = {i}, double? Price = null, [property: JsonPropertyName(\"t\")] DateTimeOffset Time = default, IReadOnlyList<string>? Tags = null);");
        json.AppendLine(CultureInfo.InvariantCulture, $"[JsonSerializable(typeof(Message{i}))]");
        if (i % 10 is 2 or 3 or 6)
        {
            records.AppendLine(CultureInfo.InvariantCulture, $"public sealed record Reply{i}(string Text, long Time);");
            json.AppendLine(CultureInfo.InvariantCulture, $"[JsonSerializable(typeof(Reply{i}))]");
        }
    }
}
