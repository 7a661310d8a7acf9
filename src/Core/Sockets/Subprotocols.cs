using System.Buffers;

namespace NetWebSockets.Sockets;

/// <summary>The subprotocols a socket may offer (WHATWG WebSockets, constructor steps; RFC 6455, section 4.1): tokens, none twice.</summary>
internal static class Subprotocols
{
    // RFC 6455, section 4.1, item 10: U+0021 to U+007E without RFC 2616's separators.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~");

    /// <exception cref="ArgumentException">SyntaxError: one that is empty, no token, or there twice.</exception>
    public static string[] Validate(IEnumerable<string> protocols, string parameter)
    {
        string[] result = [.. protocols];
        for (int i = 0; i < result.Length; i++)
        {
            string protocol = result[i];
            if (string.IsNullOrEmpty(protocol))
                throw new ArgumentException("A subprotocol must not be empty.", parameter);
            if (protocol.AsSpan().ContainsAnyExcept(TokenCharacters))
                throw new ArgumentException($"The subprotocol '{protocol}' is invalid: only letters, digits and !#$%&'*+-.^_`|~ are allowed.", parameter);
            // WHATWG: distinct as they are written.
            if (result.AsSpan(0, i).Contains(protocol, StringComparer.Ordinal))
                throw new ArgumentException($"The subprotocol '{protocol}' is given twice.", parameter);
        }

        return result;
    }
}
