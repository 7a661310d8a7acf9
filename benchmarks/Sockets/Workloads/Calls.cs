using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.SignalR.Client;
using NetWebSockets.Benchmarks.Competitors;
using StreamJsonRpc;

namespace NetWebSockets.Benchmarks.Workloads;

/// <summary>Calls that return a value, many at a time.</summary>
internal static class Calls
{
    public static Workload One() => new(
        "calls (RPC), 64 in flight",
        [
            new(Names.OursGenerated, OursAsync),
            new(Names.StreamJsonRpc, StreamJsonRpcAsync) { Note = "StreamJsonRpc: `WebSocketMessageHandler` over ClientWebSocket, `SystemTextJsonFormatter`, a proxy of an interface." },
            new(Names.SignalR, SignalRAsync) { Note = "SignalR: `InvokeAsync` of a hub method on Kestrel, with its JSON protocol; its server works harder than the others' does." },
        ])
    {
        Unit = "calls/s",
        LeastCount = InFlight.Outstanding * 2,
        Targets = [Target.TimesOf(Names.OursGenerated, Names.StreamJsonRpc, 8), Target.AllocatedAtMost(Names.OursGenerated, 250)],
        Note = "64 loops each await one call after the other: two numbers there, an object with one number back. What is allocated includes request and result.",
    };

    private static async Task<Measurement> OursAsync(ServerPorts ports, int count)
    {
        await using CallClient client = await CallClient.ConnectAsync(new Job(ports, count).Uri("/calls/plain"));
        return await LoopsAsync(count, () => client.CallAsync(new Add(1, 2)));
    }

    private static async Task<Measurement> StreamJsonRpcAsync(ServerPorts ports, int count)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Job(ports, count).Uri("/calls/jsonrpc"), CancellationToken.None);
        using var formatter = new SystemTextJsonFormatter();
        formatter.JsonSerializerOptions = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            TypeInfoResolver = JsonTypeInfoResolver.Combine(CallJson.Default, new DefaultJsonTypeInfoResolver()),
        };
        using var rpc = new JsonRpc(new WebSocketMessageHandler(socket, formatter));
        IAdder adder = rpc.Attach<IAdder>();
        rpc.StartListening();
        return await LoopsAsync(count, () => adder.AddAsync(1, 2));
    }

    private static async Task<Measurement> SignalRAsync(ServerPorts ports, int count)
    {
        await using HubConnection hub = await SignalRPeer.ConnectAsync(ports);
        return await LoopsAsync(count, () => hub.InvokeAsync<Sum>("Add", 1, 2));
    }

    private static async Task<Measurement> LoopsAsync(int count, Func<Task<Sum>> call)
    {
        Meter meter = Meter.Start();
        int each = count / InFlight.Outstanding;
        var loops = new Task[InFlight.Outstanding];
        for (int i = 0; i < loops.Length; i++)
            loops[i] = LoopAsync(each, call);
        await Task.WhenAll(loops);
        return meter.Rate(each * InFlight.Outstanding);
    }

    private static async Task LoopAsync(int count, Func<Task<Sum>> call)
    {
        for (int i = 0; i < count; i++)
        {
            if ((await call()).Value != 3)
                throw new InvalidDataException("Not the sum that was asked for.");
        }
    }
}
