using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace NetWebSockets.Hosting;

/// <summary>Makes one registered session when the host starts: what is wrong with its options stops the host there, and not the first connection.</summary>
internal sealed class SessionStarter(IServiceProvider services, SessionRegistration registration) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredKeyedService<NetSession>(registration.Name);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
