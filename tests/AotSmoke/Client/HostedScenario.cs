using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace NetWebSockets.AotSmoke;

/// <summary>Clients from a provider, with all settings from configuration; one goes through the proxy of its session.</summary>
internal static class HostedScenario
{
    public static async Task RunAsync(Uri server, string proxy, CancellationToken cancellationToken)
    {
        ServiceCollection services = new();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["NetWebSocket:Clients:RpcClient:Uri"] = new Uri(server, "/rpc").ToString(),
                ["NetWebSocket:Clients:RpcClient:ConnectTimeout"] = "00:00:20",
                ["NetWebSocket:Clients:RpcClient:PerMessageDeflate:Threshold"] = "0",
                ["NetWebSocket:Clients:BatchClient:Uri"] = new Uri(server, "/echo").ToString(),
                ["NetWebSocket:Sessions:office:UserAgent"] = "smoke/1",
                ["NetWebSocket:Sessions:office:Proxy:ProxyRules"] = proxy,
                ["NetWebSocket:Sessions:office:Proxy:ProxyBypassRules"] = "<-loopback>",
            })
            .Build());
        services.AddNetWebSocket().AddSession("office").AddClient<RpcClient>().UseSession("office").AddClient<BatchClient>();
        services.AddLogging().AddHealthChecks().AddNetWebSocketClient<RpcClient>();
        await using ServiceProvider provider = services.BuildServiceProvider();

        IRpcClient rpc = provider.GetRequiredService<IRpcClient>();
        await using MessageStream<Logged> logged = rpc.Logged();
        await rpc.ConnectAsync(cancellationToken);
        Report.Line("rpc", await rpc.EchoAsync("hi", 2, cancellationToken));
        try
        {
            await rpc.FailAsync(cancellationToken);
        }
        catch (CallErrorException e)
        {
            Report.Line("rpc error", e.Code, e.Message);
        }

        HealthReport health = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellationToken);
        Report.Line("health", health.Status);
        await rpc.LogAsync("a line", cancellationToken);
        Report.Line("rpc event", await logged.ReadAsync(cancellationToken));
        await using (MessageStream<Head> heads = rpc.Heads("new"))
            Report.Line("rpc subscription", await heads.ReadAsync(cancellationToken));

        IBatchClient batch = provider.GetRequiredService<IBatchClient>();
        await using MessageStream<Tick> ticks = batch.TickMessages();
        await batch.TickAsync(5, cancellationToken);
        Report.Line("batch", await ticks.ReadAsync(cancellationToken));
    }
}
