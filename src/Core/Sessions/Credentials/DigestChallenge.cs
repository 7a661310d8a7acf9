using System.Diagnostics.CodeAnalysis;

namespace NetWebSockets.Sessions;

/// <summary>What a Digest challenge asks for (RFC 7616, section 3.3), as far as it is supported: MD5 and SHA-256, each with -sess, and qop auth or none.</summary>
internal sealed record DigestChallenge
{
    /// <summary>The realm.</summary>
    public required string Realm { get; init; }

    /// <summary>The server's nonce.</summary>
    public required string Nonce { get; init; }

    /// <summary>The algorithm as it was written; null when it was not, which means MD5.</summary>
    public string? Algorithm { get; init; }

    /// <summary>What the server wants back as it is.</summary>
    public string? Opaque { get; init; }

    /// <summary>Whether the quality of protection is auth; otherwise the older computation without a count is used, as Chromium does.</summary>
    public bool HasQop { get; init; }

    /// <summary>Whether the name goes out hashed.</summary>
    public bool UserHash { get; init; }

    /// <summary>Whether the credentials were right and only the nonce is too old.</summary>
    public bool IsStale { get; init; }

    /// <summary>Whether the hash is SHA-256.</summary>
    public bool IsSha256 => Algorithm?.StartsWith("SHA-256", StringComparison.OrdinalIgnoreCase) ?? false;

    /// <summary>Whether nonces go into the hashed secret.</summary>
    public bool IsSession => Algorithm?.EndsWith("-sess", StringComparison.OrdinalIgnoreCase) ?? false;

    /// <summary>Reads a challenge.</summary>
    /// <param name="challenge">The challenge.</param>
    /// <param name="digest">What it asks for.</param>
    /// <returns>False when it is not supported, or lacks a nonce.</returns>
    public static bool TryRead(Challenge challenge, [NotNullWhen(true)] out DigestChallenge? digest)
    {
        digest = null;
        IReadOnlyDictionary<string, string> parameters = challenge.Parameters;
        string? algorithm = parameters.GetValueOrDefault("algorithm");
        if (algorithm?.ToUpperInvariant() is not (null or "MD5" or "MD5-SESS" or "SHA-256" or "SHA-256-SESS"))
            return false;
        if (parameters.GetValueOrDefault("nonce") is not { Length: > 0 } nonce)
            return false;
        digest = new DigestChallenge
        {
            Realm = challenge.Realm,
            Nonce = nonce,
            Algorithm = algorithm,
            Opaque = parameters.GetValueOrDefault("opaque"),
            HasQop = parameters.GetValueOrDefault("qop", string.Empty).Split(',').Any(static qop => qop.Trim().Equals("auth", StringComparison.OrdinalIgnoreCase)),
            UserHash = IsTrue(parameters, "userhash"),
            IsStale = IsTrue(parameters, "stale"),
        };
        return true;
    }

    private static bool IsTrue(IReadOnlyDictionary<string, string> parameters, string name) =>
        parameters.TryGetValue(name, out string? value) && value.Equals("true", StringComparison.OrdinalIgnoreCase);
}
