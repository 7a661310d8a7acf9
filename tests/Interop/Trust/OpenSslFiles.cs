using Xunit;

namespace NetWebSockets.InteropTests.Trust;

/// <summary>What the tests share, since making it takes a second.</summary>
public sealed class OpenSslFiles : IAsyncLifetime
{
    internal OpenSslAuthority Authority { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Authority = await OpenSslAuthority.CreateAsync();
        await Authority.LeafAsync("good", "localhost");
        await Authority.LeafAsync("expired", "localhost", expired: true);
        await Authority.LeafAsync("wrong-name", "wrong.example");
        await Authority.SelfSignedAsync("self-signed", "localhost");
        await Authority.LeafAsync("weak-key", "localhost", OpenSslAuthority.Root, bits: 1024);
        await Authority.LeafAsync("weak-signature", "localhost", OpenSslAuthority.Root, digest: "sha1");
        await Authority.LeafAsync("root-leaf", "localhost", OpenSslAuthority.Root);
        await Authority.LeafAsync("root-client", "client.example", OpenSslAuthority.Root);
        await Authority.LeafAsync("root-expired", "client.example", OpenSslAuthority.Root, expired: true);
    }

    public ValueTask DisposeAsync()
    {
        Authority?.Dispose();
        return ValueTask.CompletedTask;
    }
}
