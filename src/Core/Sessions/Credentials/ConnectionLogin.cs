using System.Net;

namespace NetWebSockets.Sessions;

/// <summary>
/// What authenticates connections to one server or proxy by NTLM or Negotiate. The HTTP handler does it, for all its requests must go over one
/// connection; it is asked for nothing else, and gives nobody else the credentials. Equal ones share a handler.
/// </summary>
/// <param name="target">The server or proxy.</param>
/// <param name="scheme">NTLM or Negotiate.</param>
/// <param name="credential">The credentials.</param>
internal sealed class ConnectionLogin(AuthTarget target, AuthScheme scheme, NetworkCredential credential) : ICredentials, IEquatable<ConnectionLogin>
{
    private readonly AuthTarget _target = target;
    private readonly AuthScheme _scheme = scheme;
    private readonly NetworkCredential _credential = credential;

    /// <inheritdoc/>
    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        authType.Equals(_scheme.Name(), StringComparison.OrdinalIgnoreCase)
        && uri.Port == _target.Port && uri.IdnHost.Equals(_target.Host, StringComparison.OrdinalIgnoreCase)
            ? _credential
            : null;

    /// <inheritdoc/>
    public bool Equals(ConnectionLogin? other) =>
        other is not null && _target == other._target && _scheme == other._scheme && CredentialRules.AreEqual(_credential, other._credential);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConnectionLogin);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_target, _scheme, _credential.UserName);
}
