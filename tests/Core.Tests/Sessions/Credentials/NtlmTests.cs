using System.Collections.Concurrent;
using System.Net;
using System.Text;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using static NetWebSockets.TestServers.AskingServer;

namespace NetWebSockets.Tests.Sessions;

/// <summary>
/// NTLM, with .NET's own implementation of it, which this project's configuration switches on: three requests that must go over one connection.
/// The server plays its part and reads the name, but proves no password.
/// </summary>
public sealed class NtlmTests
{
    // What .NET asks of a server: Unicode, target name, sign, NTLM, always sign, extended session security, target info, version, 128 bit, key exchange.
    private const uint Flags = 0x1 | 0x4 | 0x10 | 0x200 | 0x8000 | 0x80000 | 0x800000 | 0x2000000 | 0x20000000 | 0x40000000;

    // Answers one step: a challenge, or null when the third message has come.
    private static string? Next(string? authorization, string scheme, Action<string> onName)
    {
        if (authorization is null || !authorization.StartsWith(scheme + " ", StringComparison.Ordinal))
            return scheme;
        byte[] message = Convert.FromBase64String(authorization[(scheme.Length + 1)..]);
        if (message[8] == 1)
            return $"{scheme} {Convert.ToBase64String(ChallengeMessage())}";
        Assert.Equal(3, message[8]);
        onName(Encoding.Unicode.GetString(message, BitConverter.ToInt32(message, 40), BitConverter.ToUInt16(message, 36)));
        return null;
    }

    private static byte[] ChallengeMessage()
    {
        byte[] target = Encoding.Unicode.GetBytes("TEST");
        byte[] info =
        [
            .. Pair(2, target), .. Pair(1, target), .. Pair(7, BitConverter.GetBytes(DateTime.UtcNow.ToFileTimeUtc())), .. Pair(0, []),
        ];
        using var message = new MemoryStream();
        using var writer = new BinaryWriter(message);
        writer.Write("NTLMSSP\0"u8);
        writer.Write(2);
        writer.Write((ushort)target.Length);
        writer.Write((ushort)target.Length);
        writer.Write(56);
        writer.Write(Flags);
        writer.Write("12345678"u8);
        writer.Write(0L);
        writer.Write((ushort)info.Length);
        writer.Write((ushort)info.Length);
        writer.Write(56 + target.Length);
        writer.Write((byte[])[10, 0, 0, 0, 0, 0, 0, 15]);
        writer.Write(target);
        writer.Write(info);
        return message.ToArray();

        static byte[] Pair(ushort id, byte[] value) => [.. BitConverter.GetBytes(id), .. BitConverter.GetBytes((ushort)value.Length), .. value];
    }

    private static AskingServer Server(ConcurrentQueue<(string Name, int Connection)> names, string others = "") =>
        new(request => Next(request.Authorization, "NTLM", name => names.Enqueue((name, request.Connection))) is { } challenge ? Asks(challenge + others) : null);

    [Fact]
    public async Task All_three_messages_go_over_one_connection()
    {
        var names = new ConcurrentQueue<(string Name, int Connection)>();
        await using AskingServer server = Server(names);
        var asked = new List<LoginRequest>();
        using NetSession session = NewSession(options => options.LoginHandler = (request, _) =>
        {
            asked.Add(request);
            return ValueTask.FromResult<NetworkCredential?>(new("me", "s3cret", "corp"));
        });
        await (await ConnectAsync(session, server.Uri)).Stream.DisposeAsync();

        LoginRequest login = Assert.Single(asked);
        Assert.Equal(("ntlm", ""), (login.Scheme, login.Realm));
        (string name, int connection) = Assert.Single(names);
        Assert.Equal("me", name);
        Assert.True(server.Requests.Count(request => request.Connection == connection) >= 3);
        Assert.All(server.Requests.Where(request => request.Authorization is not null), request => Assert.Equal(connection, request.Connection));
    }

    [Fact]
    public async Task What_worked_is_used_from_the_start_and_clearing_asks_again()
    {
        var names = new ConcurrentQueue<(string Name, int Connection)>();
        await using AskingServer server = Server(names);
        int asked = 0;
        using NetSession session = NewSession(options => options.LoginHandler = (_, _) =>
        {
            asked++;
            return ValueTask.FromResult<NetworkCredential?>(new("me", "s3cret"));
        });
        await (await ConnectAsync(session, server.Uri)).Stream.DisposeAsync();
        int first = server.Requests.Count;
        await (await ConnectAsync(session, server.Uri)).Stream.DisposeAsync();
        Assert.Equal((1, 3), (asked, server.Requests.Count - first));
        await session.ClearAuthCacheAsync();
        await (await ConnectAsync(session, server.Uri)).Stream.DisposeAsync();

        Assert.Equal((2, 3), (asked, names.Count));
    }

