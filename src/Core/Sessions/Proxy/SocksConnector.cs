using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NetWebSockets.Handshake;

namespace NetWebSockets.Sessions;

/// <summary>
/// Opens connections through a SOCKS proxy: version 4, 4A, and 5 (RFC 1928) with name and password (RFC 1929). It is not left to the HTTP handler, since that
/// looks hosts up for version 4 in its own way instead of the session's, and does not say why a proxy refused.
/// </summary>
/// <param name="choice">The proxy.</param>
/// <param name="connector">What opens the connection to the proxy.</param>
/// <param name="resolver">What looks up hosts for version 4.</param>
internal sealed class SocksConnector(ProxyChoice choice, TransportConnector connector, HostResolver resolver)
{
    private const byte Version4 = 4;
    private const byte Version5 = 5;
    private const byte CommandConnect = 1;
    private const byte Granted4 = 0x5A;
    private const byte Unreachable4 = 0x5C;
    private const byte NoAuthentication = 0;
    private const byte NameAndPassword = 2;
    private const byte NothingAcceptable = 0xFF;
    private const byte AddressIPv4 = 1;
    private const byte AddressName = 3;
    private const byte AddressIPv6 = 4;

    private readonly Uri _proxy = choice.Address!;

    /// <summary>Whether a way leads through a SOCKS proxy.</summary>
    /// <param name="choice">The way.</param>
    /// <returns>Whether it does.</returns>
    public static bool IsFor(ProxyChoice choice) => choice.Address?.Scheme.StartsWith("socks", StringComparison.Ordinal) ?? false;

