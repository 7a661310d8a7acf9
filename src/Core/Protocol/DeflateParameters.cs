using System.Globalization;
using System.Text;

namespace NetWebSockets.Protocol;

/// <summary>What both sides have agreed on for permessage-deflate (RFC 7692, section 7.1).</summary>
/// <param name="ServerContextTakeover">Whether the server's messages may refer to earlier ones.</param>
/// <param name="ClientContextTakeover">Whether ours may.</param>
/// <param name="ServerWindowBits">The base-2 logarithm of the server's window.</param>
/// <param name="ClientWindowBits">The base-2 logarithm of ours.</param>
internal sealed record DeflateParameters(bool ServerContextTakeover, bool ClientContextTakeover, int ServerWindowBits, int ClientWindowBits)
{
    public const string ExtensionName = "permessage-deflate";
    public const int MinWindowBits = 8;
    public const int MaxWindowBits = 15;

    private const string ServerNoContextTakeover = "server_no_context_takeover";
    private const string ClientNoContextTakeover = "client_no_context_takeover";
    private const string ServerMaxWindowBits = "server_max_window_bits";
    private const string ClientMaxWindowBits = "client_max_window_bits";

    /// <summary>The value of Sec-WebSocket-Extensions in the request. <c>client_max_window_bits</c> is always there: without it no server could ask for less.</summary>
    public static string Offer(PerMessageDeflateOptions options)
    {
        var offer = new StringBuilder(ExtensionName);
        if (!options.ServerContextTakeover)
            offer.Append("; ").Append(ServerNoContextTakeover);
        if (!options.ClientContextTakeover)
            offer.Append("; ").Append(ClientNoContextTakeover);
        if (options.ServerMaxWindowBits < MaxWindowBits)
            offer.Append(CultureInfo.InvariantCulture, $"; {ServerMaxWindowBits}={options.ServerMaxWindowBits}");
        offer.Append("; ").Append(ClientMaxWindowBits);
        if (options.ClientMaxWindowBits < MaxWindowBits)
            offer.Append(CultureInfo.InvariantCulture, $"={options.ClientMaxWindowBits}");
        return offer.ToString();
    }

    /// <summary>Reads what the server answered to the offer.</summary>
    /// <param name="response">The extension in the response.</param>
    /// <param name="offered">What was offered.</param>
    /// <param name="problem">What is wrong with it, when the result is null.</param>
    /// <returns>What was agreed on; null when the answer does not agree with the offer.</returns>
    public static DeflateParameters? Accept(Extension response, PerMessageDeflateOptions offered, out string problem)
    {
        bool serverTakeover = true;
        bool clientTakeover = offered.ClientContextTakeover;
        int? serverBits = null;
        int clientBits = offered.ClientMaxWindowBits;
        HashSet<string> seen = new(StringComparer.Ordinal);
        problem = string.Empty;
        foreach ((string name, string? value) in response.Parameters)
        {
            if (!seen.Add(name))
                return Fail($"Received duplicate permessage-deflate extension parameter {name}", out problem);
            switch (name)
            {
                case ServerNoContextTakeover when value is null:
                    serverTakeover = false;
                    break;
                case ClientNoContextTakeover when value is null:
                    clientTakeover = false;
                    break;
                case ServerNoContextTakeover or ClientNoContextTakeover:
                    return Fail($"Received invalid {name} parameter: it takes no value", out problem);
                case ServerMaxWindowBits when ParseBits(value) is { } bits:
                    serverBits = bits;
                    break;
                case ClientMaxWindowBits when ParseBits(value) is { } bits:
                    // What we hinted at is ours to keep to; a server that names more does not make us use more.
                    clientBits = Math.Min(clientBits, bits);
                    break;
                case ServerMaxWindowBits or ClientMaxWindowBits:
                    return Fail($"Received invalid {name} parameter: it must be a number from 8 to 15", out problem);
                default:
                    return Fail($"Received an unexpected permessage-deflate extension parameter '{name}'", out problem);
            }
        }

        // What the offer demands, the server must have said (RFC 7692, sections 7.1.1.1 and 7.1.2.1).
        if (!offered.ServerContextTakeover && serverTakeover)
            return Fail($"The server did not agree to {ServerNoContextTakeover}, which was demanded", out problem);
        if (offered.ServerMaxWindowBits < MaxWindowBits && (serverBits ?? MaxWindowBits) > offered.ServerMaxWindowBits)
            return Fail($"The server did not agree to {ServerMaxWindowBits}={offered.ServerMaxWindowBits}, which was demanded", out problem);
        return new DeflateParameters(serverTakeover, clientTakeover, serverBits ?? MaxWindowBits, clientBits);
    }

    // RFC 7692, section 7.1.2: decimal, no leading zeros, 8 to 15.
    private static int? ParseBits(string? value) => value switch
    {
        "8" => 8,
        "9" => 9,
        ['1', >= '0' and <= '5'] => 10 + (value[1] - '0'),
        _ => null,
    };

    private static DeflateParameters? Fail(string what, out string problem)
    {
        problem = what;
        return null;
    }
}