    [Fact]
    public async Task Two_names_never_share_a_connection()
    {
        var names = new ConcurrentQueue<(string Name, int Connection)>();
        await using AskingServer server = Server(names);
        using NetSession session = NewSession();
        string[] users = ["one", "two", "one", "two"];
        foreach (string user in users)
            await (await ConnectAsync(session, server.WithUser($"{user}:p"))).Stream.DisposeAsync();

        Assert.Equal(users, names.Select(seen => seen.Name));
        Assert.Equal(4, names.Select(seen => seen.Connection).Distinct().Count());
    }

    [Fact]
    public async Task NTLM_goes_before_Digest_and_Basic()
    {
        var names = new ConcurrentQueue<(string Name, int Connection)>();
        await using AskingServer server = Server(names, ", Digest realm=\"d\", qop=\"auth\", nonce=\"n\", Basic realm=\"b\"");
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me", "s3cret"));
        await (await ConnectAsync(session, server.Uri)).Stream.DisposeAsync();

        Assert.Equal(["me"], names.Select(seen => seen.Name));
        Assert.DoesNotContain(server.Requests, request => request.Basic is not null);
    }

    [Fact]
    public async Task Refused_credentials_fail_with_the_401()
    {
        await using var server = new AskingServer(request => Asks(Next(request.Authorization, "NTLM", static _ => { }) ?? "NTLM"));
        using NetSession session = NewSession(options => options.Credentials = new NetworkCredential("me", "wr0ng"));
        HandshakeException failure = await FailAsync(session, server.Uri);

        Assert.Equal((NetError.InvalidResponse, HttpStatusCode.Unauthorized), (failure.Error, failure.StatusCode));
        Assert.DoesNotContain("wr0ng", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_proxy_is_logged_in_to_on_one_connection(bool tls)
    {
        var names = new ConcurrentQueue<string>();
        await using var server = new ScriptedServer(tls ? TestCertificates.Shared.LeafFor("server.test") : null);
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http)
        {
            Refusal = head => Next(
                head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Proxy-Authorization: ", StringComparison.Ordinal))?["Proxy-Authorization: ".Length..],
                "NTLM",
                names.Enqueue) is { } challenge
                    ? $"HTTP/1.1 407 Who are you\r\nProxy-Authenticate: {challenge}\r\nContent-Length: 2\r\n\r\nno"
                    : null,
        };
        using NetSession session = NewSession(options =>
        {
            options.CertificateAuthorities.Add(TestCertificates.Shared.Authority);
            options.Proxy = new ProxyConfig { ProxyRules = proxy.Rule("http"), ProxyBypassRules = "<-loopback>", Credentials = new NetworkCredential("me", "s3cret") };
        });
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        await (await ConnectAsync(session, server.UriFor("server.test"))).Stream.DisposeAsync();
        await accepting.WaitAsync(Guard, Token);

        Assert.Equal(["me"], names);
    }

    [Fact]
    public void A_login_is_for_one_place_and_one_scheme_only()
    {
        var login = new ConnectionLogin(AuthTarget.Server(new Uri("ws://server.test/")), AuthScheme.Ntlm, new NetworkCredential("me", "s3cret"));

        Assert.NotNull(login.GetCredential(new Uri("ws://SERVER.test/x"), "NTLM"));
        Assert.Null(login.GetCredential(new Uri("ws://server.test/"), "Negotiate"));
        Assert.Null(login.GetCredential(new Uri("ws://server.test/"), "Basic"));
        Assert.Null(login.GetCredential(new Uri("ws://server.test:81/"), "NTLM"));
        Assert.Null(login.GetCredential(new Uri("ws://other.test/"), "NTLM"));
        Assert.Equal(login, new ConnectionLogin(AuthTarget.Server(new Uri("ws://server.test/a")), AuthScheme.Ntlm, new NetworkCredential("me", "s3cret")));
        Assert.NotEqual(login, new ConnectionLogin(AuthTarget.Server(new Uri("ws://server.test/")), AuthScheme.Ntlm, new NetworkCredential("me", "0ther")));
    }
}
