using System.Net.Sockets;
using NetWebSockets.Handshake;
using Xunit;

namespace NetWebSockets.Tests.Handshake;

public sealed class NetErrorTests
{
    public static TheoryData<NetError> All => [.. Enum.GetValues<NetError>()];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_error_has_a_name_of_its_own_in_Chromiums_spelling(NetError error)
    {
        string name = error.ToChromiumName();

        Assert.Matches(error == NetError.None ? "^net::OK$" : "^net::ERR_[A-Z0-9_]+$", name);
        Assert.Equal(error == NetError.Failed, name == "net::ERR_FAILED");
        // Chromium has no time-out of pings; it shares the general name.
        if (error != NetError.PingTimedOut)
            Assert.Equal([error], Enum.GetValues<NetError>().Where(other => other != NetError.PingTimedOut && other.ToChromiumName() == name));
    }

    [Theory]
    [InlineData(NetError.ConnectionRefused, "net::ERR_CONNECTION_REFUSED")]
    [InlineData(NetError.NameNotResolved, "net::ERR_NAME_NOT_RESOLVED")]
    [InlineData(NetError.CertAuthorityInvalid, "net::ERR_CERT_AUTHORITY_INVALID")]
    [InlineData(NetError.ProxyConnectionFailed, "net::ERR_PROXY_CONNECTION_FAILED")]
    [InlineData(NetError.InvalidResponse, "net::ERR_INVALID_RESPONSE")]
    [InlineData(NetError.MessageTooBig, "net::ERR_MSG_TOO_BIG")]
    [InlineData(NetError.WsProtocolError, "net::ERR_WS_PROTOCOL_ERROR")]
    [InlineData(NetError.PingTimedOut, "net::ERR_TIMED_OUT")]
    [InlineData((NetError)(-1), "net::ERR_FAILED")]
    public void Names_are_those_that_Chromium_shows(NetError error, string name) => Assert.Equal(name, error.ToChromiumName());

    [Fact]
    public void An_authentication_that_the_platform_gives_up_has_its_name() => Assert.Equal(
        NetError.UnsupportedAuthScheme, NetErrorClassifier.Classify(new HttpRequestException(HttpRequestError.UserAuthenticationError, "no mechanism")));

    [Theory]
    [InlineData(SocketError.ConnectionRefused, NetError.ConnectionRefused)]
    [InlineData(SocketError.ConnectionReset, NetError.ConnectionReset)]
    [InlineData(SocketError.ConnectionAborted, NetError.ConnectionAborted)]
    [InlineData(SocketError.TimedOut, NetError.ConnectionTimedOut)]
    [InlineData(SocketError.Shutdown, NetError.ConnectionClosed)]
    [InlineData(SocketError.HostUnreachable, NetError.AddressUnreachable)]
    [InlineData(SocketError.NetworkUnreachable, NetError.AddressUnreachable)]
    [InlineData(SocketError.NetworkDown, NetError.InternetDisconnected)]
    [InlineData(SocketError.NetworkReset, NetError.NetworkChanged)]
    [InlineData(SocketError.HostNotFound, NetError.NameNotResolved)]
    [InlineData(SocketError.NoData, NetError.NameNotResolved)]
    [InlineData(SocketError.TryAgain, NetError.NameNotResolved)]
    [InlineData(SocketError.AccessDenied, NetError.NetworkAccessDenied)]
    [InlineData(SocketError.AddressNotAvailable, NetError.AddressInvalid)]
    [InlineData(SocketError.TooManyOpenSockets, NetError.InsufficientResources)]
    [InlineData(SocketError.NoBufferSpaceAvailable, NetError.NoBufferSpace)]
    [InlineData(SocketError.NotSocket, NetError.ConnectionFailed)]
    public void Errors_of_the_operating_system_have_their_name_alone_and_within_an_IOException(SocketError error, NetError name)
    {
        var failure = new SocketException((int)error);

        Assert.Equal(name, NetErrorClassifier.Classify(error));
        Assert.Equal(name, NetErrorClassifier.Classify(failure));
        Assert.Equal(name, NetErrorClassifier.Classify(new IOException("read", failure)));
        Assert.Equal(name, NetErrorClassifier.Classify(new HttpRequestException(HttpRequestError.Unknown, "send", new IOException("read", failure))));
    }

    [Fact]
    public void Failures_without_a_code_are_named_by_their_kind()
    {
        Assert.Equal(NetError.ConnectionClosed, NetErrorClassifier.Classify(new EndOfStreamException()));
        Assert.Equal(NetError.Aborted, NetErrorClassifier.Classify(new OperationCanceledException()));
        Assert.Equal(NetError.ConnectionTimedOut, NetErrorClassifier.Classify(new TaskCanceledException("connect", new TimeoutException())));
        Assert.Equal(NetError.TimedOut, NetErrorClassifier.Classify(new TimeoutException()));
        Assert.Equal(NetError.UnsafePort, NetErrorClassifier.Classify(new HandshakeException(NetError.UnsafePort, "port")));
        Assert.Equal(NetError.Failed, NetErrorClassifier.Classify(new InvalidOperationException()));
    }
}
