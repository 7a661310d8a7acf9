using NetWebSockets.Benchmarks;
using NetWebSockets.Benchmarks.Server;

// One program, four parts: what a person starts, the server it starts, the client it starts, and what the client starts for each measurement of memory.
return args switch
{
    ["--server"] => await BenchmarkServer.RunAsync(),
    ["--memory", string competitor, string connections, string ports] => await MemoryChild.RunAsync(competitor, connections, ports),
    ["--client", string ports, .. string[] rest] => await BenchmarkClient.RunAsync(ServerPorts.Parse(ports), BenchmarkOptions.Parse(rest)),
    _ => Launcher.Run(args),
};
