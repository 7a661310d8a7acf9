using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Sessions themselves: names, lives, connections.</summary>
public sealed class NetSessionTests
{
    [Fact]
    public void The_same_name_gives_the_same_session_until_it_is_disposed()
    {
        string name = Guid.NewGuid().ToString();
        NetSession first = NetSession.FromPartition(name);
        NetSession other = NetSession.FromPartition(name.ToUpperInvariant() + "x");

        Assert.Same(first, NetSession.FromPartition(name));
        Assert.NotSame(first, other);
        Assert.Equal(name, first.Partition);
        first.Dispose();
        NetSession second = NetSession.FromPartition(name);
        Assert.NotSame(first, second);
        first.Dispose();
        Assert.Same(second, NetSession.FromPartition(name));
        second.Dispose();
        other.Dispose();
    }

    [Fact]
    public void An_empty_name_is_the_default_session_which_cannot_be_disposed()
    {
        Assert.Same(NetSession.Default, NetSession.FromPartition(string.Empty));
        Assert.Null(NetSession.Default.Partition);
        Assert.Throws<InvalidOperationException>(NetSession.Default.Dispose);
    }

    [Fact]
    public void The_options_of_a_partition_count_when_it_is_made()
    {
        string name = Guid.NewGuid().ToString();
        using NetSession session = NetSession.FromPartition(name, new NetSessionOptions { UserAgent = "One/1" });

        Assert.Equal("One/1", NetSession.FromPartition(name, new NetSessionOptions { UserAgent = "Two/2" }).UserAgent);
    }

    [Fact]
    public void A_user_agent_with_a_line_break_is_refused_and_the_former_stays()
    {
        using NetSession session = NewSession(options => options.UserAgent = "One/1");

        Assert.Throws<ArgumentException>(() => session.UserAgent = "Two\r\n2");
        Assert.Equal("One/1", session.UserAgent);
        Assert.Throws<ArgumentException>(() => NewSession(options => options.UserAgent = "\n"));
    }

    [Fact]
    public async Task Closing_all_connections_drops_what_is_registered_and_leaves_the_session_usable()
    {
        using NetSession session = NewSession();
        int aborted = 0;
        IDisposable gone = session.Register(session, (_, _) => aborted += 100);
        session.Register(session, (_, _) => aborted++);
        session.Register(session, (_, _) => throw new InvalidOperationException("one that fails"));
        session.Register(session, (_, _) => aborted++);
        gone.Dispose();
        Assert.Equal(3, session.LiveCount);
        await session.CloseAllConnectionsAsync();
        await session.CloseAllConnectionsAsync();

        Assert.Equal(2, aborted);
        Assert.Equal(0, session.LiveCount);
        await using var server = new ScriptedServer();
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        await (await ConnectAsync(session, server.Uri)).Stream.DisposeAsync();
        await accepting;
        Assert.Equal(0, session.LiveCount);
    }

    [Fact]
    public async Task A_disposed_session_drops_its_connections_and_opens_no_more()
    {
        NetSession session = NewSession();
        int aborted = 0;
        session.Register(session, (_, _) => aborted++);
        await session.DisposeAsync();
        await session.DisposeAsync();

        Assert.Equal(1, aborted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ConnectAsync(session, new Uri("ws://127.0.0.1:1234/")));
        Assert.Throws<ObjectDisposedException>(() => session.Register(session, (_, _) => { }));
        Assert.Throws<ObjectDisposedException>(() => session.SetCertificateVerifyProc(null));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.SetProxyAsync(new ProxyConfig { Mode = ProxyMode.Direct }));
        await Assert.ThrowsAsync<ObjectDisposedException>(session.CloseAllConnectionsAsync);
    }

    [Fact]
    public async Task Logs_tell_of_success_and_failure_without_query_or_credentials()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace));
        await using var server = new ScriptedServer();
        using NetSession session = NewSession(options => options.LoggerFactory = factory);
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        HandshakeRequest request = Request(new Uri($"ws://me:s3cret@127.0.0.1:{server.Port}/path?token=t0ken")) with { Headers = [new("X-Key", "k3y")] };
        await (await ConnectAsync(session, request)).Stream.DisposeAsync();
        await accepting;
        server.StopListening();
        await FailAsync(session, request);

        IReadOnlyList<FakeLogRecord> records = logs.Collector.GetSnapshot();
        Assert.Equal([101, 102, 101, 103], records.Select(record => record.Id.Id));
        Assert.Contains("net::ERR_CONNECTION_REFUSED", records[^1].Message, StringComparison.Ordinal);
        Assert.All(records, record =>
        {
            Assert.Contains("/path", record.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", record.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("t0ken", record.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("k3y", record.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Fifty_handshakes_at_once_share_a_session()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        using NetSession session = NewSession();
        HandshakeResult[] results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ConnectAsync(session, server.Uri())));
        foreach (HandshakeResult result in results)
        {
            // A text frame "hi", masked with zeros, comes back unmasked.
            await result.Stream.WriteAsync(new byte[] { 0x81, 0x82, 0, 0, 0, 0, (byte)'h', (byte)'i' }, Token);
            Assert.Equal(ServerFrame.Text("hi"), await ReadAsync(result, 4));
            await result.Stream.DisposeAsync();
        }

        Assert.Equal(50, server.ConnectionCount);
    }
}
