using System.Security.Authentication;

namespace NetWebSockets.Handshake;

/// <summary>A good server was not shown the client certificate, since it was not known to be good when it asked.</summary>
internal sealed class ClientCertificateWithheldException() : AuthenticationException("The server is to be shown the client certificate on another connection.");

/// <summary>Makes a request again whose server was not shown the client certificate, and now may be.</summary>
/// <param name="innerHandler">The handler that connects.</param>
internal sealed class ClientCertificateRetryHandler(HttpMessageHandler innerHandler) : DelegatingHandler(innerHandler)
{
    // Once for a proxy, and once for the server behind it.
    private const int MaxRetries = 2;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (int retries = 0; ; retries++)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (retries < MaxRetries && IsWithheld(failure))
            {
                // The next connection shows it.
            }
        }
    }

    private static bool IsWithheld(Exception? failure)
    {
        while (failure is not (null or ClientCertificateWithheldException))
            failure = failure.InnerException;
        return failure is not null;
    }
}
