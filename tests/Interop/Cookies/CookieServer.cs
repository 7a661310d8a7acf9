using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Cookies;

/// <summary>Answers each request with an empty page and the cookies of a row, byte by byte as they are; http and https on one port, whatever the host.</summary>
internal sealed class CookieServer : IAsyncDisposable
{
    private readonly RawServer _server;

    public CookieServer() => _server = new RawServer(ServeAsync);

    public int Port => _server.Uri.Port;

    /// <summary>The Set-Cookie headers of the next answers.</summary>
    public string Lines { get; set; } = "";

    /// <summary>The Cookie header of the last request for a page; empty when it had none.</summary>
    public string Sent { get; private set; } = "";

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(RawConnection connection)
    {
        byte[] first = new byte[1];
        if (await connection.Socket.ReceiveAsync(first, SocketFlags.Peek) == 0)
            return;
        Stream stream = new NetworkStream(connection.Socket);
        // A TLS record of a handshake starts with 22.
        if (first[0] == 22)
        {
            var tls = new SslStream(stream);
            try
            {
                await tls.AuthenticateAsServerAsync(TestCertificates.Shared.Localhost);
            }
            catch (Exception failure) when (failure is IOException or System.Security.Authentication.AuthenticationException)
            {
                // A browser opens connections that it does not use.
                return;
            }

            stream = tls;
        }

        using (stream)
        {
            string? head = await ReadHeadAsync(stream);
            if (head is null)
                return;
            bool isPage = !head.StartsWith("GET /favicon", StringComparison.Ordinal);
            if (isPage)
                Sent = Header(head, "Cookie");
            string cookies = string.Concat((isPage && Lines.Length > 0 ? Lines.Split('\n') : []).Select(line => $"Set-Cookie: {line}\r\n"));
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{cookies}Content-Length: 2\r\nConnection: close\r\n\r\nOK"));
        }
    }

    private static string Header(string head, string name) =>
        head.Split("\r\n").Where(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 2)..]).FirstOrDefault("");

    private static async Task<string?> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        byte[] buffer = new byte[16 * 1024];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int count;
            try
            {
                count = await stream.ReadAsync(buffer);
            }
            catch (IOException)
            {
                return null;
            }

            if (count == 0)
                return null;
            head.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return head.ToString();
    }
}
