using System.Net;
using System.Net.Http.Headers;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>Fetches the text of a proxy script, around any proxy, with Chromium's limits.</summary>
/// <param name="network">How to reach it.</param>
internal sealed class ProxyScriptFetcher(SessionNetwork network)
{
    /// <summary>How long a fetch may take, redirects included.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    /// <summary>How large a script may be, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>How many redirects are followed.</summary>
    public const int MaxRedirects = 20;

    /// <summary>Refuses an address from which no script can be fetched.</summary>
    /// <param name="address">The address.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <exception cref="ArgumentException">It is such; the message never shows credentials.</exception>
    public static void Validate(Uri address, string parameterName)
    {
        if (!address.IsAbsoluteUri)
            throw new ArgumentException($"PacScript '{address}' is no absolute address; use one with http, https, file or data.", parameterName);
        if (address.Scheme is not ("http" or "https" or "file" or "data"))
            throw new ArgumentException($"PacScript has the scheme '{address.Scheme}'; use http, https, file or data.", parameterName);
        if (address.UserInfo.Length > 0)
            throw new ArgumentException("PacScript contains credentials ('@'): a proxy script is fetched without any.", parameterName);
        if (address.Scheme == "data")
        {
            try
            {
                _ = DecodeData(address);
            }
            catch (FormatException wrong)
            {
                throw new ArgumentException($"PacScript is a data address that cannot be read: {wrong.Message}.", parameterName, wrong);
            }
        }
    }

    /// <summary>What messages call the script of an address.</summary>
    /// <param name="address">The address.</param>
    /// <returns>Its name, without query.</returns>
    public static string NameOf(Uri address) => address.Scheme switch
    {
        "data" => "of a data address",
        "file" => address.LocalPath,
        _ => Log.Redact(address),
    };

    /// <summary>Fetches a script.</summary>
    /// <param name="address">An address that <see cref="Validate"/> accepts.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The text.</returns>
    /// <exception cref="HandshakeException">It could not be fetched: <see cref="NetError.MandatoryProxyConfigurationFailed"/>.</exception>
    public async Task<string> FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        using var timeLimit = new CancellationTokenSource(TimeLimit, network.TimeProvider);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeLimit.Token);
        try
        {
            return address.Scheme switch
            {
                "data" => DecodeData(address),
                "file" => await ReadFileAsync(address.LocalPath, ending.Token).ConfigureAwait(false),
                _ => await DownloadAsync(address, ending.Token).ConfigureAwait(false),
            };
        }
        catch (OperationCanceledException) when (timeLimit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(address, $"it took longer than {TimeLimit.TotalSeconds:0} s", null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            // Whatever keeps the script away is told in one way, and remembered as a failure.
            throw Failed(address, failure.Message.TrimEnd('.'), failure);
        }
    }

    private static string DecodeData(Uri address)
    {
        (byte[] bytes, string? charset) = ProxyScriptText.ParseData(address);
        return bytes.Length > MaxBytes ? throw TooLarge() : ProxyScriptText.Decode(bytes, charset);
    }

    private static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
            return ProxyScriptText.Decode(await ReadAsync(file, cancellationToken).ConfigureAwait(false), charset: null);
    }

    private async Task<string> DownloadAsync(Uri address, CancellationToken cancellationToken)
    {
        using HttpMessageInvoker client = network.CreateInvoker();
        Uri at = address;
        for (int redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, at);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect && response.Headers.Location is { } location)
            {
                if (redirects == MaxRedirects)
                    throw new FormatException($"it was redirected more than {MaxRedirects} times");
                at = Redirected(at, location);
                continue;
            }

            if (response.StatusCode != HttpStatusCode.OK)
                throw new FormatException($"the server answered with the status {(int)response.StatusCode}, and only 200 will do");
            if (response.Content.Headers.ContentEncoding.Count > 0)
                throw new FormatException($"the server encoded it ({string.Join(", ", response.Content.Headers.ContentEncoding)}) without having been asked to");
            if (response.Content.Headers.ContentLength > MaxBytes)
                throw TooLarge();
            Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
                return ProxyScriptText.Decode(await ReadAsync(body, cancellationToken).ConfigureAwait(false), response.Content.Headers.ContentType?.CharSet);
        }
    }

    private static Uri Redirected(Uri from, Uri location)
    {
        var to = new Uri(from, location);
        return to.Scheme is "http" or "https"
            ? to
            : throw new FormatException($"it was redirected to an address with the scheme '{to.Scheme}', and only http and https will do");
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var script = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (script.Length + read > MaxBytes)
                throw TooLarge();
            script.Write(buffer, 0, read);
        }

        return script.ToArray();
    }

    private static FormatException TooLarge() => new($"it is larger than {MaxBytes} bytes");

    private static HandshakeException Failed(Uri address, string why, Exception? failure) =>
        new(NetError.MandatoryProxyConfigurationFailed, $"The proxy script {NameOf(address)} could not be fetched: {why}.", failure);
}
