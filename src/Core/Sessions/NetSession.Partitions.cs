using System.Collections.Concurrent;
using NetWebSockets.Sessions;

namespace NetWebSockets;

public sealed partial class NetSession
{
    /// <summary>What the name of a partition that is kept on disk starts with.</summary>
    internal const string PersistPrefix = "persist:";
    private static readonly ConcurrentDictionary<string, Lazy<NetSession>> Partitions = new(StringComparer.Ordinal);

    // Set when the session has left its partition, with all that it had to write.
    private readonly TaskCompletionSource _hasLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// The session of a name: the same one for the same name, until it is disposed. A name that starts with <c>persist:</c> gives one whose cookies are kept on disk, in
    /// <see cref="NetSessionOptions.StorageDirectory"/>; several processes may use it at once. Cookies that end with the session are never written. Values are written as they
    /// are, in files that only this user may read.
    /// </summary>
    /// <param name="partition">The name; case matters. An empty one gives <see cref="Default"/>.</param>
    /// <param name="options">What the session starts with when this call creates it; otherwise it plays no part.</param>
    /// <returns>The session.</returns>
    /// <exception cref="ArgumentException">Nothing follows <c>persist:</c>, the name is not well-formed Unicode, or an option is wrong.</exception>
    /// <exception cref="IOException">The folder of a session on disk cannot be made, read or written to; the message names it.</exception>
    public static NetSession FromPartition(string partition, NetSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(partition);
        if (partition.Length == 0)
            return Default;
        while (true)
        {
            // Made once, also when many ask at once: two would write to one folder.
            Lazy<NetSession> lazy = Partitions.GetOrAdd(
                partition, static (name, options) => new Lazy<NetSession>(() => new NetSession(options ?? new NetSessionOptions(), name)), options);
            NetSession session;
            try
            {
                session = lazy.Value;
            }
            catch
            {
                // The next one that asks may come with better options.
                Partitions.TryRemove(new(partition, lazy));
                throw;
            }

            if (!session._isDisposed)
                return session;
            // It is still writing what the next one of its name will read.
            session._hasLeft.Task.Wait();
        }
    }

    private static PartitionDirectory? OpenDirectory(NetSessionOptions options, string? partition) =>
        partition?.StartsWith(PersistPrefix, StringComparison.Ordinal) == true ? PartitionDirectory.Open(options.StorageDirectory, partition[PersistPrefix.Length..]) : null;

    private void LeavePartition()
    {
        if (Partition is { } partition && Partitions.TryGetValue(partition, out Lazy<NetSession>? lazy) && lazy.IsValueCreated && ReferenceEquals(lazy.Value, this))
            Partitions.TryRemove(new(partition, lazy));
        _hasLeft.SetResult();
    }
}
