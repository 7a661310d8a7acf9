using System.Buffers;
using System.Net;
using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>No server of DNS over HTTPS gave an answer.</summary>
/// <param name="message">Who was asked, and what happened.</param>
internal sealed class SecureDnsException(string message) : Exception(message);

/// <summary>Asks servers of DNS over HTTPS (RFC 8484).</summary>
/// <param name="mode">When it is asked.</param>
/// <param name="servers">The servers, first to last.</param>
/// <param name="timeout">How long one may take.</param>
/// <param name="createInvoker">Makes the HTTP client, which must not look up hosts through this.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Where a server that fails is told.</param>
internal sealed class SecureDnsClient(
    SecureDnsMode mode, IReadOnlyList<DnsServerTemplate> servers, TimeSpan timeout, Func<HttpMessageInvoker> createInvoker, TimeProvider timeProvider, ILogger logger)
    : IDisposable
{
    /// <summary>For how long a server that failed is asked after the others.</summary>
    public static readonly TimeSpan PassedOver = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly long?[] _failedAt = new long?[servers.Count];
    private HttpMessageInvoker? _invoker;
    private bool _isDisposed;

    /// <summary>When it is asked.</summary>
    public SecureDnsMode Mode { get; } = mode;

    /// <summary>Asks for the addresses of a host, both kinds at once.</summary>
    /// <param name="host">The name in ASCII.</param>
    /// <param name="type">Which addresses.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The answer. The addresses of one kind will do when the other kind could not be asked for.</returns>
    /// <exception cref="SecureDnsException">No server answered.</exception>
    public async Task<HostAnswer> ResolveAsync(string host, HostQueryType type, CancellationToken cancellationToken)
    {
        DnsRecordType[] types = type switch
        {
            HostQueryType.A => [DnsRecordType.A],
            HostQueryType.Aaaa => [DnsRecordType.Aaaa],
            _ => [DnsRecordType.Aaaa, DnsRecordType.A],
        };
        Task<DnsAnswer>[] asked = [.. types.Select(each => AskAsync(host, each, cancellationToken))];
        await ((Task)Task.WhenAll(asked)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();

        List<IPAddress> addresses = [];
        TimeSpan? holds = null;
        foreach (Task<DnsAnswer> one in asked.Where(static one => one is { IsCompletedSuccessfully: true, Result.Addresses.Count: > 0 }))
        {
            DnsAnswer answer = await one.ConfigureAwait(false);
            addresses.AddRange(answer.Addresses);
            holds = holds is { } shortest && shortest < answer.TimeToLive ? shortest : answer.TimeToLive;
        }

        if (addresses.Count > 0)
            return new(AddressOrder.Sort(addresses), holds!.Value);
        // Only when all say so does the host not exist.
        DnsAnswer[] answers = await Task.WhenAll(asked).ConfigureAwait(false);
        return new([], answers.Min(static answer => answer.TimeToLive));
    }

    /// <summary>Closes the connections; the next question opens others.</summary>
    public void CloseConnections() => Close(forGood: false);

    /// <inheritdoc/>
    public void Dispose() => Close(forGood: true);

    private void Close(bool forGood)
    {
        HttpMessageInvoker? closed;
        lock (_lock)
        {
            _isDisposed |= forGood;
            closed = _invoker;
            _invoker = null;
        }

        closed?.Dispose();
    }

    private async Task<DnsAnswer> AskAsync(string host, DnsRecordType type, CancellationToken cancellationToken)
    {
        // A name that cannot be written has no records.
        if (DnsMessage.EncodeQuery(host, type) is not { } query)
            return new(DnsAnswer.NameError, [], TimeSpan.Zero);
        List<string> failures = [];
        foreach (int server in InOrder())
        {
            string reason;
            try
            {
                DnsAnswer answer = await AskAsync(servers[server], query, host, type, cancellationToken).ConfigureAwait(false);
                if (answer.ResponseCode is DnsAnswer.NoError or DnsAnswer.NameError)
                {
                    Mark(server, failed: false);
                    return answer;
                }

                reason = $"its response code is {answer.ResponseCode}";
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                reason = Explain(failure);
            }

            Mark(server, failed: true);
            Log.SecureDnsServerFailed(logger, servers[server].Name, host, reason);
            failures.Add($"{servers[server].Name}: {reason}");
        }

        throw new SecureDnsException($"No DNS over HTTPS server answered for '{host}' ({string.Join("; ", failures)}); check SecureDnsServers and the network.");
    }

    private async Task<DnsAnswer> AskAsync(DnsServerTemplate server, byte[] query, string host, DnsRecordType type, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, timeProvider);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using HttpRequestMessage request = server.CreateRequest(query);
        using HttpResponseMessage response = await Invoker().SendAsync(request, ending.Token).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new DnsFormatException($"its status is {(int)response.StatusCode}");
        if (!string.Equals(response.Content.Headers.ContentType?.MediaType, DnsServerTemplate.MediaType, StringComparison.OrdinalIgnoreCase))
            throw new DnsFormatException($"its content type is not {DnsServerTemplate.MediaType}");
        byte[] buffer = ArrayPool<byte>.Shared.Rent(DnsMessage.MaxLength + 1);
        try
        {
            Stream body = await response.Content.ReadAsStreamAsync(ending.Token).ConfigureAwait(false);
            int length = await body.ReadAtLeastAsync(buffer.AsMemory(0, DnsMessage.MaxLength + 1), DnsMessage.MaxLength + 1, throwOnEndOfStream: false, ending.Token)
                .ConfigureAwait(false);
            DnsAnswer answer = DnsMessage.Parse(buffer.AsSpan(0, length), host, type);
            // RFC 8484, section 5.1: what has passed in HTTP caches has passed of its time.
            TimeSpan age = response.Headers.Age ?? TimeSpan.Zero;
            return age == TimeSpan.Zero ? answer : answer with { TimeToLive = answer.TimeToLive > age ? answer.TimeToLive - age : TimeSpan.Zero };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private string Explain(Exception failure) => failure switch
    {
        OperationCanceledException => $"no answer within {timeout.TotalSeconds} s",
        DnsFormatException format => $"the answer is wrong, {format.Message}",
        _ => failure.GetBaseException().Message,
    };

    // First to last, and those that failed within the last minute after the others.
    private int[] InOrder()
    {
        lock (_lock)
        {
            return
            [
                .. Enumerable.Range(0, servers.Count).OrderBy(
                    server => _failedAt[server] is { } at && timeProvider.GetElapsedTime(at) < PassedOver),
            ];
        }
    }

    private void Mark(int server, bool failed)
    {
        lock (_lock)
            _failedAt[server] = failed ? timeProvider.GetTimestamp() : null;
    }

    private HttpMessageInvoker Invoker()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(NetSession));
            return _invoker ??= createInvoker();
        }
    }
}
