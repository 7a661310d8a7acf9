namespace NetWebSockets;

/// <summary>What a server or a proxy wants credentials for; given to the handler of <see cref="NetSession.SetLoginHandler"/>, as Electron's <c>login</c> event has it.</summary>
public sealed class LoginRequest
{
    /// <summary>The ws or wss address that is being opened, without the credentials in it. Of several handshakes that ask the same, that of the first.</summary>
    public required Uri Uri { get; init; }

    /// <summary>Whether it is a proxy that asks (status 407) and not the server (401).</summary>
    public bool IsProxy { get; init; }

    /// <summary>The host of the server, or of the proxy.</summary>
    public required string Host { get; init; }

    /// <summary>The port of the server, or of the proxy.</summary>
    public int Port { get; init; }

    /// <summary>The kind of authentication: <c>basic</c>, <c>digest</c>, <c>ntlm</c> or <c>negotiate</c>. With <c>basic</c> over ws the password is readable on the way.</summary>
    public required string Scheme { get; init; }

    /// <summary>What the credentials are for, in the server's own words: show it as such. Empty when it does not say, and for NTLM and Negotiate.</summary>
    public string Realm { get; init; } = string.Empty;

    /// <summary>How many credentials have been refused before in the handshake that asks; 0 for the first question.</summary>
    public int PreviousFailures { get; init; }
}
