using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Chromium;

/// <summary>
/// The little of the Chrome DevTools Protocol that drives the oracle, over the framework's <see cref="ClientWebSocket"/>: what judges
/// our code must not run on it.
/// </summary>
public sealed class DevTools : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _calls = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private Task _pump = Task.CompletedTask;
    private int _id;

    /// <summary>Gets every event: its method and parameters. Called on the pump.</summary>
    public Action<string, JsonObject>? OnEvent { get; set; }

    /// <summary>Connects to a DevTools endpoint.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <returns>The connection.</returns>
    public static async Task<DevTools> ConnectAsync(Uri endpoint)
    {
        DevTools tools = new();
        await tools._socket.ConnectAsync(endpoint, default);
        tools._pump = tools.PumpAsync();
        return tools;
    }

    /// <summary>Calls a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <returns>The result.</returns>
    public async Task<JsonObject> CallAsync(string method, JsonObject? parameters = null)
    {
        int id = Interlocked.Increment(ref _id);
        TaskCompletionSource<JsonObject> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[id] = done;
        JsonObject request = new() { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        await _sending.WaitAsync();
        try
        {
            await _socket.SendTextAsync(request.ToJsonString(), default);
        }
        finally
        {
            _sending.Release();
        }

        return await done.Task.WaitAsync(TimeSpan.FromSeconds(90));
    }

    /// <summary>Evaluates an expression, waiting for its promise.</summary>
    /// <param name="expression">JavaScript.</param>
    /// <returns>The value, as JSON.</returns>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        JsonObject result = await CallAsync(
            "Runtime.evaluate", new JsonObject { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true });
        if (result["exceptionDetails"] is { } failure)
            throw new InvalidOperationException(failure.ToJsonString());
        return result["result"]?["value"]?.DeepClone();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _pump;
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task PumpAsync()
    {
        Exception? end = null;
        try
        {
            while (await _socket.ReceiveMessageAsync(default) is var (_, data))
            {
                JsonObject message = JsonNode.Parse(data)!.AsObject();
                if (message["id"] is { } id && _calls.TryRemove((int)id, out TaskCompletionSource<JsonObject>? call))
                {
                    if (message["error"] is { } error)
                        call.TrySetException(new InvalidOperationException(error.ToJsonString()));
                    else
                        call.TrySetResult(message["result"]!.AsObject());
                }
                else if (message["method"] is { } method)
                {
                    OnEvent?.Invoke((string)method!, message["params"]!.AsObject());
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            end = e;
        }

        foreach (TaskCompletionSource<JsonObject> call in _calls.Values)
            call.TrySetException(new InvalidOperationException("DevTools closed.", end));
    }
}
