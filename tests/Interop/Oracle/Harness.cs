using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Oracle;

/// <summary>Runs a client against a scenario's server.</summary>
public static class Harness
{
    /// <summary>
    /// How long after the client's close event the connection may stay open before "left open" is noted. Only behaviours that leave
    /// it open for ever wait for it.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    /// <summary>Runs one scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="client">Runs the client until its close event, and gives the events.</param>
    /// <param name="slow">Whether the server writes byte by byte after the handshake.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What was seen on both sides.</returns>
    public static async Task<Observation> RunAsync(
        Scenario scenario, Func<Uri, Task<IReadOnlyList<string>>> client, bool slow, CancellationToken cancellationToken)
    {
        scenario.HasActedWhileConnecting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer server = new();
        if (scenario.Refused)
        {
            server.StopListening();
            return new Observation(await client(server.Uri), []);
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ScriptedSide?> serving = ServeAsync(server, scenario, slow, end.Token);
        IReadOnlyList<string> events = await client(server.Uri).WaitAsync(TimeSpan.FromSeconds(90), cancellationToken);
        end.CancelAfter(scenario.IsWireOpen ? TimeSpan.Zero : Grace);
        ScriptedSide? side = await serving;
        if (side is null)
            return new Observation(events, []);
        return new Observation(events, scenario.IsWireOpen ? [] : side.Ended ? [.. side.Wire] : [.. side.Wire, "left open"]);
    }

    private static async Task<ScriptedSide?> ServeAsync(ScriptedServer server, Scenario scenario, bool slow, CancellationToken cancellationToken)
    {
        ScriptedSide? side = null;
        try
        {
            ScriptedPeer peer = await server.AcceptAsync(cancellationToken);
            side = new ScriptedSide(peer, cancellationToken) { IsSlow = slow };
            try
            {
                await scenario.Server(side);
            }
            catch (IOException)
            {
                // The client left before the script was at its end; what it sent before is still to be read.
            }

            await side.ReadToEndAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client has closed and left the connection open, or the scenario ended the connection itself.
        }

        return side;
    }
}
