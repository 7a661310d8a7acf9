using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetWebSockets.InteropTests.Oracle;

/// <summary>What a client did in a scenario.</summary>
/// <param name="Events">The events its user saw, in order.</param>
/// <param name="Wire">The frames the server got, and then <c>ended</c> or <c>left open</c>.</param>
public sealed record Observation(IReadOnlyList<string> Events, IReadOnlyList<string> Wire)
{
    /// <summary>What the client says went wrong; for people, never compared.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Why { get; init; }
}

/// <summary>Chromium's answers as they were recorded: <c>chromium.json</c> beside this file.</summary>
public static class Recorded
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Lock Gate = new();
    private static readonly Lazy<SortedDictionary<string, Observation>> All = new(Load);

    /// <summary>Whether the run writes the recording in place of comparing with it: NWS_RECORD is 1.</summary>
    public static bool IsRecording => Environment.GetEnvironmentVariable("NWS_RECORD") == "1";

    /// <summary>What has been recorded.</summary>
    public static IReadOnlyCollection<string> Names
    {
        get
        {
            lock (Gate)
                return [.. All.Value.Keys];
        }
    }

    /// <summary>Chromium's answer to a scenario, or <see langword="null"/> when it has never been recorded.</summary>
    public static Observation? Get(string name)
    {
        lock (Gate)
            return All.Value.GetValueOrDefault(name);
    }

    /// <summary>Writes an answer into the recording, in the source folder.</summary>
    public static void Put(string name, Observation observation)
    {
        lock (Gate)
        {
            All.Value[name] = observation;
            File.WriteAllText(SourceFolder.Path("Oracle", "chromium.json"), JsonSerializer.Serialize(All.Value, Format) + "\n");
        }
    }

    private static SortedDictionary<string, Observation> Load()
    {
        string path = IsRecording ? SourceFolder.Path("Oracle", "chromium.json") : Path.Combine(AppContext.BaseDirectory, "Oracle", "chromium.json");
        Dictionary<string, Observation>? read =
            File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, Observation>>(File.ReadAllText(path), Format) : null;
        return new SortedDictionary<string, Observation>(read ?? [], StringComparer.Ordinal);
    }
}
