namespace NetWebSockets;

/// <summary>
/// What a connect script (see <see cref="OnConnectedAttribute"/>) talks to the peer with, on one new socket. The client's own methods work in it too: what they send goes out at once, while everybody
/// else waits.
/// </summary>
public abstract class ConnectScript
{
    private protected ConnectScript()
    {
    }

    /// <summary>
    /// What there is to go on with the session of the socket before; <see langword="null"/> when a new session begins (see <see cref="ResumeAttribute"/>). While that socket is still open because this one
    /// is to replace it, it is what has been delivered so far: ask for it when it is needed, and not before.
    /// </summary>
    public abstract ResumeState? Resume { get; }

    /// <summary>The number of the attempt since the connection was last stable, from 1.</summary>
    public abstract int Attempt { get; }

    /// <summary>Sends a record that the client sends.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">The script's token.</param>
    /// <returns>Done when the operating system has it.</returns>
    /// <exception cref="ArgumentException">The client does not send such a record.</exception>
    public abstract ValueTask SendAsync<T>(T message, CancellationToken cancellationToken = default);

    /// <summary>Sends a text as it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">The script's token.</param>
    /// <returns>Done when the operating system has it.</returns>
    public abstract ValueTask SendTextAsync(string text, CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits for a record that the client receives: the first one since the socket was opened that no other call has taken. Streams of the record see it too.
    /// </summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="cancellationToken">The script's token.</param>
    /// <returns>The record.</returns>
    /// <exception cref="ArgumentException">The client does not receive such a record.</exception>
    public abstract ValueTask<T> ExpectAsync<T>(CancellationToken cancellationToken = default);

    /// <summary>Waits for the first of two records: an answer that says yes or no.</summary>
    /// <typeparam name="T1">A record.</typeparam>
    /// <typeparam name="T2">Another.</typeparam>
    /// <param name="cancellationToken">The script's token.</param>
    /// <returns>The record that came.</returns>
    /// <exception cref="ArgumentException">The client does not receive one of them.</exception>
    public abstract ValueTask<object> ExpectAnyAsync<T1, T2>(CancellationToken cancellationToken = default);

    /// <summary>Forgets what there is to resume with: the peer says that the session is over.</summary>
    public abstract void NewSession();

    /// <summary>Ends the client: trying again is of no use.</summary>
    /// <param name="message">Why, for whoever uses the client.</param>
    /// <returns>The exception to throw.</returns>
    public abstract Exception Fatal(string message);
}

/// <summary>What there is to go on with a session.</summary>
/// <param name="State">The state that the peer told: a session id, a token.</param>
/// <param name="Sequence">The sequence of the last message; null when none has come.</param>
/// <param name="Address">The address that the peer told; null when it told none.</param>
public sealed record ResumeState(string State, long? Sequence, Uri? Address);
