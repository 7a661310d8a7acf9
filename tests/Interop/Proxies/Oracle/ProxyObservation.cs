using System.Text.Encodings.Web;
using System.Text.Json;

namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>What a client chose for one address.</summary>
/// <param name="Resolved">The list of proxies that it would use when none were known to be bad, as a PAC string.</param>
/// <param name="Asked">Whom it asked, in order: the kind and the name of the proxy, or DIRECT; and then <c>fails</c> when the socket did not open.</param>
public sealed record ProxyObservation(string Resolved, IReadOnlyList<string> Asked)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Resolved} | {string.Join(", ", Asked)}";
}

/// <summary>Chromium's choices as they were recorded: <c>chromium-proxies.json</c> beside this file, a line for each address.</summary>
public static class ProxyRecording
{
    private const string File = "chromium-proxies.json";
    private static readonly Lock Gate = new();
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Lazy<SortedDictionary<string, SortedDictionary<string, ProxyObservation>>> All = new(Load);
    private static string _version = "";

    /// <summary>Whether the run writes the recording in place of comparing with it: NWS_RECORD is 1.</summary>
    public static bool IsRecording => Environment.GetEnvironmentVariable("NWS_RECORD") == "1";

    /// <summary>The configurations that have been recorded.</summary>
    public static IReadOnlyCollection<string> Names
    {
        get
        {
            lock (Gate)
                return [.. All.Value.Keys];
        }
    }

    /// <summary>The version of Chromium that was recorded.</summary>
    public static string Version
    {
        get
        {
            lock (Gate)
            {
                _ = All.Value;
                return _version;
            }
        }
    }

    /// <summary>What was recorded of a configuration, by address; null when it never was.</summary>
    /// <param name="name">The configuration.</param>
    public static IReadOnlyDictionary<string, ProxyObservation>? Get(string name)
    {
        lock (Gate)
            return All.Value.GetValueOrDefault(name);
    }

    /// <summary>Writes a configuration into the recording, in the source folder.</summary>
    /// <param name="name">The configuration.</param>
    /// <param name="version">Chromium's version.</param>
    /// <param name="seen">What was seen, by address.</param>
    public static void Put(string name, string version, IReadOnlyDictionary<string, ProxyObservation> seen)
    {
        lock (Gate)
        {
            All.Value[name] = new SortedDictionary<string, ProxyObservation>(seen.ToDictionary(), StringComparer.Ordinal);
            _version = version;
            IEnumerable<string> configurations = All.Value.Select(c => $"    {Text(c.Key)}: {{\n{string.Join(",\n", c.Value.Select(Line))}\n    }}");
            System.IO.File.WriteAllText(
                SourceFolder.Path("Proxies", "Oracle", File),
                $"{{\n  \"version\": {Text(version)},\n  \"configurations\": {{\n{string.Join(",\n", configurations)}\n  }}\n}}\n");
        }
    }

    private static string Line(KeyValuePair<string, ProxyObservation> entry) =>
        $"      {Text(entry.Key)}: [{string.Join(", ", entry.Value.Asked.Prepend(entry.Value.Resolved).Select(Text))}]";

    private static string Text(string value) => JsonSerializer.Serialize(value, Plain);

    private static SortedDictionary<string, SortedDictionary<string, ProxyObservation>> Load()
    {
        SortedDictionary<string, SortedDictionary<string, ProxyObservation>> all = new(StringComparer.Ordinal);
        string path = IsRecording ? SourceFolder.Path("Proxies", "Oracle", File) : Path.Combine(AppContext.BaseDirectory, "Proxies", "Oracle", File);
        if (!System.IO.File.Exists(path))
            return all;
        using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllText(path));
        _version = document.RootElement.GetProperty("version").GetString()!;
        foreach (JsonProperty configuration in document.RootElement.GetProperty("configurations").EnumerateObject())
        {
            SortedDictionary<string, ProxyObservation> addresses = all[configuration.Name] = new(StringComparer.Ordinal);
            foreach (JsonProperty address in configuration.Value.EnumerateObject())
            {
                string[] values = [.. address.Value.EnumerateArray().Select(v => v.GetString()!)];
                addresses[address.Name] = new(values[0], values[1..]);
            }
        }

        return all;
    }
}
