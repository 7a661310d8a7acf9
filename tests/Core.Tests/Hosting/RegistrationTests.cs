using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Polly.Retry;
using Xunit;

namespace NetWebSockets.Tests.Hosting;

public sealed class RegistrationTests
{
    [Fact]
    public async Task A_client_is_one_singleton_by_its_class_and_by_its_interface()
    {
        await using ServiceProvider provider = Provider(b => b.AddClient<HostedClient>(o => o.Uri = new Uri("ws://a.example/")));

        HostedClient client = provider.GetRequiredService<HostedClient>();

        Assert.Same(client, provider.GetRequiredService<IHostedClient>());
        Assert.Same(client, provider.GetRequiredService<HostedClient>());
        Assert.Equal(ConnectionState.Disconnected, client.State);
    }

    [Fact]
    public async Task Named_clients_are_keyed_and_have_options_of_their_own()
    {
        await using ServiceProvider provider = Provider(b => b
            .AddClient<HostedClient>("left", o => o.Uri = new Uri("ws://left.example/"))
            .AddClient<HostedClient>("right", o => o.Uri = new Uri("ws://right.example/")));

        HostedClient left = provider.GetRequiredKeyedService<HostedClient>("left");

        Assert.NotSame(left, provider.GetRequiredKeyedService<HostedClient>("right"));
        Assert.Same(left, provider.GetRequiredKeyedService<IHostedClient>("left"));
        Assert.Null(provider.GetService<HostedClient>());
    }

    [Fact]
    public void The_clock_and_the_logs_of_the_provider_flow_into_the_options()
    {
        FakeTimeProvider clock = new();
        WebSocketClientOptions options = Options(
            b => b.AddClient<HostedClient>(o => o.Uri = new Uri("ws://a.example/")),
            services => services.AddLogging().AddSingleton<TimeProvider>(clock));

        Assert.Same(clock, options.TimeProvider);
        Assert.IsType<LoggerFactory>(options.LoggerFactory);
        Assert.Equal("HostedClient", options.Name);
    }

    [Fact]
    public void Registering_a_client_again_sets_further_options()
    {
        WebSocketClientOptions options = Options(b => b
            .AddClient<HostedClient>(o => o.Uri = new Uri("ws://a.example/"))
            .AddClient<HostedClient>(o => o.CallTimeout = TimeSpan.FromSeconds(3)));

        Assert.Equal(new Uri("ws://a.example/"), options.Uri);
        Assert.Equal(TimeSpan.FromSeconds(3), options.CallTimeout);
    }

    [Fact]
    public void Configuration_comes_after_the_contract_and_code_after_configuration()
    {
        WebSocketClientOptions options = Options(
            b => b.AddClient<AddressedClient>(o => o.CallTimeout = TimeSpan.FromSeconds(5)),
            Configuration(
                ("NetWebSocket:Clients:AddressedClient:Uri", "wss://configured.example/ws"),
                ("NetWebSocket:Clients:AddressedClient:CallTimeout", "00:00:01"),
                ("NetWebSocket:Clients:AddressedClient:KeepAliveTimeout", "00:00:07")),
            "AddressedClient");

        Assert.Equal(new Uri("wss://configured.example/ws"), options.Uri);
        Assert.Equal(TimeSpan.FromSeconds(5), options.CallTimeout);
        Assert.Equal(TimeSpan.FromSeconds(7), options.KeepAliveTimeout);
    }

    [Fact]
    public void The_address_of_the_contract_stands_when_nothing_else_gives_one() =>
        Assert.Equal(new Uri("wss://default.example/ws"), Options(b => b.AddClient<AddressedClient>(), optionsOf: "AddressedClient").Uri);

    [Fact]
    public void A_named_client_reads_the_section_of_its_name()
    {
        ServiceCollection services = new();
        Configuration(("NetWebSocket:Clients:left:Uri", "ws://left.example/"), ("NetWebSocket:Clients:HostedClient:Uri", "ws://wrong.example/"))(services);
        WebSocketClientBuilder client = services.AddNetWebSocket().AddClient<HostedClient>("left");

        Assert.Equal("left", client.Name);
        Assert.Equal(new Uri("ws://left.example/"), OptionsOf(services, client.OptionsName).Uri);
    }

