namespace NetWebSockets;

public sealed partial class ProxyConfig
{
    /// <summary>
    /// Whether connections fail while there is no proxy script that works; otherwise they go without a proxy. When left out: true for
    /// <see cref="ProxyMode.PacScript"/>, false for <see cref="ProxyMode.AutoDetect"/>. Plays no part in the other modes.
    /// </summary>
    public bool? PacMandatory { get; set; }
}
