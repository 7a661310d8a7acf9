using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Handshake;

/// <summary>A response other than 101: made into an exception that keeps what the server said.</summary>
internal static class Refusal
{
    /// <summary>The most of a body that is kept, in bytes.</summary>
    public const int MaxBodyLength = 64 * 1024;

    // The status is what matters. A server that sends a body slowly, or never ends it, does not hold it back for longer.
    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Reads the refusal.</summary>
    /// <param name="response">The response.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="environment">The clock.</param>
    /// <param name="cancellationToken">Cuts the body short; the exception is made all the same.</param>
    /// <returns>The exception.</returns>
    public static async ValueTask<HandshakeException> ReadAsync(
        HttpResponseMessage response, HandshakeRequest request, HandshakeEnvironment environment, CancellationToken cancellationToken)
    {
        int status = (int)response.StatusCode;
        return new HandshakeException(NetError.InvalidResponse, Explain(status, Log.Redact(request.Uri)))
        {
            StatusCode = response.StatusCode,
            Headers = ResponseHeaders.ToList(response),
            RetryAfter = ReadRetryAfter(response.Headers.RetryAfter, environment.TimeProvider),
            Body = await ReadBodyAsync(response, environment.TimeProvider, cancellationToken).ConfigureAwait(false),
        };
    }

    private static string Explain(int status, string address)
    {
        string what = string.Create(CultureInfo.InvariantCulture, $"Error during WebSocket handshake: Unexpected response code: {status} from {address}. ");
        return what + (HttpStatusCode)status switch
        {
            HttpStatusCode.Unauthorized => "The server wants credentials, or refused those it got; set the session's Credentials or login handler, or send an Authorization header.",
            HttpStatusCode.Forbidden => "The server forbids it; check the credentials and the Origin.",
            HttpStatusCode.NotFound => "No WebSocket is served at this path; check the address.",
            HttpStatusCode.UpgradeRequired => "The server does not speak version 13 of the protocol.",
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => "Wait before the next attempt.",
            >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => "Redirects are not followed; use the address that the server names in its Location header.",
            _ => "The server did not accept the connection as a WebSocket.",
        };
    }

    private static TimeSpan? ReadRetryAfter(RetryConditionHeaderValue? header, TimeProvider timeProvider)
    {
        TimeSpan? wait = header?.Delta ?? header?.Date - timeProvider.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(BodyTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxBodyLength);
        int length = 0;
        try
        {
            Stream body = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            while (length < MaxBodyLength)
            {
                int count = await body.ReadAsync(buffer.AsMemory(length, MaxBodyLength - length), either.Token).ConfigureAwait(false);
                if (count == 0)
                    break;
                length += count;
            }
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or OperationCanceledException)
        {
            // The refusal itself is known and is what gets reported; a body cut short is kept as far as it came.
        }

        byte[] kept = buffer.AsSpan(0, length).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return kept;
    }
}
