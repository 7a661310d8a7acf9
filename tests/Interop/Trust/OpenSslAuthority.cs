using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Trust;

/// <summary>A root and an intermediate made by OpenSSL, and what they sign, in files.</summary>
internal sealed class OpenSslAuthority : IDisposable
{
    public const string Root = "root";
    public const string Intermediate = "intermediate";

    private readonly string _openssl;
    private readonly string _folder = Directory.CreateTempSubdirectory("nws-openssl-").FullName;

    private OpenSslAuthority(string openssl) => _openssl = openssl;

    /// <summary>Makes both, or skips the test when OpenSSL is not there.</summary>
    public static async Task<OpenSslAuthority> CreateAsync()
    {
        var authority = new OpenSslAuthority(SkipUnless.RequireTool("openssl"));
        await authority.RunAsync(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", authority.KeyPath(Root), "-out", authority.Path(Root), "-subj", "/CN=OpenSSL root",
            "-days", "30", "-addext", "basicConstraints=critical,CA:true", "-addext", "keyUsage=critical,keyCertSign,cRLSign");
        authority.WriteConfiguration(Root);
        await authority.SignAsync(Intermediate, "OpenSSL intermediate", Root, "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash");
        authority.WriteConfiguration(Intermediate);
        return authority;
    }

    /// <summary>The file of a certificate.</summary>
    public string Path(string name) => System.IO.Path.Combine(_folder, name + ".pem");

    /// <summary>The file of its key.</summary>
    public string KeyPath(string name) => System.IO.Path.Combine(_folder, name + ".key");

    /// <summary>A certificate with its key.</summary>
    public X509Certificate2 Load(string name) => X509Certificate2.CreateFromPemFile(Path(name), KeyPath(name));

    /// <summary>Signs a leaf.</summary>
    public Task LeafAsync(
        string name, string host, string issuer = Intermediate, int bits = 2048, string digest = "sha256", bool expired = false, string? revocationList = null) =>
        SignAsync(
            name,
            host,
            issuer,
            $"basicConstraints=CA:false\nsubjectAltName=DNS:{host}\nauthorityKeyIdentifier=keyid" + (revocationList is null ? "" : $"\ncrlDistributionPoints=URI:{revocationList}"),
            bits,
            digest,
            expired);

    /// <summary>Makes a leaf that nobody signed.</summary>
    public Task SelfSignedAsync(string name, string host) => RunAsync(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", KeyPath(name), "-out", Path(name), "-subj", "/CN=" + host, "-days", "5",
        "-addext", "subjectAltName=DNS:" + host);

    /// <summary>Revokes a leaf.</summary>
    public Task RevokeAsync(string name, string issuer = Intermediate) => RunAsync("ca", "-config", ConfigurationPath(issuer), "-revoke", Path(name));

    /// <summary>The list of what was revoked, in DER.</summary>
    public async Task<byte[]> RevocationListAsync(string issuer = Intermediate)
    {
        string pem = System.IO.Path.Combine(_folder, issuer + ".crl");
        string der = pem + ".der";
        await RunAsync("ca", "-config", ConfigurationPath(issuer), "-gencrl", "-out", pem);
        await RunAsync("crl", "-in", pem, "-outform", "DER", "-out", der);
        return await File.ReadAllBytesAsync(der);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string ConfigurationPath(string name) => System.IO.Path.Combine(_folder, name + ".cnf");

    private async Task SignAsync(string name, string commonName, string issuer, string extensions, int bits = 2048, string digest = "sha256", bool expired = false)
    {
        string request = System.IO.Path.Combine(_folder, name + ".csr");
        string extensionFile = System.IO.Path.Combine(_folder, name + ".ext");
        await File.WriteAllTextAsync(extensionFile, extensions + "\n");
        await RunAsync("req", "-newkey", string.Create(CultureInfo.InvariantCulture, $"rsa:{bits}"), "-nodes", "-keyout", KeyPath(name), "-out", request, "-subj", "/CN=" + commonName);
        string[] validity = expired ? ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"] : ["-days", "10"];
        await RunAsync(["ca", "-batch", "-notext", "-config", ConfigurationPath(issuer), "-in", request, "-out", Path(name), "-extfile", extensionFile, "-md", digest, .. validity]);
    }

    private void WriteConfiguration(string name)
    {
        string index = System.IO.Path.Combine(_folder, name + ".index");
        File.WriteAllText(index, "");
        File.WriteAllText(index + ".attr", "unique_subject = no\n");
        File.WriteAllText(
            ConfigurationPath(name),
            $"""
            [ca]
            default_ca = this
            [this]
            database = {index}
            new_certs_dir = {_folder}
            rand_serial = yes
            certificate = {Path(name)}
            private_key = {KeyPath(name)}
            default_md = sha256
            default_crl_days = 1
            policy = any
            [any]
            commonName = supplied

            """);
    }

    private async Task RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(_openssl, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"openssl {string.Join(' ', arguments)} failed: {errors}");
    }
}
