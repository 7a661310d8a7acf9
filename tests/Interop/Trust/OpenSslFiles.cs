namespace NetWebSockets.InteropTests.Trust;

/// <summary>What the tests share, since making it takes a second. It is made for the first test that asks, which is then the one that is skipped without OpenSSL: a fixture cannot be.</summary>
public sealed class OpenSslFiles : IDisposable
{
    private readonly Lazy<Task<OpenSslAuthority>> _authority = new(MakeAsync);

    internal Task<OpenSslAuthority> AuthorityAsync() => _authority.Value;

    public void Dispose()
    {
        if (_authority is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } made })
            made.Result.Dispose();
    }

    private static async Task<OpenSslAuthority> MakeAsync()
    {
        OpenSslAuthority authority = await OpenSslAuthority.CreateAsync();
        await authority.LeafAsync("good", "localhost");
        await authority.LeafAsync("expired", "localhost", expired: true);
        await authority.LeafAsync("wrong-name", "wrong.example");
        await authority.SelfSignedAsync("self-signed", "localhost");
        await authority.LeafAsync("weak-key", "localhost", OpenSslAuthority.Root, bits: 1024);
        await authority.LeafAsync("weak-signature", "localhost", OpenSslAuthority.Root, digest: "sha1");
        await authority.LeafAsync("root-leaf", "localhost", OpenSslAuthority.Root);
        await authority.LeafAsync("root-client", "client.example", OpenSslAuthority.Root);
        await authority.LeafAsync("root-expired", "client.example", OpenSslAuthority.Root, expired: true);
        return authority;
    }
}
