namespace NetWebSockets.Tests.Sessions.Storage;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string FullPath { get; } = Directory.CreateTempSubdirectory("nws-storage-").FullName;

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
