namespace NetWebSockets.InteropTests.Oracle;

/// <summary>Where NetWebSocket is meant to do something else than Chromium: what it does. Why is in docs/chromium.md, under the same names.</summary>
public static class Differences
{
    private const string OpenDeflated = "open \"\" with permessage-deflate (open)";

    private static readonly Observation Opened = new(["open \"\"", "close 1000 \"so\" clean (closed)"], ["close 1000 \"so\"", "ended"]);

    private static readonly Dictionary<string, Observation> All = new(StringComparer.Ordinal)
    {
        ["HTTP/1.0 101"] = new(["error (closed)", "close 1006 \"\" not clean (closed)"], ["ended"]),
        ["a 100 before the 101"] = Opened,
        ["a 103 before the 101"] = Opened,
        ["a plain text inside a compressed text"] = new(
            [OpenDeflated, "text \"Hello\"", "error (closed)", "close 1006 \"\" not clean (closed)"],
            ["text \"got it\" rsv 4", "close 1002 \"Previous data frame unfinished\"", "ended"]),
        ["a compressed text that lacks its last byte"] = Refused("text \"Hello\""),
        ["a compressed text that lacks its last three bytes"] = Refused("text \"Hello\""),
        ["a compressed text after one that lacked its last byte"] = new(
            [OpenDeflated, "error (closed)", "close 1006 \"\" not clean (closed)"], ["close 1002 \"WebSocket Protocol Error\"", "ended"]),
        ["context takeover although server_no_context_takeover was agreed on"] = new(
            ["open \"\" with permessage-deflate; server_no_context_takeover (open)", "text \"first message\"", "error (closed)", "close 1006 \"\" not clean (closed)"],
            ["close 1002 \"WebSocket Protocol Error\"", "ended"]),
        ["a compressed text after one of no bytes"] = Received("text \"\"", "text \"Hello\""),
        ["a compressed text after a final block without padding"] = Received("text \"Hello\"", "text \"Hello\""),
        ["sending an empty text compressed"] = Sent("text \"\""),
        ["sending empty bytes compressed"] = Sent("binary of 0"),
        ["sending an empty text between two others compressed"] = Sent("text \"a text a text\" rsv 4", "text \"\"", "text \"a text a text\" rsv 4"),
        ["sending what does not get shorter, without context takeover"] = new(
            ["open \"\" with permessage-deflate; client_no_context_takeover (open)", "close 1000 \"c\" clean (closed)"], ["text \"q8Zr!k2\"", "close 1000 \"c\"", "ended"]),
    };

    /// <summary>The names of the scenarios that differ.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>What NetWebSocket does in a scenario, where it is meant to differ.</summary>
    public static Observation? Find(string name) => All.GetValueOrDefault(name);

    private static Observation Received(params string[] messages) =>
        new([OpenDeflated, .. messages, "close 1000 \"bye\" clean (closed)"], ["text \"got it\" rsv 4", "close 1000 \"bye\"", "ended"]);

    private static Observation Refused(params string[] before) =>
        new([OpenDeflated, .. before, "error (closed)", "close 1006 \"\" not clean (closed)"], ["text \"got it\" rsv 4", "close 1002 \"WebSocket Protocol Error\"", "ended"]);

    private static Observation Sent(params string[] wire) => new([OpenDeflated, "close 1000 \"c\" clean (closed)"], [.. wire, "close 1000 \"c\"", "ended"]);
}
