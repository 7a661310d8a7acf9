using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using NetWebSockets.Benchmarks.Competitors;
using NetWebSockets.Benchmarks.Server;
using Websocket.Client;

namespace NetWebSockets.Benchmarks.Workloads;

/// <summary>Messages of JSON that become objects.</summary>
internal static class Ticks
{
    public static Workload One(NodeProcess node) => new(
        "typed JSON ticks",
        [
            new(Names.Bcl, BclAsync) { Note = "ClientWebSocket: `JsonSerializer.Deserialize` from the receive buffer, with the same source-generated context." },
            new(Names.OursGenerated, OursAsync) { Note = "Generated client: `MessageStream<Tick>` drained with `TryRead`; routes by the discriminator, which the others ignore." },
            new(Names.Raw, (ports, count) => new RawPeer().ReceiveAsync(new Job(ports, count), Path(count))),
            new(Names.WebsocketClient, WebsocketClientAsync) { Note = "Websocket.Client: the message's string, `JsonSerializer.Deserialize` with the same context." },
            new(Names.SignalR, SignalRAsync) { Note = "SignalR: a streaming hub method with its JSON protocol; another protocol, other bytes, and its server on Kestrel works harder than the others' does." },
            new(Names.Ws, NodeAsync(node, native: false)) { Absent = node.WsVersion is null ? NodeProcess.NotInstalled : null, Note = "node: `JSON.parse`." },
            new(Names.NodeNative, NodeAsync(node, native: true)) { Absent = node.HasNative ? null : NodeProcess.NotInstalled, Note = "node: `JSON.parse`." },
        ])
    {
        Targets = [Target.TimesOf(Names.OursGenerated, Names.Bcl, 1.35)],
        Note = $"A flood of messages of {Payloads.Tick.Length} bytes, each read into an object with nine properties.",
    };

    private static string Path(int count) => $"/ticks/{count}";

    private static async Task<Measurement> BclAsync(ServerPorts ports, int count)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Job(ports, count).Uri(Path(count)), CancellationToken.None);
        byte[] buffer = new byte[64 * 1024];
        Tick? tick = null;
        Meter meter = Meter.Start();
        await socket.SendAsync(buffer.AsMemory(0, 1), WebSocketMessageType.Binary, true, CancellationToken.None);
        for (int i = 0; i < count; i++)
        {
            int held = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(buffer.AsMemory(held), CancellationToken.None);
                held += result.Count;
            }
            while (!result.EndOfMessage);
            tick = JsonSerializer.Deserialize(buffer.AsSpan(0, held), TickJson.Default.Tick);
        }

        Measurement measurement = meter.Rate(count);
        Check(tick);
        return measurement;
    }

    private static async Task<Measurement> OursAsync(ServerPorts ports, int count)
    {
        await using TickClient client = await TickClient.ConnectAsync(new Job(ports, count).Uri(Path(count)));
        await using MessageStream<Tick> ticks = client.TickMessages();
        Tick? tick = null;
        int i = 0;
        Meter meter = Meter.Start();
        await client.StartTicksAsync();
        while (i < count && await ticks.WaitToReadAsync())
        {
            for (; ticks.TryRead(out Tick? next); i++)
                tick = next;
        }

        Measurement measurement = meter.Rate(count);
        Check(tick);
        return measurement;
    }

    private static async Task<Measurement> WebsocketClientAsync(ServerPorts ports, int count)
    {
        using WebsocketClient client = WebsocketClientPeer.Create(new Job(ports, count), Path(count));
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Tick? tick = null;
        int i = 0;
        using IDisposable subscription = client.MessageReceived.Subscribe(message =>
        {
            tick = JsonSerializer.Deserialize(message.Text!, TickJson.Default.Tick);
            if (++i == count)
                done.SetResult();
        });
        await client.StartOrFail();
        Meter meter = Meter.Start();
        await client.SendInstant(new byte[1]);
        await done.Task;
        Measurement measurement = meter.Rate(count);
        Check(tick);
        return measurement;
    }

    private static async Task<Measurement> SignalRAsync(ServerPorts ports, int count)
    {
        await using HubConnection hub = await SignalRPeer.ConnectAsync(ports);
        Tick? tick = null;
        Meter meter = Meter.Start();
        await foreach (Tick next in hub.StreamAsync<Tick>("Ticks", count))
            tick = next;
        Measurement measurement = meter.Rate(count);
        Check(tick);
        return measurement;
    }

    private static Func<ServerPorts, int, Task<Measurement>> NodeAsync(NodeProcess node, bool native) => async (ports, count) =>
    {
        NodeReply reply = await node.RunAsync(new NodeCommand("ticks", native, new Job(ports, count).Uri(Path(count)).AbsoluteUri, count));
        return Measurement.Rate(count, TimeSpan.FromMilliseconds(reply.Elapsed!.Value));
    };

    private static void Check(Tick? tick)
    {
        if (tick is not { Symbol: "EURUSD", Sequence: 90210001 })
            throw new InvalidDataException("Not the tick that was sent.");
    }
}
