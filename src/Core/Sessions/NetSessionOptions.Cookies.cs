namespace NetWebSockets;

public sealed partial class NetSessionOptions
{
    /// <summary>
    /// The domains below which anyone can register one, for which no cookie may be set: a file in the format of publicsuffix.org. By default
    /// <c>/usr/share/publicsuffix/public_suffix_list.dat</c> where it exists; an empty string for none. It is read when cookies are first used, once for the process. Without
    /// a list only single labels (<c>com</c>) are refused, and two hosts are of one site when one is the other or stands below it.
    /// </summary>
    public string? PublicSuffixListFile { get; set; }

    /// <summary>
    /// Where sessions <c>persist:…</c> are kept, each in a folder of its own; made when it is missing. By default <c>NetWebSockets/Partitions</c> in the user's local application
    /// data (<see cref="Environment.SpecialFolder.LocalApplicationData"/>). Plays no part for other sessions.
    /// </summary>
    public string? StorageDirectory { get; set; }
}
