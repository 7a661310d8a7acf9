using System.Diagnostics;
using System.Globalization;

namespace NetWebSockets.Benchmarks.Workloads;

/// <summary>What a connection costs that only waits.</summary>
internal static class IdleMemory
{
    private const int Wanted = 5_000;

    // What the program needs besides the connections.
    private const int OtherFiles = 200;

    public static Workload One(NodeProcess node)
    {
        int connections = Math.Min(Wanted, FileLimit() - OtherFiles);
        string scaled = connections < Wanted ? $" {Wanted:N0} were wanted; the limit of open files allows no more." : "";
        return new Workload(
            "memory of an idle connection",
            [
                Child(Names.Bcl, "ClientWebSocket and Websocket.Client: waiting with an empty buffer where the program is asked for one, which is the least."),
                Child(Names.Ours, "NetWebSocket: waiting in `WaitToReceiveAsync`."),
                Child(Names.Raw, "Raw socket: a `NetworkStream` that waits in a read of no bytes."),
                Child(Names.WebsocketClient, null),
                Node(node, Names.Ws, native: false, node.WsVersion is not null),
                Node(node, Names.NodeNative, native: true, node.HasNative),
            ])
        {
            Unit = "B",
            LessIsBetter = true,
            BytesColumn = "working set",
            FixedCount = connections,
            Targets = [Target.ValueAtMost(Names.Ours, 4_500, "B")],
            Note = string.Create(
                CultureInfo.InvariantCulture,
                $"{connections:N0} connections that are open and wait for a message, in a process of their own: what is left on the managed heap after full collections, divided by them. The working set has also what the runtime keeps free. For node it is JavaScript's heap and its buffers.{scaled}"),
        };
    }

    private static Competitor Child(string name, string? note) => new(name, (ports, connections) => RunChildAsync(name, connections, ports)) { Note = note };

    private static Competitor Node(NodeProcess node, string name, bool native, bool there) => new(name, async (ports, connections) =>
    {
        await MemoryChild.DropAsync(ports);
        NodeReply reply = await node.RunAsync(new NodeCommand("memory", native, new Job(ports, 1).Uri("/idle").AbsoluteUri, connections));
        await MemoryChild.DropAsync(ports);
        return new Measurement(reply.Bytes!.Value, null);
    })
    {
        Absent = there ? null : NodeProcess.NotInstalled,
    };

    private static async Task<Measurement> RunChildAsync(string name, int connections, ServerPorts ports)
    {
        await MemoryChild.DropAsync(ports);
        ProcessStartInfo start = Launcher.Self("--memory", name, connections.ToString(CultureInfo.InvariantCulture), ports.ToString());
        start.RedirectStandardOutput = true;
        using Process child = Process.Start(start)!;
        string text = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        await MemoryChild.DropAsync(ports);
        if (child.ExitCode != 0)
            throw new IOException($"The process that measures memory ended with {child.ExitCode}.");
        double[] figures = [.. text.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture))];
        return new Measurement(figures[0], figures[1]);
    }

    private static int FileLimit()
    {
        if (!OperatingSystem.IsLinux())
            return int.MaxValue;
        // .NET raises its own limit to the hard one at its start; node keeps the soft one, which it has from us.
        string line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return int.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture, out int limit) ? limit : int.MaxValue;
    }
}
