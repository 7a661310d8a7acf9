using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>
/// Connects to the first of several addresses that answers (RFC 8305, section 5): one after the other, the next one as soon as one fails, or when
/// it has not answered for a while. The first that succeeds wins; the others are dropped.
/// </summary>
/// <param name="addresses">The addresses, in the order to try them.</param>
/// <param name="port">The port.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Where an address that fails is told.</param>
internal sealed class ConnectionRace(IReadOnlyList<IPAddress> addresses, int port, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>How long an attempt is alone: the RFC's recommendation.</summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    private readonly List<Attempt> _running = [];
    private SocketException? _failure;
    private int _started;

    /// <summary>Connects to one address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The socket.</returns>
    /// <exception cref="SocketException">It failed.</exception>
    public static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Runs it, once.</summary>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <returns>The socket that won.</returns>
    /// <exception cref="SocketException">All failed; it is the failure that says most.</exception>
    public async Task<Socket> RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (true)
            {
                if (_started < addresses.Count)
                    Start(addresses[_started++], ending.Token);
                Attempt? ended = await WaitAsync(ending.Token).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (ended is null)
                    continue;
                _running.Remove(ended);
                if (ended.Socket.IsCompletedSuccessfully)
                    return await ended.Socket.ConfigureAwait(false);
                Note(ended);
                if (_running.Count == 0 && _started == addresses.Count)
                    throw _failure!;
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await DropAsync().ConfigureAwait(false);
        }
    }

    // A refusal says that the machine is there, which no route does not.
    private static int Weight(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => 4,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.AccessDenied => 3,
        SocketError.TimedOut => 2,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown => 1,
        SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported => 0,
        _ => 2,
    };

    private void Start(IPAddress address, CancellationToken cancellationToken) =>
        _running.Add(new(address, ConnectAsync(address, port, cancellationToken)));

    // The attempt that has ended, or null when it is the next one's turn.
    private async Task<Attempt?> WaitAsync(CancellationToken cancellationToken)
    {
        if (_started == addresses.Count)
        {
            Task last = await Task.WhenAny(_running.Select(static attempt => attempt.Socket)).ConfigureAwait(false);
            return _running.Find(attempt => attempt.Socket == last);
        }

        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task delay = Task.Delay(AttemptDelay, timeProvider, pause.Token);
        Task first = await Task.WhenAny([.. _running.Select(static attempt => attempt.Socket), delay]).ConfigureAwait(false);
        await pause.CancelAsync().ConfigureAwait(false);
        return _running.Find(attempt => attempt.Socket == first);
    }

    private void Note(Attempt failed)
    {
        // A cancelled attempt is one of a cancelled race, which has ended before this.
        var failure = (SocketException)failed.Socket.Exception!.InnerException!;
        Log.AddressFailed(logger, failed.Address.ToString(), failure.SocketErrorCode.ToString());
        if (_failure is null || Weight(failure.SocketErrorCode) > Weight(_failure.SocketErrorCode))
            _failure = failure;
    }

    private async Task DropAsync()
    {
        foreach (Attempt loser in _running)
        {
            await ((Task)loser.Socket).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (loser.Socket.IsCompletedSuccessfully)
                (await loser.Socket.ConfigureAwait(false)).Dispose();
        }

        _running.Clear();
    }

    private sealed record Attempt(IPAddress Address, Task<Socket> Socket);
}
