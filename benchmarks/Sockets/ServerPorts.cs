using System.Globalization;

namespace NetWebSockets.Benchmarks;

/// <summary>Where the server process listens: without TLS, with TLS, and Kestrel with the SignalR hub.</summary>
internal sealed record ServerPorts(int Plain, int Tls, int SignalR)
{
    public static ServerPorts Parse(string text)
    {
        int[] ports = [.. text.Split(',').Select(port => int.Parse(port, CultureInfo.InvariantCulture))];
        return new ServerPorts(ports[0], ports[1], ports[2]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Plain},{Tls},{SignalR}");
}
