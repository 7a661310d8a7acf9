using System.Net;

namespace NetWebSockets.Sessions;

/// <summary>Compares, copies and reads credentials.</summary>
internal static class CredentialRules
{
    /// <summary>Whether these are the credentials of who is logged in at the machine: they have no password to send.</summary>
    /// <param name="credential">The credentials.</param>
    /// <returns>Whether they are.</returns>
    public static bool IsOfMachine(NetworkCredential credential) => ReferenceEquals(credential, CredentialCache.DefaultNetworkCredentials);

    /// <summary>Whether two are the same.</summary>
    /// <param name="one">One.</param>
    /// <param name="other">The other.</param>
    /// <returns>Whether they are.</returns>
    public static bool AreEqual(NetworkCredential one, NetworkCredential other) =>
        ReferenceEquals(one, other)
        || (IsOfMachine(one) == IsOfMachine(other) && one.UserName == other.UserName && one.Password == other.Password && one.Domain == other.Domain);

    /// <summary>A copy, which later changes of the original do not reach.</summary>
    /// <param name="credential">The credentials.</param>
    /// <returns>The copy.</returns>
    public static NetworkCredential Copy(NetworkCredential credential) =>
        IsOfMachine(credential) ? credential : new NetworkCredential(credential.UserName, credential.Password, credential.Domain);

    /// <summary>The credentials in an address. What is no escape stays as it is, as in Chromium.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>The credentials, or null when it has none.</returns>
    public static NetworkCredential? OfAddress(Uri uri)
    {
        string userInfo = uri.UserInfo;
        if (userInfo.Length == 0 || userInfo == ":")
            return null;
        int colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new NetworkCredential(Decode(userInfo), string.Empty)
            : new NetworkCredential(Decode(userInfo[..colon]), Decode(userInfo[(colon + 1)..]));
    }

    /// <summary>The address without credentials.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>The address.</returns>
    public static Uri WithoutUserInfo(Uri uri) =>
        uri.UserInfo.Length == 0 ? uri : new Uri($"{uri.Scheme}://{uri.Authority}{uri.PathAndQuery}");

    private static string Decode(string text) => text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
}
