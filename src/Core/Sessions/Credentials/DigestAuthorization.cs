using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace NetWebSockets.Sessions;

/// <summary>One nonce of a server, and how often it has been used: Digest wants every use counted (RFC 7616, section 3.4).</summary>
/// <param name="challenge">What the server asked for.</param>
internal sealed class DigestAuthorization(DigestChallenge challenge)
{
    private const int ClientNonceLength = 8;

    private int _count;

    /// <summary>What the server asked for.</summary>
    public DigestChallenge Challenge { get; } = challenge;

    /// <summary>The value of the header for the next request.</summary>
    /// <param name="credential">Name and password.</param>
    /// <param name="method">The method of the request.</param>
    /// <param name="target">The target of the request, as it stands in the request line.</param>
    /// <returns>The value.</returns>
    public string Next(NetworkCredential credential, string method, string target) =>
        Create(Challenge, credential, method, target, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ClientNonceLength)), Interlocked.Increment(ref _count));

    /// <summary>The value of the header.</summary>
    /// <param name="challenge">What the server asked for.</param>
    /// <param name="credential">Name and password.</param>
    /// <param name="method">The method of the request.</param>
    /// <param name="target">The target of the request.</param>
    /// <param name="clientNonce">The client's nonce.</param>
    /// <param name="count">How often the server's nonce has been used, with this time.</param>
    /// <returns>The value.</returns>
    public static string Create(DigestChallenge challenge, NetworkCredential credential, string method, string target, string clientNonce, int count)
    {
        string Hash(string text) => Convert.ToHexStringLower(HashBytes(challenge, Encoding.UTF8.GetBytes(text)));

        string secret = Hash($"{credential.UserName}:{challenge.Realm}:{credential.Password}");
        if (challenge.IsSession)
            secret = Hash($"{secret}:{challenge.Nonce}:{clientNonce}");
        string request = Hash($"{method}:{target}");
        string counted = count.ToString("x8", CultureInfo.InvariantCulture);
        string response = Hash(challenge.HasQop
            ? $"{secret}:{challenge.Nonce}:{counted}:{clientNonce}:auth:{request}"
            : $"{secret}:{challenge.Nonce}:{request}");

        string name = challenge.UserHash ? Hash($"{credential.UserName}:{challenge.Realm}") : credential.UserName;
        var header = new StringBuilder("Digest username=").Append(Quote(name))
            .Append(", realm=").Append(Quote(challenge.Realm))
            .Append(", nonce=").Append(Quote(challenge.Nonce))
            .Append(", uri=").Append(Quote(target));
        if (challenge.Algorithm is { } algorithm)
            header.Append(", algorithm=").Append(algorithm);
        header.Append(", response=\"").Append(response).Append('"');
        if (challenge.Opaque is { } opaque)
            header.Append(", opaque=").Append(Quote(opaque));
        if (challenge.HasQop)
            header.Append(", qop=auth, nc=").Append(counted).Append(", cnonce=").Append(Quote(clientNonce));
        else if (challenge.IsSession)
            header.Append(", cnonce=").Append(Quote(clientNonce));
        if (challenge.UserHash)
            header.Append(", userhash=true");
        return header.ToString();
    }

    private static byte[] HashBytes(DigestChallenge challenge, byte[] bytes) =>
#pragma warning disable CA5351 // RFC 7616 has MD5, and it is the server that chooses.
        challenge.IsSha256 ? SHA256.HashData(bytes) : MD5.HashData(bytes);
#pragma warning restore CA5351

    private static string Quote(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
