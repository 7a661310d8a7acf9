using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NetWebSockets.TestServers;

/// <summary>One request that came to an <see cref="AskingServer"/>.</summary>
/// <param name="Head">The request.</param>
/// <param name="Connection">Which connection it came on, counted from 1.</param>
public sealed record AskedRequest(HandshakeHead Head, int Connection)
{
    /// <summary>The Authorization header; null for none.</summary>
    public string? Authorization => Head["Authorization"];

    /// <summary>Name and password of Basic authentication; null for none.</summary>
    public string? Basic => Authorization is { } value && value.StartsWith("Basic ", StringComparison.Ordinal)
        ? Encoding.UTF8.GetString(Convert.FromBase64String(value["Basic ".Length..]))
        : null;
}

/// <summary>A server that keeps its connections and answers every request by what a test makes of it: a header block with a body, or null to open.</summary>
public sealed class AskingServer : IAsyncDisposable
{
    private readonly ScriptedServer _server;
    private readonly Func<AskedRequest, string?> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _tasks = [];

    /// <summary>Starts the server.</summary>
    /// <param name="answer">What a request is answered with; null to open the WebSocket.</param>
    /// <param name="certificate">The certificate for wss; null for ws.</param>
    public AskingServer(Func<AskedRequest, string?> answer, X509Certificate2? certificate = null)
    {
        _server = new ScriptedServer(certificate);
        _answer = answer;
        _tasks.Add(AcceptAsync());
    }

    /// <summary>The requests that came, in order.</summary>
    public ConcurrentQueue<AskedRequest> Requests { get; } = new();

    /// <summary>The port.</summary>
    public int Port => _server.Port;

    /// <summary>The address.</summary>
    public Uri Uri => _server.Uri;

    /// <summary>The address under another host name.</summary>
    /// <param name="host">The host name.</param>
    /// <param name="path">Path and query.</param>
    /// <returns>The address.</returns>
    public Uri UriFor(string host, string path) => _server.UriFor(host, path);

    /// <summary>The address of a path.</summary>
    /// <param name="path">Path and query.</param>
    /// <returns>The address.</returns>
    public Uri At(string path) => _server.UriFor("127.0.0.1", path);

    /// <summary>The address with credentials in it.</summary>
    /// <param name="userInfo">Name, or name and password, escaped.</param>
    /// <param name="path">Path and query.</param>
    /// <returns>The address.</returns>
    public Uri WithUser(string userInfo, string path = "/") => new($"ws://{userInfo}@127.0.0.1:{Port}{path}");

    /// <summary>A 401 with challenges.</summary>
    /// <param name="challenges">The challenges, each a header.</param>
    /// <returns>The response.</returns>
    public static string Asks(params string[] challenges) =>
        "HTTP/1.1 401 Who are you\r\n" + string.Concat(challenges.Select(challenge => $"WWW-Authenticate: {challenge}\r\n")) + "Content-Length: 4\r\n\r\nno!\n";

    /// <summary>A server that wants one name and password by Basic authentication.</summary>
    /// <param name="credentials">Name, colon, password.</param>
    /// <param name="realm">The realm.</param>
    /// <param name="certificate">The certificate for wss; null for ws.</param>
    /// <returns>The server.</returns>
    public static AskingServer WithBasic(string credentials, string realm = "test", X509Certificate2? certificate = null) =>
        new(request => request.Basic == credentials ? null : Asks($"Basic realm=\"{realm}\""), certificate);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_tasks).ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            for (int number = 1; ; number++)
                _tasks.Add(ServeAsync(await _server.AcceptAsync(_stop.Token).ConfigureAwait(false), number));
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(ScriptedPeer peer, int number)
    {
        try
        {
            while (true)
            {
                var request = new AskedRequest(await peer.ReadRequestAsync(_stop.Token).ConfigureAwait(false), number);
                Requests.Enqueue(request);
                if (_answer(request) is { } answer)
                {
                    await peer.WriteAsync(answer, _stop.Token).ConfigureAwait(false);
                    continue;
                }

                await peer.AcceptHandshakeAsync(cancellationToken: _stop.Token).ConfigureAwait(false);
                while (await peer.ReadFrameAsync(_stop.Token).ConfigureAwait(false) is { } frame)
                {
                    if (frame.Opcode != Opcodes.Close)
                        continue;
                    await peer.SendCloseAsync(1000, cancellationToken: _stop.Token).ConfigureAwait(false);
                    break;
                }

                peer.Dispose();
                return;
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client has left, or the test has ended.
        }
    }
}
