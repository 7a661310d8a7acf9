using System.ComponentModel;
using System.Security.Authentication;
using NetWebSockets.Handshake;
using Xunit;

namespace NetWebSockets.Tests.Handshake;

/// <summary>What servers say of client certificates, in the words of OpenSSL and the codes of Windows.</summary>
public sealed class TlsAlertTests
{
    [Theory]
    [InlineData("error:0A00045C:SSL routines::tlsv13 alert certificate required", NetError.SslClientAuthCertNeeded)]
    [InlineData("error:0A000412:SSL routines::sslv3 alert bad certificate", NetError.BadSslClientAuthCert)]
    [InlineData("error:0A000412:SSL routines::ssl/tls alert bad certificate", NetError.BadSslClientAuthCert)]
    [InlineData("error:0A000413:SSL routines::sslv3 alert unsupported certificate", NetError.BadSslClientAuthCert)]
    [InlineData("error:0A000414:SSL routines::sslv3 alert certificate revoked", NetError.BadSslClientAuthCert)]
    [InlineData("error:0A000415:SSL routines::sslv3 alert certificate expired", NetError.BadSslClientAuthCert)]
    [InlineData("error:0A000416:SSL routines::sslv3 alert certificate unknown", NetError.BadSslClientAuthCert)]
    [InlineData("error:0A000418:SSL routines::tlsv1 alert unknown ca", NetError.BadSslClientAuthCert)]
    [InlineData("error:0A000419:SSL routines::tlsv1 alert access denied", NetError.BadSslClientAuthCert)]
    [InlineData("error:0A000410:SSL routines::sslv3 alert handshake failure", NetError.SslVersionOrCipherMismatch)]
    [InlineData("error:0A000438:SSL routines::tlsv1 alert internal error", NetError.SslProtocolError)]
    public void OpenSSLs_words_have_their_name_within_the_handshake_and_after_it(string words, NetError error)
    {
        var inner = new InvalidOperationException("SSL failed", new InvalidOperationException(words));

        Assert.Equal(error, NetErrorClassifier.Classify(new HttpRequestException(HttpRequestError.SecureConnectionError, "tls", new AuthenticationException("failed", inner))));
        if (error is NetError.SslClientAuthCertNeeded or NetError.BadSslClientAuthCert)
        {
            Assert.Equal(error, NetErrorClassifier.Classify(new HttpRequestException(HttpRequestError.Unknown, "send", new IOException("decrypt", inner))));
            Assert.Equal(error, NetErrorClassifier.Classify(new IOException("decrypt", inner)));
        }
    }

    [Theory]
    [InlineData(0x80090325, NetError.BadSslClientAuthCert)]
    [InlineData(0x80090327, NetError.BadSslClientAuthCert)]
    [InlineData(0x80090328, NetError.BadSslClientAuthCert)]
    [InlineData(0x80092010, NetError.BadSslClientAuthCert)]
    [InlineData(0x8009030E, NetError.SslClientAuthCertNeeded)]
    [InlineData(0x80090320, NetError.SslClientAuthCertNeeded)]
    [InlineData(0x80090331, NetError.SslVersionOrCipherMismatch)]
    [InlineData(0x80090326, NetError.SslProtocolError)]
    public void Windows_codes_have_their_name(uint code, NetError error)
    {
        var failure = new AuthenticationException("failed", new Win32Exception(unchecked((int)code)));

        Assert.Equal(error, NetErrorClassifier.Classify(new HttpRequestException(HttpRequestError.SecureConnectionError, "tls", failure)));
    }

    [Theory]
    [InlineData(nameof(ClientCertificateUse.NotAsked), NetError.SslClientAuthCertNeeded)]
    [InlineData(nameof(ClientCertificateUse.None), NetError.SslClientAuthCertNeeded)]
    [InlineData(nameof(ClientCertificateUse.Withheld), NetError.SslClientAuthCertNeeded)]
    [InlineData(nameof(ClientCertificateUse.Shown), NetError.BadSslClientAuthCert)]
    public void A_certificate_that_is_called_bad_but_was_never_shown_is_needed(string use, NetError error)
    {
        var attempt = new HandshakeAttempt(CancellationToken.None) { ClientCertificate = Enum.Parse<ClientCertificateUse>(use) };
        var failure = new HttpRequestException(HttpRequestError.SecureConnectionError, "tls", new AuthenticationException("alert bad certificate"));

        Assert.Equal(error, NetErrorClassifier.ToHandshakeException(failure, new Uri("wss://a.test/"), null, attempt).Error);
    }

    [Theory]
    [InlineData(nameof(ClientCertificateUse.NotAsked), NetError.ConnectionReset)]
    [InlineData(nameof(ClientCertificateUse.None), NetError.SslClientAuthCertNeeded)]
    [InlineData(nameof(ClientCertificateUse.Shown), NetError.ConnectionReset)]
    public void A_server_that_resets_is_one_that_wanted_a_certificate_only_when_it_asked_in_vain(string use, NetError error)
    {
        var attempt = new HandshakeAttempt(CancellationToken.None) { ClientCertificate = Enum.Parse<ClientCertificateUse>(use) };
        var failure = new HttpRequestException(HttpRequestError.Unknown, "send", new IOException("read", new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionReset)));

        Assert.Equal(error, NetErrorClassifier.ToHandshakeException(failure, new Uri("wss://a.test/"), null, attempt).Error);
    }

    [Fact]
    public void A_server_with_another_certificate_each_time_is_named()
    {
        var attempt = new HandshakeAttempt(CancellationToken.None) { ClientCertificate = ClientCertificateUse.Withheld };
        var failure = new HttpRequestException(HttpRequestError.SecureConnectionError, "tls", new ClientCertificateWithheldException());
        HandshakeException named = NetErrorClassifier.ToHandshakeException(failure, new Uri("wss://a.test/"), null, attempt);

        Assert.Equal(NetError.SslClientAuthCertNeeded, named.Error);
        Assert.Contains("AddCertificateAuthority", named.Message, StringComparison.Ordinal);
    }
}
