using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Oracle;

/// <summary>Addresses as users write them, with {port} for the port of a server on 127.0.0.1.</summary>
public static class Addresses
{
    private static readonly string[] All =
    [
        "ws://127.0.0.1:{port}", "ws://127.0.0.1:{port}/", "http://127.0.0.1:{port}/x", "HTTP://127.0.0.1:{port}/x", "WS://127.0.0.1:{port}/x",
        "  ws://127.0.0.1:{port}/trim  ", "ws://127.0.0.1:{port}/a b?c d", "ws://127.0.0.1:{port}/ü?ü=👋", "ws://127.0.0.1:{port}/%41%7e%2F?%41=%7E",
        "ws://127.0.0.1:{port}/a/../b/./c/..", "ws://127.0.0.1:{port}/a/%2e%2E/b", "ws://127.0.0.1:{port}/a\\b", "ws://127.0.0.1:{port}/\"<>^`{|}'[]",
        "ws://127.0.0.1:{port}/?\"<>^`{|}'[]", "ws://127.0.0.1:{port}/a\r\nX-Evil: 1", "ws://127.0.0.1:{port}/a\tb", "ws://127.0.0.1:{port}/a\u0001b\u007Fc",
        "ws://127.0.0.1:{port}?q", "ws://127.0.0.1:{port}/?", "ws://127.0.0.1:{port}//a//", "ws://127.0.0.1:{port}/100%", "ws://127.0.0.1:{port}/%zz",
        "ws://127.0.0.1:{port}/a#frag", "ws://127.0.0.1:{port}/#", "ws://127.1:{port}/x", "ws://0x7f000001:{port}/x",
        "ftp://127.0.0.1:{port}/", "ws://", "ws://127.0.0.1:99999/", "ws://127.0.0.1:{port}x/", "ws://[::1", "about:blank", "file:///etc/passwd",
    ];

    /// <summary>The addresses, for theories.</summary>
    public static IEnumerable<TheoryDataRow<string>> Rows => All.Select(a => new TheoryDataRow<string>(a));

    /// <summary>Connects to an address and observes its <c>url</c> and the request's target; or that it was refused.</summary>
    /// <param name="address">The address.</param>
    /// <param name="client">Opens a socket and gives its <c>url</c>, or what was thrown.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Observation> RunAsync(string address, Func<string, Task<string>> client, CancellationToken cancellationToken)
    {
        await using ScriptedServer server = new();
        string port = server.Port.ToString(null, null);
        string seen = (await client(address.Replace("{port}", port, StringComparison.Ordinal))).Replace(port, "{port}", StringComparison.Ordinal);
        if (seen.StartsWith("throws", StringComparison.Ordinal))
            return new Observation([seen], []);
        ScriptedPeer peer = await server.AcceptAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        HandshakeHead request = await peer.ReadRequestAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        // Accepted and not refused: Chromium makes a page whose handshakes fail wait before the next.
        await peer.AcceptHandshakeAsync(cancellationToken: cancellationToken);
        return new Observation([seen], [request.Target, $"Host: {request["Host"]}".Replace(port, "{port}", StringComparison.Ordinal)]);
    }
}
