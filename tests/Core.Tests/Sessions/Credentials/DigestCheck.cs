using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace NetWebSockets.Tests.Sessions;

/// <summary>The server's side of Digest authentication (RFC 7616), written apart from the client's.</summary>
internal static partial class DigestCheck
{
    /// <summary>The parameters of an Authorization header.</summary>
    public static Dictionary<string, string> Parse(string header) =>
        Parameter().Matches(header["Digest ".Length..]).ToDictionary(
            match => match.Groups[1].Value, match => match.Groups[2].Success ? match.Groups[2].Value.Replace("\\\"", "\"", StringComparison.Ordinal) : match.Groups[3].Value);

    /// <summary>Whether the header proves that its sender knows the password.</summary>
    public static bool IsRight(string? header, string method, string target, string user, string password)
    {
        if (header is null || !header.StartsWith("Digest ", StringComparison.Ordinal))
            return false;
        Dictionary<string, string> sent = Parse(header);
        string algorithm = sent.GetValueOrDefault("algorithm", "MD5");
        string Hash(string text) => Hex(algorithm.StartsWith("SHA-256", StringComparison.Ordinal), Encoding.UTF8.GetBytes(text));

        string expectedUser = sent.ContainsKey("userhash") ? Hash(user + ":" + sent["realm"]) : user;
        if (sent["username"] != expectedUser || sent["uri"] != target)
            return false;
        string first = Hash(user + ":" + sent["realm"] + ":" + password);
        if (algorithm.EndsWith("-sess", StringComparison.Ordinal))
            first = Hash(first + ":" + sent["nonce"] + ":" + sent["cnonce"]);
        string second = Hash(method + ":" + target);
        string middle = sent.TryGetValue("qop", out string? qop) ? sent["nonce"] + ":" + sent["nc"] + ":" + sent["cnonce"] + ":" + qop : sent["nonce"];
        return sent["response"] == Hash(first + ":" + middle + ":" + second);
    }

    /// <summary>The count in a header.</summary>
    public static int Count(string header) => int.Parse(Parse(header)["nc"], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Hex(bool isSha256, byte[] bytes) =>
#pragma warning disable CA5351 // RFC 7616 has MD5.
        Convert.ToHexString(isSha256 ? SHA256.HashData(bytes) : MD5.HashData(bytes)).ToLowerInvariant();
#pragma warning restore CA5351

    [GeneratedRegex("""(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))""")]
    private static partial Regex Parameter();
}
