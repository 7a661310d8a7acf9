using System.Text.Encodings.Web;
using System.Text.Json;

namespace NetWebSockets.InteropTests.Cookies;

/// <summary>What became of a row.</summary>
/// <param name="Stored">The cookies, one a line.</param>
/// <param name="Sent">The Cookie header of the request after; empty for none. Its bytes as Latin-1.</param>
public sealed record CookieObservation(IReadOnlyList<string> Stored, string Sent);

/// <summary>Chromium's answers as they were recorded: <c>chromium.json</c> beside this file. NWS_RECORD=1 records them anew.</summary>
public static class RecordedCookies
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Lock Gate = new();
    private static readonly Lazy<SortedDictionary<string, CookieObservation>> All = new(Load);

    /// <summary>Whether the run records.</summary>
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

    /// <summary>The answer to a row, or null.</summary>
    /// <param name="name">The row.</param>
    /// <returns>It.</returns>
    public static CookieObservation? Get(string name)
    {
        lock (Gate)
            return All.Value.GetValueOrDefault(name);
    }

    /// <summary>Writes an answer into the recording, in the source folder.</summary>
    /// <param name="name">The row.</param>
    /// <param name="observation">The answer.</param>
    public static void Put(string name, CookieObservation observation)
    {
        lock (Gate)
        {
            All.Value[name] = observation;
            File.WriteAllText(SourceFolder.Path("Cookies", "chromium.json"), JsonSerializer.Serialize(All.Value, Format) + "\n");
        }
    }

    private static SortedDictionary<string, CookieObservation> Load()
    {
        string path = IsRecording ? SourceFolder.Path("Cookies", "chromium.json") : Path.Combine(AppContext.BaseDirectory, "Cookies", "chromium.json");
        Dictionary<string, CookieObservation>? read = File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, CookieObservation>>(File.ReadAllText(path), Format) : null;
        return new SortedDictionary<string, CookieObservation>(read ?? [], StringComparer.Ordinal);
    }
}
