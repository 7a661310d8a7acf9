// Uses each part once, against the echo server whose address is given: the generated client by hand and from a provider, the socket alone.
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NetWebSockets;

string address = args[0];
using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));

await using (EchoClient echo = await EchoClient.ConnectAsync(address, limit.Token))
{
    await using MessageStream<Heard> heard = echo.HeardMessages();
    await echo.SendAsync(new Said("by hand", [1, 2, 3]), limit.Token);
    Console.WriteLine($"client: {await heard.ReadAsync(limit.Token)}");
}

ServiceCollection services = new();
services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
    .AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["NetWebSocket:Clients:EchoClient:Uri"] = address,
        ["NetWebSocket:Clients:EchoClient:ConnectTimeout"] = "00:00:10",
    })
    .Build());
services.AddNetWebSocket().AddSession("work").AddClient<EchoClient>().UseSession("work");
await using (ServiceProvider provider = services.BuildServiceProvider())
{
    IEchoClient echo = provider.GetRequiredService<IEchoClient>();
    await using MessageStream<Heard> heard = echo.HeardMessages();
    await echo.ConnectAsync(limit.Token);
    await echo.SaidAsync("from a provider", [4], limit.Token);
    Console.WriteLine($"provider: {await heard.ReadAsync(limit.Token)}");
}

await using (NetWebSocket socket = new(address))
{
    await socket.Opened.WaitAsync(limit.Token);
    socket.Send("raw");
    await foreach (WebSocketMessage message in socket.ReadAllAsync(limit.Token))
    {
        Console.WriteLine($"socket: {message.Text}");
        break;
    }
}

Console.WriteLine($"native: {AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is null}");

[WebSocketClient(Discriminator = "/type", JsonContext = typeof(EchoJson))]
public partial class EchoClient;

[Send<EchoClient>("said")]
public sealed record Said(string Text, int[] Numbers);

// The server echoes, so what was said is what is heard.
[Receive<EchoClient>("said")]
public sealed record Heard(string Text, int[] Numbers)
{
    public override string ToString() => $"{Text} {string.Join('+', Numbers)}";
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Said)), JsonSerializable(typeof(Heard))]
public partial class EchoJson : JsonSerializerContext;
