using System.Text;

namespace NetWebSockets.InteropTests.Oracle;

/// <summary>The same as <see cref="Chromium.ChromiumClient"/>, on our socket.</summary>
public static class NetWebSocketClient
{
    /// <summary>Runs the client's side of a scenario.</summary>
    /// <param name="uri">The server.</param>
    /// <param name="scenario">The scenario.</param>
    /// <returns>The events the listener saw.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(Uri uri, Scenario scenario)
    {
        List<string> log = [];
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        NetWebSocketOptions options = new()
        {
            Protocols = scenario.Protocols,
            CloseTimeout = TimeSpan.FromSeconds(scenario.TakesAMinute ? 1 : 30), // Chromium's is a minute: its length is not compared.
        };
        if (scenario.Deflate)
            options.PerMessageDeflate = new() { Threshold = 0 }; // Chromium compresses every message.
        NetWebSocket opened;
        try
        {
            opened = new NetWebSocket(uri.ToString(), options);
        }
        catch (ArgumentException e)
        {
            return [$"throws {DomName(e)}"];
        }

        await using NetWebSocket socket = opened;
        object? last = null;
        string State() => socket.ReadyState.ToString().ToLowerInvariant();
        void Act(string when)
        {
            foreach (ClientAction action in scenario.Actions.Where(a => a.When == when))
            {
                try
                {
                    switch (action.What)
                    {
                        case "buffered":
                            log.Add($"buffered {socket.BufferedAmount}");
                            break;
                        case "state":
                            log.Add($"state {State()}");
                            break;
                        case "send":
                            socket.Send(Repeated(action));
                            break;
                        case "send bytes":
                            socket.Send(Encoding.UTF8.GetBytes(Repeated(action)));
                            break;
                        case "echo" when last is string text:
                            socket.Send(text);
                            break;
                        case "echo":
                            socket.Send((byte[])last!);
                            break;
                        default:
                            socket.Close(action.Code, action.Code is null ? null : action.Text);
                            break;
                    }
                }
                catch (Exception e) when (e is ArgumentException or InvalidOperationException)
                {
                    log.Add($"{action.What} throws {DomName(e)}");
                }
            }
        }

        // In a page no event comes before the script has run to its end.
        using ManualResetEventSlim acted = new();
        void AwaitScript() => Xunit.Assert.True(acted.Wait(TimeSpan.FromSeconds(60)), "The script does not end.");
        socket.OnOpen = _ =>
        {
            AwaitScript();
            log.Add($"open \"{socket.Protocol}\"{(socket.Extensions.Length == 0 ? "" : $" with {socket.Extensions}")} ({State()})");
            Act("open");
        };
        socket.OnMessage = e =>
        {
            AwaitScript();
            bool isFirst = last is null;
            last = e.Data;
            log.Add($"{(e.Data is string text ? Seen.Text(text) : Seen.Binary((byte[])e.Data))} ({State()})");
            if (isFirst)
                Act("first message");
            Act("message");
        };
        socket.OnError = _ =>
        {
            AwaitScript();
            log.Add($"error ({State()})");
            Act("error");
        };
        socket.OnClose = e =>
        {
            AwaitScript();
            // Where Chromium gives no reason, ours names the network error, as Electron users ask for; the peer's reasons are compared.
            string reason = e is { WasClean: false, Code: 1006 } ? "" : e.Reason;
            log.Add($"close {e.Code} \"{reason}\" {(e.WasClean ? "clean" : "not clean")} ({State()})");
            Act("close");
            done.TrySetResult();
        };
        Act("connecting");
        acted.Set();
        scenario.HasActedWhileConnecting.TrySetResult();
        await done.Task;
        return log;
    }

    private static string Repeated(ClientAction action) => string.Concat(Enumerable.Repeat(action.Text, action.Repeat));

    private static string DomName(Exception exception) => exception switch
    {
        ArgumentOutOfRangeException => "InvalidAccessError",
        ArgumentException => "SyntaxError",
        _ => "InvalidStateError",
    };
}
