using System.Net.Http.Headers;

namespace NetWebSockets.Handshake;

/// <summary>The headers of a response as they came: not parsed, not joined, duplicates apart.</summary>
internal static class ResponseHeaders
{
    /// <summary>All headers.</summary>
    /// <param name="response">The response.</param>
    /// <returns>Name and value of each line; lines of the same name stand together.</returns>
    public static List<KeyValuePair<string, string>> ToList(HttpResponseMessage response)
    {
        var list = new List<KeyValuePair<string, string>>();
        Append(list, response.Headers.NonValidated);
        Append(list, response.Content.Headers.NonValidated);
        return list;
    }

    /// <summary>The values of one header, one for each line.</summary>
    /// <param name="response">The response.</param>
    /// <param name="name">The header.</param>
    /// <returns>The values; empty when the header is missing.</returns>
    public static string[] Values(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? [.. values] : [];

    private static void Append(List<KeyValuePair<string, string>> list, HttpHeadersNonValidated headers)
    {
        foreach ((string name, HeaderStringValues values) in headers)
        {
            foreach (string value in values)
                list.Add(new(name, value));
        }
    }
}
