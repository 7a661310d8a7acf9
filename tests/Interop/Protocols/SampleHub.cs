using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;

namespace NetWebSockets.InteropTests.Protocols;

/// <summary>A hub of SignalR's with the methods that the sample's contract calls. A test says what they do.</summary>
/// <param name="server">The test's server.</param>
public sealed class SampleHub(HubServer server) : Hub
{
    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        server.OnConnected(Context);
        return server.OnConnect();
    }

    /// <summary>Adds.</summary>
    public Task<int> Add(int a, int b) => server.OnAdd(a, b);

    /// <summary>Tells everybody, unless the test has another use for it.</summary>
    public Task Say(string text) => server.OnSay(this, text);

    /// <summary>Keeps a note.</summary>
    public void Note(string text)
    {
        server.OnNote(text);
        if (text.Length == 0)
            throw new HubException("There is nothing to note.");
    }

    /// <summary>Counts from 0; to a negative count there is an error where zero would be.</summary>
    public async IAsyncEnumerable<int> Counter(int count, int delay, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            for (int i = 0; count < 0 || i < count; i++)
            {
                if (count < 0 && i == -count)
                    throw new HubException("It cannot be counted further.");
                yield return i;
                if (delay > 0)
                    await Task.Delay(delay, cancellationToken);
            }
        }
        finally
        {
            // Not a callback of the token: what it wakes may have unregistered that before it was called.
            if (cancellationToken.IsCancellationRequested)
                server.OnCancelled(count);
        }
    }
}
