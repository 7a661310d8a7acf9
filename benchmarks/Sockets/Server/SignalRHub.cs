using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace NetWebSockets.Benchmarks.Server;

/// <summary>SignalR has a protocol of its own, so its server is its own, too.</summary>
internal sealed class SignalRHub : Hub
{
    public const string Path = "/hub";

    /// <summary>Starts Kestrel and returns its port.</summary>
    public static async Task<(WebApplication App, int Port)> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSignalR(hub => hub.MaximumParallelInvocationsPerClient = 64);
        WebApplication app = builder.Build();
        app.MapHub<SignalRHub>(Path);
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return (app, new Uri(address).Port);
    }

    public Sum Add(int a, int b) => new() { Value = a + b };

    public async IAsyncEnumerable<Tick> Ticks(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        var tick = Tick.Sample();
        for (int i = 0; i < count && !cancellationToken.IsCancellationRequested; i++)
            yield return tick;
    }
}
