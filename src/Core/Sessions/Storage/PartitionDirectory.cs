using System.Security.Cryptography;
using System.Text;

namespace NetWebSockets.Sessions;

/// <summary>The folder of a session that is kept on disk, and the lock of those programs that share it.</summary>
internal sealed class PartitionDirectory
{
    private const string LockName = "lock";
    private const int MaxNameLength = 100;
    private const int KeptOfLongName = 30;

    // Another program holds the lock for as long as it reads and writes one small file. Waiting is for its sake, in the machine's time.
    private const int LockAttempts = 1000;
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(10);

    private static readonly string[] ReservedNames =
        ["con", "prn", "aux", "nul", .. Enumerable.Range(0, 10).SelectMany(static i => new[] { $"com{i}", $"lpt{i}" })];

    private PartitionDirectory(string path) => FullPath = path;

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>Opens the folder of a partition, making it when it is missing.</summary>
    /// <param name="root">Where partitions are kept; null for the user's application data.</param>
    /// <param name="name">The partition's name, without its prefix.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="IOException">It cannot be made or written to; the message names it.</exception>
    public static PartitionDirectory Open(string? root, string name)
    {
        string path = Path.Combine(Path.GetFullPath(root ?? DefaultRoot()), FolderName(name));
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var directory = new PartitionDirectory(path);
            directory.Lock().Dispose();
            return directory;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The session '{name}' cannot be kept in '{path}': {failure.Message} Name a folder that this user may write to by {nameof(NetSessionOptions)}.{nameof(NetSessionOptions.StorageDirectory)}.", failure);
        }
    }

    /// <summary>The name of a partition's folder: any name, told apart also where file systems do not see case, and never longer than they allow.</summary>
    /// <param name="name">The partition's name.</param>
    /// <returns>Lower-case letters, digits, '-', '_' as they are, all else as '%' and two digits.</returns>
    /// <exception cref="ArgumentException">The name is empty, or not well-formed Unicode.</exception>
    public static string FolderName(string name)
    {
        if (name.Length == 0)
            throw new ArgumentException("A session on disk needs a name after 'persist:'.", nameof(name));
        byte[] bytes;
        try
        {
            bytes = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetBytes(name);
        }
        catch (EncoderFallbackException failure)
        {
            throw new ArgumentException($"The name of the session is not well-formed Unicode at position {failure.Index}.", nameof(name), failure);
        }

        // Windows has names that are no files, in any folder: an escaped first letter takes them out.
        bool isReserved = ReservedNames.Contains(name, StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (byte value in bytes)
        {
            char c = (char)value;
            bool isPlain = char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-';
            if (isPlain && !(isReserved && text.Length == 0))
                text.Append(c);
            else
                text.Append('%').Append(value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        // '=' is in no name that was not shortened.
        return text.Length <= MaxNameLength ? text.ToString() : $"{text.ToString(0, KeptOfLongName)}={Convert.ToHexStringLower(SHA256.HashData(bytes))}";
    }

    /// <summary>Waits until no other program is reading or writing, and keeps others out.</summary>
    /// <returns>Disposing it lets them in.</returns>
    /// <exception cref="IOException">Others kept it for ten seconds, or it cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public FileStream Lock()
    {
        string path = Path.Combine(FullPath, LockName);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        AtomicFile.Protect(options);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                // The system takes the lock back when a program ends, however it does.
                return new FileStream(path, options);
            }
            catch (IOException failure) when (failure.GetType() == typeof(IOException) && attempt < LockAttempts && File.Exists(path))
            {
                Thread.Sleep(LockRetry);
            }
        }
    }

    private static string DefaultRoot()
    {
        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length > 0
            ? Path.Combine(data, "NetWebSockets", "Partitions")
            : throw new IOException($"This user has no folder for application data; name one by {nameof(NetSessionOptions)}.{nameof(NetSessionOptions.StorageDirectory)}.");
    }
}
