using System.Globalization;
using NetWebSockets.AotSmoke;

// Uses every kind of thing that a contract can say, against the tests' server, and writes a line for each. Arguments: the server's address, a proxy, and the timestamp at
// which this process was started (the monotonic clock is the machine's).
long started = long.Parse(args[2], CultureInfo.InvariantCulture);
using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));

await SmokeScenario.RunAsync(new Uri(args[0]), started, limit.Token);
await HostedScenario.RunAsync(new Uri(args[0]), args[1], limit.Token);
await SocketScenario.RunAsync(new Uri(args[0]), limit.Token);
Report.Line("native", AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is null);
