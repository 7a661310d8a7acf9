namespace NetWebSockets.InteropTests.Oracle;

/// <summary>Where NetWebSocket is meant to do something else than Chromium: what it does, and why.</summary>
public static class Differences
{
    private static readonly string[] Refused = ["error (closed)", "close 1006 \"\" not clean (closed)"];
    private static readonly string[] Opened = ["open \"\"", "close 1000 \"so\" clean (closed)"];
    private static readonly string[] Answered = ["close 1000 \"so\"", "ended"];

    private static readonly Dictionary<string, Observation> All = new()
    {
        // RFC 6455, section 4.1 asks for HTTP/1.1 or higher; the handler underneath holds to it.
        ["HTTP/1.0 101"] = new(Refused, ["ended"]),

        // RFC 9110, section 15.2: a client must be able to read interim responses before the final one. Chromium is not.
        ["a 100 before the 101"] = new(Opened, Answered),
        ["a 103 before the 101"] = new(Opened, Answered),

        // An empty list of extensions accepts none (RFC 9110, section 5.6.1.2: a recipient must accept empty elements).
        ["an empty extensions header"] = new(Opened, Answered),
    };

    /// <summary>What NetWebSocket does in a scenario, where it is meant to differ.</summary>
    public static Observation? Find(string name) => All.GetValueOrDefault(name);
}