    /// <inheritdoc cref="TransportConnector"/>
    /// <exception cref="HandshakeException">The proxy refused, or does not speak SOCKS.</exception>
    public async ValueTask<Socket> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        bool is5 = _proxy.Scheme == "socks5";
        byte[] request = is5 ? Request5(endPoint) : await MakeRequest4Async(endPoint, cancellationToken).ConfigureAwait(false);
        Socket socket = await connector(new DnsEndPoint(_proxy.IdnHost, _proxy.Port), cancellationToken).ConfigureAwait(false);
        try
        {
            if (is5)
                await Negotiate5Async(socket, request, endPoint, cancellationToken).ConfigureAwait(false);
            else
                await Negotiate4Async(socket, request, endPoint, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async ValueTask<byte[]> MakeRequest4Async(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        bool isByName = _proxy.Scheme == "socks4a" && !IPAddress.TryParse(endPoint.Host, out _);
        // 4A: an address that cannot be, for "the name follows".
        IPAddress address = isByName ? new IPAddress([0, 0, 0, 1]) : await FindIPv4Async(endPoint.Host, cancellationToken).ConfigureAwait(false);
        byte[] user = Encoding.UTF8.GetBytes(Credentials()?.UserName ?? string.Empty);
        if (user.Contains((byte)0))
            throw Failure("cannot be told a user name with a NUL in it");

        var request = new List<byte> { Version4, CommandConnect };
        AddPort(request, endPoint.Port);
        request.AddRange(address.GetAddressBytes());
        request.AddRange(user);
        request.Add(0);
        if (isByName)
        {
            request.AddRange(Encoding.ASCII.GetBytes(endPoint.Host));
            request.Add(0);
        }

        return [.. request];
    }

    private async ValueTask<IPAddress> FindIPv4Async(string host, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses;
        try
        {
            addresses = await resolver.ResolveAsync(host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException failure)
        {
            throw new HandshakeException(
                NetErrorClassifier.Classify(failure.SocketErrorCode), $"The host name '{host}' could not be looked up, and a SOCKS 4 proxy takes addresses only; use socks5 or socks4a to let the proxy do it.", failure);
        }

        foreach (IPAddress address in addresses)
        {
            if (address.AddressFamily == AddressFamily.InterNetwork)
                return address;
            if (address.IsIPv4MappedToIPv6)
                return address.MapToIPv4();
        }

        throw new HandshakeException(NetError.NameNotResolved, $"'{host}' has no IPv4 address, and a SOCKS 4 proxy knows no others; use socks5.");
    }

    private async ValueTask Negotiate4Async(Socket socket, byte[] request, DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        await SendAsync(socket, request, cancellationToken).ConfigureAwait(false);
        byte[] reply = await ReceiveAsync(socket, 8, cancellationToken).ConfigureAwait(false);
        if (reply[0] != 0)
            throw Failure("does not speak SOCKS 4");
        if (reply[1] == Unreachable4)
            throw new HandshakeException(NetError.SocksConnectionHostUnreachable, $"The SOCKS proxy {_proxy.Scheme}://{_proxy.Authority} found no way to {Name(endPoint)}.");
        if (reply[1] != Granted4)
            throw Failure($"refused to connect to {Name(endPoint)}");
    }

    private async ValueTask Negotiate5Async(Socket socket, byte[] request, DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        NetworkCredential? credentials = Credentials();
        byte[] greeting = credentials is null ? [Version5, 1, NoAuthentication] : [Version5, 2, NoAuthentication, NameAndPassword];
        await SendAsync(socket, greeting, cancellationToken).ConfigureAwait(false);
        byte[] method = await ReceiveAsync(socket, 2, cancellationToken).ConfigureAwait(false);
        if (method[0] != Version5)
            throw Failure("does not speak SOCKS 5");
        switch (method[1])
        {
            case NoAuthentication:
                break;
            case NameAndPassword when credentials is not null:
                await AuthenticateAsync(socket, credentials, cancellationToken).ConfigureAwait(false);
                break;
            case NothingAcceptable or NameAndPassword when credentials is null:
                throw Failure("asks for credentials; set ProxyConfig.Credentials");
            default:
                throw Failure("asks for a kind of authentication that is not supported");
        }

        await SendAsync(socket, request, cancellationToken).ConfigureAwait(false);
        byte[] reply = await ReceiveAsync(socket, 4, cancellationToken).ConfigureAwait(false);
        if (reply[0] != Version5)
            throw Failure("does not speak SOCKS 5");
        if (reply[1] != 0)
            throw Failure($"did not connect to {Name(endPoint)}: {Explain(reply[1])}");
        int length = reply[3] switch
        {
            AddressIPv4 => 4,
            AddressIPv6 => 16,
            AddressName => (await ReceiveAsync(socket, 1, cancellationToken).ConfigureAwait(false))[0],
            _ => throw Failure("does not speak SOCKS 5"),
        };
        // The address that it connected from, and its port: of no use here.
        await ReceiveAsync(socket, length + 2, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AuthenticateAsync(Socket socket, NetworkCredential credentials, CancellationToken cancellationToken)
    {
        byte[] user = Encoding.UTF8.GetBytes(credentials.UserName);
        byte[] password = Encoding.UTF8.GetBytes(credentials.Password);
        // RFC 1929, section 2.
        if (user.Length is 0 or > 255 || password.Length is 0 or > 255)
            throw Failure("takes names and passwords of 1 to 255 bytes only; correct ProxyConfig.Credentials");
        byte[] request = [1, (byte)user.Length, .. user, (byte)password.Length, .. password];
        await SendAsync(socket, request, cancellationToken).ConfigureAwait(false);
        byte[] answer = await ReceiveAsync(socket, 2, cancellationToken).ConfigureAwait(false);
        if (answer[1] != 0)
            throw Failure("refused the credentials; correct ProxyConfig.Credentials");
    }

    private byte[] Request5(DnsEndPoint endPoint)
    {
        var request = new List<byte> { Version5, CommandConnect, 0 };
        if (IPAddress.TryParse(endPoint.Host, out IPAddress? address))
        {
            request.Add(address.AddressFamily == AddressFamily.InterNetwork ? AddressIPv4 : AddressIPv6);
            request.AddRange(address.GetAddressBytes());
        }
        else
        {
            byte[] name = Encoding.ASCII.GetBytes(endPoint.Host);
            if (name.Length > 255)
                throw Failure("takes host names of up to 255 bytes only");
            request.Add(AddressName);
            request.Add((byte)name.Length);
            request.AddRange(name);
        }

        AddPort(request, endPoint.Port);
        return [.. request];
    }

    private static void AddPort(List<byte> request, int port)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)port);
        request.AddRange(bytes);
    }

    private static async ValueTask SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
    }

    // Never more than was asked for: what follows the negotiation is the server's.
    private async ValueTask<byte[]> ReceiveAsync(Socket socket, int count, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[count];
        for (int received = 0; received < count;)
        {
            int more = await socket.ReceiveAsync(bytes.AsMemory(received), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (more == 0)
                throw Failure("closed the connection in the middle of the negotiation");
            received += more;
        }

        return bytes;
    }

    private NetworkCredential? Credentials() => choice.Credentials?.GetCredential(_proxy, _proxy.Scheme);

    private static string Name(DnsEndPoint endPoint) => endPoint.Host.Contains(':', StringComparison.Ordinal) ? $"[{endPoint.Host}]:{endPoint.Port}" : $"{endPoint.Host}:{endPoint.Port}";

    private HandshakeException Failure(string why) => new(NetError.SocksConnectionFailed, $"The SOCKS proxy {_proxy.Scheme}://{_proxy.Authority} {why}.");

    // RFC 1928, section 6.
    private static string Explain(byte reply) => reply switch
    {
        2 => "its rules do not allow it",
        3 => "the network is unreachable",
        4 => "the host is unreachable or has no address",
        5 => "the connection was refused",
        6 => "the packets' time to live ran out",
        7 => "it does not support the command",
        8 => "it does not support this kind of address",
        _ => "a failure that it does not explain",
    };
}
