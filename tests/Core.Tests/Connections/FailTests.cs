using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.ConnectionState;

namespace NetWebSockets.Tests.Connections;

/// <summary>The application says that going on is of no use.</summary>
public sealed class FailTests
{
    [Fact]
    public async Task A_connection_that_is_ready_drops_its_socket_and_everything_fails_with_the_reason()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection connection = new(Support.Options(server.Uri));
        States states = new(connection);
        ScriptedPeer peer = await connection.ConnectToAsync(server);
        connection.Fail("The account is closed.");
        connection.Fail("Too late.");
        ConnectionException error = await Assert.ThrowsAsync<ConnectionException>(() => connection.Closed.Soon());
        Assert.Equal("The account is closed.", error.Message);
        Assert.Equal(error.Message, (await states.UntilAsync(Faulted)).Cause!.Message);
        Assert.Same(error, await Assert.ThrowsAsync<ConnectionException>(() => connection.ConnectAsync().Soon()));
        SendException late = await connection.SendTextAsync("x").SendFailsAsync();
        Assert.Equal(SendOutcome.NotSent, late.Outcome);
        Assert.Contains("The account is closed.", late.Message, StringComparison.Ordinal);
        await peer.ReadToEndAsync().Soon();
    }

    [Fact]
    public async Task A_connection_that_waits_to_connect_again_ends_at_once_with_what_waits_to_be_sent()
    {
        await using ScriptedServer server = new();
        server.StopListening();
        await using WebSocketConnection connection = new(Support.Options(server.Uri, o => o.Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) }));
        States states = new(connection);
        Task ready = connection.ConnectAsync();
        ValueTask queued = connection.SendTextAsync("x");
        await states.UntilAsync(Disconnected);
        connection.Fail("No more.");
        Assert.Equal("No more.", (await Assert.ThrowsAsync<ConnectionException>(() => ready.Soon())).Message);
        Assert.Equal(SendOutcome.NotSent, (await queued.SendFailsAsync()).Outcome);
        Assert.Equal(Faulted, connection.State);
    }

    [Fact]
    public async Task One_that_was_never_started_and_one_that_is_closed_stay_what_they_are_told_first()
    {
        await using ScriptedServer server = new();
        await using WebSocketConnection unused = new(Support.Options(server.Uri));
        unused.Fail("Never.");
        Assert.Equal("Never.", (await Assert.ThrowsAsync<ConnectionException>(() => unused.ConnectAsync().Soon())).Message);
        await using WebSocketConnection closed = new(Support.Options(server.Uri));
        await closed.ConnectToAsync(server);
        await closed.CloseAsync().Soon();
        closed.Fail("Too late.");
        await closed.Closed.Soon();
        Assert.Equal(ConnectionState.Closed, closed.State);
        Assert.Throws<ArgumentException>(() => unused.Fail(" "));
    }
}
