using System.Net;
using NetWebSockets.Connections;
using Xunit;

namespace NetWebSockets.Tests.Connections;

/// <summary>The table "Fatal or not" of docs/reliability.md.</summary>
public sealed class FailureTableTests
{
    private const FailureAction Retry = FailureAction.Retry;
    private const FailureAction Fatal = FailureAction.Fatal;

    [Theory]
    [InlineData(200, Fatal, Retry)]
    [InlineData(204, Fatal, Retry)]
    [InlineData(301, Fatal, Retry)]
    [InlineData(302, Retry, Retry)]
    [InlineData(303, Retry, Retry)]
    [InlineData(307, Retry, Retry)]
    [InlineData(308, Fatal, Retry)]
    [InlineData(400, Fatal, Retry)]
    [InlineData(401, Fatal, Fatal)]
    [InlineData(403, Fatal, Fatal)]
    [InlineData(404, Fatal, Retry)]
    [InlineData(405, Fatal, Retry)]
    [InlineData(407, Fatal, Fatal)]
    [InlineData(408, Retry, Retry)]
    [InlineData(410, Fatal, Fatal)]
    [InlineData(421, Retry, Retry)]
    [InlineData(425, Retry, Retry)]
    [InlineData(426, Fatal, Retry)]
    [InlineData(429, Retry, Retry)]
    [InlineData(500, Retry, Retry)]
    [InlineData(501, Fatal, Retry)]
    [InlineData(502, Retry, Retry)]
    [InlineData(503, Retry, Retry)]
    [InlineData(504, Retry, Retry)]
    [InlineData(505, Fatal, Retry)]
    public void A_refused_handshake_is_decided_by_its_status(int status, FailureAction atFirst, FailureAction afterReady)
    {
        HandshakeException refused = new(NetError.InvalidResponse, "refused") { StatusCode = (HttpStatusCode)status };
        Check(new ConnectionFailure { Exception = refused, Phase = FailurePhase.Handshake }, atFirst, afterReady);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public void A_refused_token_is_tried_again_when_the_endpoint_factory_can_bring_another(int status)
    {
        HandshakeException refused = new(NetError.InvalidResponse, "refused") { StatusCode = (HttpStatusCode)status };
        ConnectionFailure failure = new() { Exception = refused, Phase = FailurePhase.Handshake };
        Assert.Equal(Retry, FailureClassifier.Classify(failure, canRefresh: true));
    }

    [Theory]
    [InlineData(NetError.NameNotResolved, Retry, Retry)]
    [InlineData(NetError.ConnectionRefused, Retry, Retry)]
    [InlineData(NetError.ConnectionReset, Retry, Retry)]
    [InlineData(NetError.ConnectionTimedOut, Retry, Retry)]
    [InlineData(NetError.AddressUnreachable, Retry, Retry)]
    [InlineData(NetError.InternetDisconnected, Retry, Retry)]
    [InlineData(NetError.EmptyResponse, Retry, Retry)]
    [InlineData(NetError.ProxyConnectionFailed, Retry, Retry)]
    [InlineData(NetError.TunnelConnectionFailed, Retry, Retry)]
    [InlineData(NetError.Failed, Retry, Retry)]
    [InlineData(NetError.CertAuthorityInvalid, Fatal, Retry)]
    [InlineData(NetError.CertDateInvalid, Fatal, Retry)]
    [InlineData(NetError.CertCommonNameInvalid, Fatal, Retry)]
    [InlineData(NetError.SslProtocolError, Fatal, Retry)]
    [InlineData(NetError.InvalidHttpResponse, Fatal, Retry)]
    [InlineData(NetError.HttpVersionRequired, Fatal, Retry)]
    [InlineData(NetError.AlpnNegotiationFailed, Fatal, Retry)]
    [InlineData(NetError.InvalidResponse, Fatal, Retry)]
    [InlineData(NetError.UnsafePort, Fatal, Fatal)]
    [InlineData(NetError.ProxyAuthRequested, Fatal, Fatal)]
    public void A_failed_handshake_is_decided_by_its_network_error(NetError error, FailureAction atFirst, FailureAction afterReady) =>
        Check(new ConnectionFailure { Exception = new HandshakeException(error, "failed"), Phase = FailurePhase.Handshake }, atFirst, afterReady);

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1002)]
    [InlineData(1003)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1007)]
    [InlineData(1008)]
    [InlineData(1009)]
    [InlineData(1011)]
    [InlineData(1012)]
    [InlineData(1013)]
    [InlineData(1014)]
    [InlineData(3008)]
    [InlineData(4000)]
    [InlineData(4999)]
    public void A_drop_of_a_ready_connection_is_tried_again(int code) => Check(Closed(code, FailurePhase.Ready), Retry, Retry);

    [Theory]
    [InlineData(1010, FailurePhase.Ready, Fatal, Fatal)]
    [InlineData(3000, FailurePhase.Ready, Fatal, Fatal)]
    [InlineData(3003, FailurePhase.Ready, Fatal, Fatal)]
    [InlineData(3000, FailurePhase.Script, Fatal, Fatal)]
    [InlineData(1002, FailurePhase.Script, Fatal, Retry)]
    [InlineData(1003, FailurePhase.Script, Fatal, Retry)]
    [InlineData(1007, FailurePhase.Script, Fatal, Retry)]
    [InlineData(1008, FailurePhase.Script, Fatal, Retry)]
    [InlineData(1009, FailurePhase.Restore, Fatal, Retry)]
    [InlineData(1001, FailurePhase.Script, Retry, Retry)]
    [InlineData(1006, FailurePhase.Script, Retry, Retry)]
    [InlineData(1011, FailurePhase.Restore, Retry, Retry)]
    [InlineData(4001, FailurePhase.Script, Retry, Retry)]
    public void A_closed_socket_is_decided_by_its_code(int code, FailurePhase phase, FailureAction atFirst, FailureAction afterReady) =>
        Check(Closed(code, phase), atFirst, afterReady);

    [Theory]
    [InlineData(3000, FailurePhase.Ready)]
    [InlineData(3003, FailurePhase.Script)]
    [InlineData(1008, FailurePhase.Script)]
    public void A_close_for_lack_of_rights_is_tried_again_when_the_endpoint_factory_can_bring_another_token(int code, FailurePhase phase) =>
        Assert.Equal(Retry, FailureClassifier.Classify(Closed(code, phase), canRefresh: true));

    [Fact]
    public void A_script_that_fails_the_same_way_every_time_is_fatal_until_it_once_worked() =>
        Check(Script(new CallErrorException("login", default, "wrong key")), Fatal, Retry);

    public static TheoryData<Exception> PassingScriptFailures =>
    [
        new CallTimeoutException("login", SendOutcome.Sent, TimeSpan.FromSeconds(1)),
        new CallException("login", SendOutcome.Unknown, "dropped"),
        new SendException(SendOutcome.NotSent, "dropped"),
        new TimeoutException(),
        new OperationCanceledException(),
    ];

    [Theory]
    [MemberData(nameof(PassingScriptFailures), DisableDiscoveryEnumeration = true)]
    public void A_script_that_lost_its_socket_or_its_time_is_tried_again(Exception exception) => Check(Script(exception), Retry, Retry);

    [Fact]
    public void An_endpoint_factory_that_throws_is_asked_again() =>
        Check(new ConnectionFailure { Exception = new ConnectionException("x", innerException: new HttpRequestException()), Phase = FailurePhase.Endpoint }, Retry, Retry);

    [Fact]
    public void An_attempt_without_a_possible_address_is_fatal() =>
        Check(new ConnectionFailure { Exception = new ConnectionException("x", innerException: new ArgumentException("x")), Phase = FailurePhase.Endpoint }, Fatal, Fatal);

    [Fact]
    public void An_attempt_that_ran_out_of_time_is_tried_again() =>
        Check(new ConnectionFailure { Exception = new ConnectionException("x"), Phase = FailurePhase.Script, TimedOut = true }, Retry, Retry);

    private static ConnectionFailure Closed(int code, FailurePhase phase) =>
        new() { Exception = new ConnectionException("closed"), Phase = phase, Close = new CloseEvent(code, "", code != 1006) };

    private static ConnectionFailure Script(Exception exception) =>
        new() { Exception = new ConnectionException("script", innerException: exception), Phase = FailurePhase.Script };

    private static void Check(ConnectionFailure failure, FailureAction atFirst, FailureAction afterReady)
    {
        Assert.Equal(atFirst, FailureClassifier.Classify(failure, canRefresh: false));
        Assert.Equal(afterReady, FailureClassifier.Classify(failure with { WasReady = true }, canRefresh: false));
    }
}
