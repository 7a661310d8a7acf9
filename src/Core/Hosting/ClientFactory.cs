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
        T client = registration.Factory is { } factory ? Make<T>(factory, provider, options) : T.Create(new ClientRuntime(T.Contract, options));
        provider.GetRequiredKeyedService<ClientStatus>(registration.OptionsName).Watch(client);
        return client;
    }

    private static T Make<T>(Func<IServiceProvider, object> factory, IServiceProvider provider, WebSocketClientOptions options)
        where T : class, IGeneratedClient<T>
    {
        T client = factory(provider) as T
            ?? throw new InvalidOperationException($"The factory that AddClient<{T.Contract.Name}> was given returned null.");
        T.Attach(client, options);
        return client;
    }
}
