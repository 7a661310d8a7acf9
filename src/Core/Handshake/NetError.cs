namespace NetWebSockets;

/// <summary>Network errors, named as Chromium names them. <see cref="NetErrorExtensions.ToChromiumName"/> gives the text of each.</summary>
public enum NetError
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Something that has no name of its own: <c>net::ERR_FAILED</c>.</summary>
    Failed,
}

/// <summary>Chromium's spelling of <see cref="NetError"/>.</summary>
public static class NetErrorExtensions
{
    /// <summary>The name as Chromium writes it, such as <c>net::ERR_CONNECTION_REFUSED</c>.</summary>
    /// <param name="error">The error.</param>
    /// <returns>The name.</returns>
    public static string ToChromiumName(this NetError error) => error switch
    {
        NetError.None => "net::OK",
        _ => "net::ERR_FAILED",
    };
}
