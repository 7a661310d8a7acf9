using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.Pac.Tests.Sources;

/// <summary>A session whose proxy script comes from a server; the engine is the package's, found by the session itself.</summary>
internal sealed class Fetching : IAsyncDisposable
{
    private readonly FakeLoggerProvider _logs = new();
    private readonly ILoggerFactory _loggers;
    private readonly List<IDisposable> _sources = [];
    private KestrelServer? _server;
    private int _requests;

    public Fetching()
    {
        _loggers = LoggerFactory.Create(builder => builder.AddProvider(_logs).SetMinimumLevel(LogLevel.Trace));
        Session = new NetSession(new NetSessionOptions { TimeProvider = Time, LoggerFactory = _loggers });
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.Parse("2026-06-03T12:00:00Z", null));

    public NetSession Session { get; }

    /// <summary>What the server answers.</summary>
    public RequestDelegate Answer { get; set; } = context => context.Response.WriteAsync(Saying("PROXY first:1"));

    public int Requests => Volatile.Read(ref _requests);

    public Uri Address => new($"http://127.0.0.1:{_server!.Port}/proxy.pac?secret=1");

    public static string Saying(string answer) => $"function FindProxyForURL(url, host) {{ return '{answer}'; }}";

    public static async Task<Fetching> StartAsync(RequestDelegate? answer = null)
    {
        var fetching = new Fetching();
        if (answer is not null)
            fetching.Answer = answer;
        fetching._server = await KestrelServer.StartNewAsync(new KestrelServerOptions
        {
            Configure = app => app.Map("/{**path}", context =>
            {
                Interlocked.Increment(ref fetching._requests);
                return fetching.Answer(context);
            }),
        });
        return fetching;
    }

    public void Serve(string answer) => Answer = context => context.Response.WriteAsync(Saying(answer));

    public IReadOnlyList<string> Logged(int id) => [.. _logs.Collector.GetSnapshot().Where(r => r.Id.Id == id).Select(r => r.Message)];

    public ProxyScriptSource Source(Uri? address = null, bool? isMandatory = null)
    {
        ProxyScriptSource source = ProxyScriptSource.Create(
            ProxyMode.PacScript, new ProxyConfig { PacScript = address ?? Address, PacMandatory = isMandatory }, Session.Network);
        _sources.Add(source);
        return source;
    }

    public static Task<string?> AskAsync(ProxyScriptSource source, string address = "wss://www.example.com/", CancellationToken? token = null) =>
        source.FindProxyAsync(new Uri(address), token ?? Pac.Token).AsTask().WaitAsync(Pac.Guard, Pac.Token);

    public static async Task<HandshakeException> FailAsync(ProxyScriptSource source) =>
        await Assert.ThrowsAsync<HandshakeException>(() => AskAsync(source));

    /// <summary>Asks until the answer is one: what is fetched in the background is there some time.</summary>
    public static async Task AskUntilAsync(ProxyScriptSource source, string answer)
    {
        using var guard = new CancellationTokenSource(Pac.Guard);
        while (await AskAsync(source) != answer)
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public static Uri Data(string text, string parameters = "") =>
        new($"data:application/x-ns-proxy-autoconfig{parameters};base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}");

    public async ValueTask DisposeAsync()
    {
        foreach (IDisposable source in _sources)
            source.Dispose();
        await Session.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _loggers.Dispose();
        _logs.Dispose();
    }
}
