using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xunit;

namespace NetWebSockets.Tests.Handshake;

/// <summary>What kind of proxy a <see cref="LoopbackProxy"/> is.</summary>
public enum LoopbackProxyKind
{
    Http,
    Socks4,
    Socks5,
}

/// <summary>
/// A small real proxy on loopback: HTTP CONNECT, SOCKS 4 (with 4a) or SOCKS 5. It connects to 127.0.0.1 whatever host is asked for, so that
/// names that do not exist show who looked them up.
/// </summary>
internal sealed class LoopbackProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _tasks = [];
    private readonly LoopbackProxyKind _kind;

    public LoopbackProxy(LoopbackProxyKind kind)
    {
        _kind = kind;
        _listener.Start();
        _tasks.Add(AcceptAsync());
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The certificate to speak TLS with, for an https proxy.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Name and password that are asked for, as <c>name:password</c>.</summary>
    public string? Credentials { get; init; }

    /// <summary>What CONNECT is answered with instead of a tunnel.</summary>
    public string? Answer { get; init; }

    /// <summary>What a CONNECT is refused with, given its header block; null to let it through. The connection stays.</summary>
    public Func<string, string?>? Refusal { get; init; }

    /// <summary>Whether what is asked for gets no answer at all.</summary>
    public bool NeverAnswers { get; init; }

    /// <summary>Whether CONNECT is answered with a reset of the connection.</summary>
    public bool Resets { get; init; }

    /// <summary>What a refusal of a SOCKS proxy says: 0x5B and 4 by default.</summary>
    public byte? RefusalCode { get; init; }

    /// <summary>What was asked for: <c>host:port</c>, one for each request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Header blocks of CONNECT requests.</summary>
    public ConcurrentQueue<string> Heads { get; } = new();

    /// <summary>Set when a CONNECT request has been read.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set when the client has left while it was waiting for an answer.</summary>
    public TaskCompletionSource ClientLeft { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Rule(string scheme) => $"{scheme}://127.0.0.1:{Port}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await Task.WhenAll(_tasks);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _tasks.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (Certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(Certificate, null, offline: true) }, _stop.Token);
                    stream = tls;
                }

                int? port = _kind switch
                {
                    LoopbackProxyKind.Http => await ReadConnectAsync(stream),
                    LoopbackProxyKind.Socks4 => await ReadSocks4Async(stream),
                    _ => await ReadSocks5Async(stream),
                };
                if (port is { } target)
                    await PumpAsync(stream, target);
            }
            catch (ResetException)
            {
                client.Client.LingerState = new LingerOption(enable: true, seconds: 0);
                client.Client.Dispose();
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
                // One of the two sides is gone, which is what tests do.
            }
        }
    }

    private async Task PumpAsync(Stream stream, int port)
    {
        using var target = new TcpClient();
        await target.ConnectAsync(IPAddress.Loopback, port, _stop.Token);
        Stream other = target.GetStream();
        switch (_kind)
        {
            case LoopbackProxyKind.Http:
                await stream.WriteAsync("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n"u8.ToArray(), _stop.Token);
                break;
            case LoopbackProxyKind.Socks4:
                await stream.WriteAsync(new byte[] { 0, 0x5A, 0, 0, 0, 0, 0, 0 }, _stop.Token);
                break;
            default:
                await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, _stop.Token);
                break;
        }

        Task up = stream.CopyToAsync(other, _stop.Token);
        Task down = other.CopyToAsync(stream, _stop.Token);
        await Task.WhenAny(up, down);

        // The other one fails when both sockets are closed: a failure that nobody looks at would be held against whatever test looks for such.
        foreach (Task copy in (Task[])[up, down])
            _ = copy.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private async Task<int?> ReadConnectAsync(Stream stream)
    {
        while (true)
        {
            string head = await ReadHeadAsync(stream);
            Heads.Enqueue(head);
            string target = head.Split(' ')[1];
            Requests.Enqueue(target);
            Asked.TrySetResult();
            if (NeverAnswers)
                return await WaitForLeavingAsync(stream);
            if (Resets)
                throw new ResetException();

            if (Answer is not null)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(Answer), _stop.Token);
                return null;
            }

            if (Refusal?.Invoke(head) is { } refusal)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(refusal), _stop.Token);
                continue;
            }

            string expected = "Proxy-Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials ?? string.Empty));
            if (Credentials is null || head.Contains(expected, StringComparison.OrdinalIgnoreCase))
                return int.Parse(target[(target.LastIndexOf(':') + 1)..]);
            await stream.WriteAsync("HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _stop.Token);
        }
    }

    private async Task<int?> WaitForLeavingAsync(Stream stream)
    {
        try
        {
            Assert.Equal(0, await stream.ReadAsync(new byte[1], _stop.Token));
        }
        catch (IOException)
        {
            // Left with a reset.
        }

        ClientLeft.TrySetResult();
        return null;
    }

    private async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private async Task<int?> ReadSocks4Async(Stream stream)
    {
        byte[] head = await ReadAsync(stream, 8);
        int port = (head[2] << 8) | head[3];
        await ReadTextAsync(stream);
        bool hasName = head is [_, _, _, _, 0, 0, 0, not 0];
        string host = hasName ? await ReadTextAsync(stream) : new IPAddress(head.AsSpan(4, 4)).ToString();
        Requests.Enqueue($"{host}:{port}");
        Asked.TrySetResult();
        if (NeverAnswers)
            return await WaitForLeavingAsync(stream);
        if (Answer is null && RefusalCode is null)
            return port;
        await stream.WriteAsync(new byte[] { 0, RefusalCode ?? 0x5B, 0, 0, 0, 0, 0, 0 }, _stop.Token);
        return null;
    }

    private async Task<int?> ReadSocks5Async(Stream stream)
    {
        byte[] hello = await ReadAsync(stream, 2);
        await ReadAsync(stream, hello[1]);
        await stream.WriteAsync(new byte[] { 5, Credentials is null ? (byte)0 : (byte)2 }, _stop.Token);
        if (Credentials is not null)
        {
            byte[] nameLength = await ReadAsync(stream, 2);
            string name = Encoding.UTF8.GetString(await ReadAsync(stream, nameLength[1]));
            string password = Encoding.UTF8.GetString(await ReadAsync(stream, (await ReadAsync(stream, 1))[0]));
            bool isRight = $"{name}:{password}" == Credentials;
            await stream.WriteAsync(new byte[] { 1, isRight ? (byte)0 : (byte)1 }, _stop.Token);
            if (!isRight)
                return null;
        }

        byte[] request = await ReadAsync(stream, 4);
        string host = request[3] switch
        {
            1 => new IPAddress(await ReadAsync(stream, 4)).ToString(),
            3 => Encoding.ASCII.GetString(await ReadAsync(stream, (await ReadAsync(stream, 1))[0])),
            _ => new IPAddress(await ReadAsync(stream, 16)).ToString(),
        };
        byte[] port = await ReadAsync(stream, 2);
        Requests.Enqueue($"{host}:{(port[0] << 8) | port[1]}");
        Asked.TrySetResult();
        if (NeverAnswers)
            return await WaitForLeavingAsync(stream);
        if (Answer is null && RefusalCode is null)
            return (port[0] << 8) | port[1];
        await stream.WriteAsync(new byte[] { 5, RefusalCode ?? 4, 0, 1, 0, 0, 0, 0, 0, 0 }, _stop.Token);
        return null;
    }

    private sealed class ResetException : Exception;

    private async Task<string> ReadTextAsync(Stream stream)
    {
        var text = new StringBuilder();
        for (byte value = (await ReadAsync(stream, 1))[0]; value != 0; value = (await ReadAsync(stream, 1))[0])
            text.Append((char)value);
        return text.ToString();
    }

    private async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, _stop.Token);
        return bytes;
    }
}
