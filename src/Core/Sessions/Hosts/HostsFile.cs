using System.Net;
using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>
/// The machine's hosts file, which goes before DNS over HTTPS as in Chromium; the operating system reads it by itself. Read again when it has changed.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="logger">Where a file that cannot be read is told.</param>
internal sealed class HostsFile(string path, ILogger logger)
{
    // As in Chromium: larger ones are passed over.
    private const long MaxLength = 32 * 1024 * 1024;

    private readonly Lock _lock = new();
    private Dictionary<string, List<IPAddress>> _hosts = [];
    private (DateTime Changed, long Length) _read;

    /// <summary>Where the operating system has it.</summary>
    public static string SystemPath { get; } = OperatingSystem.IsWindows()
        ? Path.Combine(Environment.SystemDirectory, "drivers", "etc", "hosts")
        : "/etc/hosts";

    /// <summary>Finds the addresses of a host.</summary>
    /// <param name="host">The name in lower case.</param>
    /// <returns>The addresses in the file's order; none when it is not there.</returns>
    public IReadOnlyList<IPAddress> Find(string host)
    {
        lock (_lock)
        {
            Refresh();
            return _hosts.TryGetValue(host, out List<IPAddress>? addresses) ? [.. addresses] : [];
        }
    }

    private void Refresh()
    {
        try
        {
            var file = new FileInfo(path);
            (DateTime, long) now = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
            if (now == _read)
                return;
            _read = now;
            _hosts = [];
            if (file.Exists && file.Length <= MaxLength)
                Read(File.ReadLines(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.HostsFileUnreadable(logger, failure, path);
        }
    }

    private void Read(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !IPAddress.TryParse(words[0], out IPAddress? address))
                continue;
            foreach (string name in words.AsSpan(1))
            {
                string key = name.ToLowerInvariant();
                if (!_hosts.TryGetValue(key, out List<IPAddress>? addresses))
                    _hosts.Add(key, addresses = []);
                if (!addresses.Contains(address))
                    addresses.Add(address);
            }
        }
    }
}
