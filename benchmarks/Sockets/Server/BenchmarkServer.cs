using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;

namespace NetWebSockets.Benchmarks.Server;

/// <summary>The server process.</summary>
internal static class BenchmarkServer
{
    public static async Task<int> RunAsync()
    {
        var idle = new IdleSockets();
        using X509Certificate2 certificate = SelfSigned();
        using Socket plain = Listen(null, idle);
        using Socket tls = Listen(certificate, idle);
        (WebApplication app, int signalR) = await SignalRHub.StartAsync();
        await using (app)
        {
            Console.WriteLine(new ServerPorts(Port(plain), Port(tls), signalR));
            // The parent closes our input when it is done, or is gone.
            await Task.Run(Console.In.ReadToEnd);
        }

        return 0;
    }

    private static Socket Listen(X509Certificate2? certificate, IdleSockets idle)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        new Thread(() =>
        {
            while (true)
            {
                Socket socket;
                try
                {
                    socket = listener.Accept();
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    return;     // the process ends
                }

                new Thread(new Connection(socket, certificate, idle).Serve) { IsBackground = true }.Start();
            }
        })
        { IsBackground = true }.Start();
        return listener;
    }

    private static int Port(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;

    // Nobody trusts it by itself; the clients are told to.
    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        // Once through PKCS#12: Windows has no use for a key that is only in memory.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
