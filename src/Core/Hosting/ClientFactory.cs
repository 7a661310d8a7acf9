using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NetWebSockets.Messaging;

namespace NetWebSockets.Hosting;

/// <summary>Makes a registered client from its options.</summary>
internal static class ClientFactory
{
    public static T Create<T>(IServiceProvider provider, ClientRegistration registration)
        where T : class, IGeneratedClient<T>
    {
        WebSocketClientOptions options = provider.GetRequiredService<IOptionsMonitor<WebSocketClientOptions>>().Get(registration.OptionsName);
        provider.GetRequiredService<SessionSetups>().Prepare(options, registration);
        T client = T.Create(new ClientRuntime(T.Contract, options));
        provider.GetRequiredKeyedService<ClientStatus>(registration.OptionsName).Watch(client);
        return client;
    }
}