    [Fact]
    public void A_section_given_by_hand_takes_the_place_of_the_default_one()
    {
        IConfiguration root = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Feeds:Clients:HostedClient:Uri"] = "ws://feeds.example/" })
            .Build();
        ServiceCollection services = new();
        WebSocketClientBuilder client = services.AddNetWebSocket(root.GetSection("Feeds")).AddClient<HostedClient>();

        Assert.Equal(new Uri("ws://feeds.example/"), OptionsOf(services, client.OptionsName).Uri);
    }

    [Fact]
    public async Task What_the_builder_sets_reaches_the_options()
    {
        ServiceCollection services = new();
        services.AddSingleton("token-1");
        List<string> strategies = [];
        WebSocketClientBuilder client = services.AddNetWebSocket()
            .AddClient<HostedClient>(o => o.Uri = new Uri("ws://a.example/"))
            .UseEndpoint((provider, attempt, _) => ValueTask.FromResult(
                new WebSocketEndpoint(new Uri($"ws://a.example/?token={provider.GetRequiredService<string>()}"))))
            .AddConnectPipeline(p =>
            {
                strategies.Add("first");
                Polly.RetryResiliencePipelineBuilderExtensions.AddRetry(p, new RetryStrategyOptions());
            })
            .AddConnectPipeline((_, provider) => strategies.Add(provider.GetRequiredService<string>()))
            .ClassifyFailures(f => f.CloseCode is 4001 ? FailureAction.Fatal : FailureAction.Default)
            .Configure((o, provider) => o.Origin = provider.GetRequiredService<string>());

        WebSocketClientOptions options = OptionsOf(services, client.OptionsName);
        WebSocketEndpoint endpoint = await options.Endpoint!(null!, TestContext.Current.CancellationToken);
        options.ConfigureConnectPipeline!(new Polly.ResiliencePipelineBuilder());

        Assert.Equal(new Uri("ws://a.example/?token=token-1"), endpoint.Uri);
        Assert.Equal(["first", "token-1"], strategies[^2..]);
        Assert.Equal("token-1", options.Origin);
        Assert.Equal(
            FailureAction.Fatal,
            options.ClassifyFailure!(new ConnectionFailure { Exception = new InvalidOperationException(), Phase = default, Close = new CloseEvent(4001, "", true) }));
    }

    [Fact]
    public async Task Sessions_are_keyed_services_that_are_disposed_with_the_provider()
    {
        ServiceCollection services = new();
        WebSocketClientBuilder client = services.AddNetWebSocket()
            .AddSession("work", o => o.UserAgent = "worker/1")
            .AddClient<HostedClient>(o => o.Uri = new Uri("ws://a.example/"))
            .UseSession("work");
        NetSession session;
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            session = provider.GetRequiredKeyedService<NetSession>("work");
            Assert.Equal("worker/1", session.UserAgent);
            Assert.Same(session, provider.GetRequiredService<IOptionsMonitor<WebSocketClientOptions>>().Get(client.OptionsName).Session);
        }

        Assert.Throws<ObjectDisposedException>(() => session.SetCertificateVerifyProc(null));
    }

    internal static Action<IServiceCollection> Configuration(params (string Key, string? Value)[] settings) => services =>
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => s.Value))
            .Build());

    private static ServiceProvider Provider(Action<NetWebSocketBuilder> register)
    {
        ServiceCollection services = new();
        register(services.AddNetWebSocket());
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private static WebSocketClientOptions Options(
        Func<NetWebSocketBuilder, WebSocketClientBuilder> register, Action<IServiceCollection>? services = null, string optionsOf = "HostedClient")
    {
        ServiceCollection collection = new();
        services?.Invoke(collection);
        WebSocketClientBuilder client = register(collection.AddNetWebSocket());
        Assert.Equal(optionsOf, client.Name);
        return OptionsOf(collection, client.OptionsName);
    }

    private static WebSocketClientOptions OptionsOf(IServiceCollection services, string name) =>
        services.BuildServiceProvider().GetRequiredService<IOptionsMonitor<WebSocketClientOptions>>().Get(name);
}
