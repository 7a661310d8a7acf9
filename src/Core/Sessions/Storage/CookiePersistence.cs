using System.Text.Json;
using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>
/// Keeps a store's cookies in a file that several programs may share. Changes are gathered and written together, as in Chromium after 30 seconds or 512 of them. To
/// write is, under the folder's lock, to read what others have written, to merge, and to write all: of two changes of one cookie the later counts.
/// </summary>
internal sealed class CookiePersistence : IDisposable
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "cookies.json";

    private const int MaxGathered = 512;
    private const long MaxFileSize = 64 * 1024 * 1024;
    private static readonly TimeSpan GatherFor = TimeSpan.FromSeconds(30);

    private readonly CookieStore _store;
    private readonly PartitionDirectory _directory;
    private readonly AtomicFile _file;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _writing = new();
    private readonly Lock _lock = new();
    private int _gathered;
    private bool _isDisposed;
    private int? _newerVersion;
    private Task _background = Task.CompletedTask;

    /// <summary>Makes it and reads what is there.</summary>
    /// <param name="store">The store.</param>
    /// <param name="directory">The folder.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The session's log.</param>
    /// <exception cref="IOException">What is there cannot be read; the message names it.</exception>
    public CookiePersistence(CookieStore store, PartitionDirectory directory, TimeProvider timeProvider, ILogger logger)
    {
        _store = store;
        _directory = directory;
        _file = new AtomicFile(directory.FullPath, FileName, logger);
        _timeProvider = timeProvider;
        _logger = logger;
        _timer = timeProvider.CreateTimer(static self => ((CookiePersistence)self!).WriteInBackground(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            using FileStream held = directory.Lock();
            _file.RemoveLeftovers();
            CookieFileModel? found = Read();
            Log.CookiesLoaded(logger, found?.Cookies.Count ?? 0, _file.FullPath);
            if (found is not null)
                store.Merge(found, _file.FullPath, logger);
            store.KeepOnDisk(OnChanged, Synchronize);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _timer.Dispose();
            throw new IOException($"The cookies in '{_file.FullPath}' cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The last writing that was begun by itself.</summary>
    internal Task Background
    {
        get
        {
            lock (_lock)
                return _background;
        }
    }

    /// <summary>Reads what others have written, and writes what has changed here.</summary>
    /// <exception cref="IOException">That failed; the changes stay in memory.</exception>
    public void Synchronize()
    {
        try
        {
            lock (_writing)
            {
                lock (_lock)
                    _gathered = 0;
                using FileStream held = _directory.Lock();
                CookieFileModel? found = _newerVersion is null ? Read() : null;
                if (_newerVersion is { } version)
                    throw new IOException($"the file has version {version}, which is newer than this program knows ({CookieFileModel.CurrentVersion}).");
                CookieFileModel merged = _store.Merge(found, _file.FullPath, _logger);
                if (found is not null && !_store.HasChangesForDisk)
                    return;
                _file.RemoveLeftovers();
                _file.Write(stream => JsonSerializer.Serialize(stream, merged, CookieFileJson.Model));
                _store.OnWritten(merged);
                Log.CookiesWritten(_logger, merged.Cookies.Count, _file.FullPath);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The cookies cannot be written to '{_file.FullPath}': {failure.Message}", failure);
        }
    }

    /// <summary>Writes what has changed; nothing is written after it. What fails is logged.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        _timer.Dispose();
        // A writing that is under way is waited for, and one that comes later finds that this has ended.
        lock (_writing)
        {
            if (_store.HasChangesForDisk && _newerVersion is null)
                Write();
        }
    }

    // A cookie that is kept on disk has changed. The caller holds the store's lock.
    private void OnChanged()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _gathered++;
            if (_gathered == 1)
                _timer.Change(GatherFor, Timeout.InfiniteTimeSpan);
            else if (_gathered == MaxGathered)
                _background = Task.Run(WriteOrRetry);
        }
    }

    private void WriteInBackground()
    {
        lock (_lock)
            _background = Task.Run(WriteOrRetry);
    }

    private void WriteOrRetry()
    {
        lock (_writing)
        {
            lock (_lock)
            {
                if (_isDisposed)
                    return;
            }

            if (Write() || _newerVersion is not null)
                return;
        }

        lock (_lock)
        {
            if (_isDisposed)
                return;
            _gathered = 1;
            _timer.Change(GatherFor, Timeout.InfiniteTimeSpan);
        }
    }

    private bool Write()
    {
        try
        {
            Synchronize();
            return true;
        }
        catch (IOException failure)
        {
            Log.StorageWriteFailed(_logger, failure, _directory.FullPath);
            return false;
        }
    }

    // Null when there is nothing, or nothing that can be used: what is in memory is then all there is.
    private CookieFileModel? Read()
    {
        byte[] bytes;
        try
        {
            using var stream = new FileStream(_file.FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MaxFileSize)
                throw new JsonException($"It has {stream.Length} bytes, more than cookies take.");
            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException failure)
        {
            _file.SetAside(failure, _timeProvider.GetUtcNow());
            return null;
        }

        return Parse(bytes);
    }

    private CookieFileModel? Parse(byte[] bytes)
    {
        try
        {
            int version = CookieFileVersion.Read(bytes);
            if (version > CookieFileModel.CurrentVersion)
            {
                _newerVersion = version;
                Log.StorageNewer(_logger, _file.FullPath, version, CookieFileModel.CurrentVersion);
                return null;
            }

            return JsonSerializer.Deserialize(bytes, CookieFileJson.Model) ?? throw new JsonException("It is null.");
        }
        catch (JsonException failure)
        {
            _file.SetAside(failure, _timeProvider.GetUtcNow());
            return null;
        }
    }
}
