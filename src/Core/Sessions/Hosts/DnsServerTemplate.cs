using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;

namespace NetWebSockets.Sessions;

/// <summary>A server of DNS over HTTPS, as the URI template that names it (RFC 8484, section 3; RFC 6570).</summary>
internal sealed class DnsServerTemplate
{
    /// <summary>The type of the messages.</summary>
    public const string MediaType = "application/dns-message";

    private const string Variable = "dns";
    private const string Operators = "+#./;?&";
    private readonly string _template;

    private DnsServerTemplate(string template, bool usesGet)
    {
        _template = template;
        UsesGet = usesGet;
        Name = new Uri(Expand(template, string.Empty)).Authority;
    }

    /// <summary>Host and port; a path may be personal, so it is never shown.</summary>
    public string Name { get; }

    /// <summary>Whether it is asked by GET.</summary>
    public bool UsesGet { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="template">It.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <returns>The server.</returns>
    /// <exception cref="ArgumentException">It is none, or not with https.</exception>
    public static DnsServerTemplate Parse(string? template, string? parameterName)
    {
        if (string.IsNullOrWhiteSpace(template))
            throw new ArgumentException("SecureDnsServers contains an empty template; use one such as https://dns.example/dns-query{?dns}.", parameterName);
        string text = template.Trim();
        bool usesGet = CheckExpressions(text, parameterName);
        if (!Uri.TryCreate(Expand(text, "AAAA"), UriKind.Absolute, out Uri? uri))
            throw new ArgumentException($"'{text}' in SecureDnsServers is no address; use one such as https://dns.example/dns-query{{?dns}}.", parameterName);
        if (uri.Scheme != Uri.UriSchemeHttps)
            throw new ArgumentException($"'{text}' in SecureDnsServers has the scheme {uri.Scheme}; DNS over HTTPS needs https.", parameterName);
        if (uri.UserInfo.Length > 0)
            throw new ArgumentException($"The template for {uri.Authority} in SecureDnsServers contains credentials, which DNS over HTTPS has not.", parameterName);
        if (uri.Fragment.Length > 0)
            throw new ArgumentException($"'{text}' in SecureDnsServers has a fragment ('#'), which is never sent.", parameterName);
        return new(text, usesGet);
    }

    /// <summary>Makes the request for a question.</summary>
    /// <param name="query">The question.</param>
    /// <returns>The request; the caller disposes it.</returns>
    public HttpRequestMessage CreateRequest(byte[] query)
    {
        // RFC 8484, section 4.1: base64url without padding.
        var request = UsesGet
            ? new HttpRequestMessage(HttpMethod.Get, Expand(_template, Base64Url.EncodeToString(query)))
            : new HttpRequestMessage(HttpMethod.Post, Expand(_template, string.Empty)) { Content = new ByteArrayContent(query) };
        if (request.Content is { } content)
            content.Headers.ContentType = new MediaTypeHeaderValue(MediaType);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaType));
        request.Version = System.Net.HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        return request;
    }

    // Whether 'dns' is among the variables. Others have no value, and leave nothing.
    private static bool CheckExpressions(string template, string? parameterName)
    {
        bool found = false;
        for (int at = 0; at < template.Length; at++)
        {
            if (template[at] == '}')
                throw new ArgumentException($"'{template}' in SecureDnsServers has a '}}' at position {at} without a '{{' before it.", parameterName);
            if (template[at] != '{')
                continue;
            int end = template.IndexOf('}', at);
            if (end < 0)
                throw new ArgumentException($"'{template}' in SecureDnsServers has a '{{' at position {at} without a '}}' after it.", parameterName);
            string expression = template[(at + 1)..end];
            if (expression.Length == 0 || expression.Contains('{', StringComparison.Ordinal))
                throw new ArgumentException($"'{template}' in SecureDnsServers has an expression at position {at} that is none; use {{?dns}}.", parameterName);
            found |= Variables(expression).Contains(Variable);
            at = end;
        }

        return found;
    }

    private static string[] Variables(string expression) =>
        (Operators.Contains(expression[0], StringComparison.Ordinal) ? expression[1..] : expression).Split(',');

    private static string Expand(string template, string value)
    {
        var text = new StringBuilder();
        for (int at = 0; at < template.Length; at++)
        {
            if (template[at] != '{')
            {
                text.Append(template[at]);
                continue;
            }

            int end = template.IndexOf('}', at);
            string expression = template[(at + 1)..end];
            if (value.Length > 0 && Variables(expression).Contains(Variable))
            {
                text.Append(expression[0] switch
                {
                    '?' => "?dns=",
                    '&' => "&dns=",
                    ';' => ";dns=",
                    '#' => "#",
                    '.' => ".",
                    '/' => "/",
                    _ => string.Empty,
                }).Append(value);
            }

            at = end;
        }

        return text.ToString();
    }
}
