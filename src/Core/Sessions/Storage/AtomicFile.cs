using System.Globalization;
using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>A file that is read whole or not at all, whenever a program that writes it ends. The caller holds the folder's lock.</summary>
/// <param name="directory">Its folder.</param>
/// <param name="name">Its name.</param>
/// <param name="logger">The session's log.</param>
internal sealed class AtomicFile(string directory, string name, ILogger logger)
{
    private const string TemporaryExtension = ".tmp";
    private const int MaxSetAside = 5;

    /// <summary>Where it is.</summary>
    public string FullPath { get; } = Path.Combine(directory, name);

    /// <summary>Makes what is created readable for this user alone, where the system knows that.</summary>
    /// <param name="options">How it is created.</param>
    public static void Protect(FileStreamOptions options)
    {
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    }

    /// <summary>Writes it anew: into a file beside it, down to the disk, then in its place in one step.</summary>
    /// <param name="write">Writes what is in it.</param>
    public void Write(Action<Stream> write)
    {
        string temporary = $"{FullPath}.{Guid.NewGuid():N}{TemporaryExtension}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        Protect(options);
        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, FullPath, overwrite: true);
        }
        catch
        {
            Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes what programs that were ended in the middle of writing have left.</summary>
    public void RemoveLeftovers()
    {
        foreach (string file in Directory.GetFiles(directory, $"{name}.*{TemporaryExtension}"))
            Delete(file);
    }

    /// <summary>Takes a damaged file out of the way, for people to look at. The oldest of those go when there are more than five.</summary>
    /// <param name="failure">What is wrong with it.</param>
    /// <param name="now">The time.</param>
    public void SetAside(Exception? failure, DateTimeOffset now)
    {
        string aside = $"{FullPath}.corrupt-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}";
        File.Move(FullPath, aside, overwrite: true);
        Log.StorageCorrupt(logger, failure, FullPath, aside);
        string[] all = Directory.GetFiles(directory, $"{name}.corrupt-*");
        foreach (string file in all.Order(StringComparer.Ordinal).Take(all.Length - MaxSetAside))
            Delete(file);
    }

    private void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.StorageCleanupFailed(logger, failure, file);
        }
    }
}
