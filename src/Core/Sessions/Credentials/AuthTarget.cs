namespace NetWebSockets.Sessions;

/// <summary>Who asks for credentials: what is meant for one must never reach another.</summary>
/// <param name="IsProxy">Whether it is a proxy.</param>
/// <param name="Scheme">The scheme of its address.</param>
/// <param name="Host">Its host, in lower case.</param>
/// <param name="Port">Its port.</param>
internal sealed record AuthTarget(bool IsProxy, string Scheme, string Host, int Port)
{
    /// <summary>The server of an address.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>The target.</returns>
    public static AuthTarget Server(Uri uri) => new(false, uri.Scheme, uri.IdnHost.ToLowerInvariant(), uri.Port);

    /// <summary>A proxy.</summary>
    /// <param name="proxy">Its address.</param>
    /// <returns>The target.</returns>
    public static AuthTarget Proxy(Uri proxy) => new(true, proxy.Scheme, proxy.IdnHost.ToLowerInvariant(), proxy.Port);

    /// <summary>How logs and messages name it.</summary>
    /// <returns>Its address.</returns>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Scheme}://{Host}:{Port}");
}
