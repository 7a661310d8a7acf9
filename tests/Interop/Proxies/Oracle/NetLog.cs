using System.Text.Json;

namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>Reads what Chromium notes of its network stack (<c>--log-net-log</c>).</summary>
public static class NetLog
{
    /// <summary>The list of proxies that Chromium made for each socket; those that could not be reached a while ago are still in their places.</summary>
    /// <param name="path">The file; the browser has ended.</param>
    /// <returns>PAC strings, by host and port.</returns>
    public static IReadOnlyDictionary<string, string> ReadProxyLists(string path)
    {
        using FileStream file = File.OpenRead(path);
        using JsonDocument document = JsonDocument.Parse(file);
        int resolved = document.RootElement.GetProperty("constants").GetProperty("logEventTypes").GetProperty("PROXY_RESOLUTION_SERVICE_RESOLVED_PROXY_LIST").GetInt32();
        Dictionary<int, string> addresses = [];
        Dictionary<string, string> lists = new(StringComparer.Ordinal);
        foreach (JsonElement entry in document.RootElement.GetProperty("events").EnumerateArray())
        {
            if (!entry.TryGetProperty("params", out JsonElement parameters) || parameters.ValueKind != JsonValueKind.Object)
                continue;
            int source = entry.GetProperty("source").GetProperty("id").GetInt32();
            if (parameters.TryGetProperty("url", out JsonElement url))
                addresses[source] = url.GetString()!;
            // Where a script failed there is an error in place of the list, and Chromium goes on without a proxy.
            if (entry.GetProperty("type").GetInt32() == resolved && addresses.TryGetValue(source, out string? address) && address.StartsWith("ws", StringComparison.Ordinal))
                lists.TryAdd(ProxyAddresses.KeyOf(address), parameters.TryGetProperty("proxy_info", out JsonElement list) ? list.GetString()! : "DIRECT");
        }

        return lists;
    }
}
