using NetWebSockets.Benchmarks.Competitors;

namespace NetWebSockets.Benchmarks.Workloads;

/// <summary>The flood and the sends of 1 KiB, encrypted.</summary>
internal static class OverTls
{
    private const int Size = 1024;

    private const string Note = "The server encrypts and decrypts with .NET's SslStream as the .NET clients do, so here the server's core is as busy as theirs.";

    public static IEnumerable<Workload> All(Peers peers) =>
    [
        new("TLS receive flood, 1 KiB", peers.Make((peer, ports, count) => peer.ReceiveAsync(new Job(ports, count, Size, Tls: true), $"/flood/{Size}/{count}")))
        {
            Targets = [Target.TimesOf(Names.Ours, Names.Bcl, 1.4)],
            Note = Note,
        },
        new("TLS awaited sends, 1 KiB", peers.Make((peer, ports, count) => peer.SendAsync(new Job(ports, count, Size, Tls: true))))
        {
            Targets = [Target.TimesOf(Names.Ours, Names.Bcl, 10)],
            Note = Note,
        },
    ];
}
