namespace NetWebSockets.InteropTests.Endurance;

/// <summary>The sockets that the process holds open, as the system counts them.</summary>
internal static class OpenSockets
{
    private const string Descriptors = "/proc/self/fd";

    /// <summary>How many there are; null where the system does not say.</summary>
    public static int? Count()
    {
        if (!Directory.Exists(Descriptors))
            return null;
        int count = 0;
        foreach (string link in Directory.EnumerateFileSystemEntries(Descriptors))
        {
            try
            {
                if (new FileInfo(link).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
                    count++;
            }
            catch (IOException)
            {
                // It was closed while it was looked at.
            }
        }

        return count;
    }
}
