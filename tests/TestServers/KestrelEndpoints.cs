using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace NetWebSockets.TestServers;

/// <summary>
/// The endpoints every <see cref="KestrelServer"/> has:
/// <list type="bullet">
/// <item><c>/echo</c> sends every message back, as one frame, and answers a close with its own code and reason.</item>
/// <item><c>/fragments</c> sends every message back in frames of at most 5 bytes.</item>
/// <item><c>/sink</c> takes every message into the ledger and answers nothing.</item>
/// <item><c>/close/{code}?reason=…</c> closes as soon as it is open.</item>
/// <item><c>/close-on-message/{code}?reason=…</c> closes after the first message.</item>
/// <item><c>/drop</c> drops the connection after the first message, without a closing handshake.</item>
/// <item><c>/headers</c> sends the request's headers first, as a JSON array of [name, value]; then echoes.</item>
/// <item><c>/cookies?set=a=1;%20Path=/</c> sets a cookie in the handshake's response and sends the request's Cookie header first; then echoes.</item>
/// <item><c>/protocol?choose=…</c> chooses that subprotocol, offered or not, and sends what was offered first; then echoes.</item>
/// <item><c>/push/{count}/{size}</c> sends that many binary messages of that size, then closes with 1000.</item>
/// <item><c>/refuse/{status}?retryAfter=…</c> refuses the handshake with a status and a body.</item>
/// </list>
/// </summary>
public static class KestrelEndpoints
{
    internal static void Map(WebApplication application, KestrelServer server, IList<string> subProtocols)
    {
        application.Use(async (context, next) =>
        {
            // Both must happen before the handshake is answered.
            if (context.Request.Query["set"] is [{ } cookie, ..])
                context.Response.Headers.Append("Set-Cookie", cookie);
            if (context.Request.Query["choose"] is [{ } protocol, ..])
                context.Items["protocol"] = protocol;
            await next(context).ConfigureAwait(false);
        });

        void Add(string path, WebSocketEndpoint endpoint) => server.Map(application, path, endpoint, subProtocols);

        Add("/echo", (socket, context, token) => EchoAsync(server, socket, context, int.MaxValue, token));
        Add("/fragments", (socket, context, token) => EchoAsync(server, socket, context, 5, token));
        Add("/sink", async (socket, context, token) =>
        {
            while (await server.ReceiveAsync(socket, context, token).ConfigureAwait(false) is not null)
            {
            }

            await socket.AnswerCloseAsync(token).ConfigureAwait(false);
        });
        Add("/close/{code:int}", (socket, context, token) => CloseAsync(socket, context, token));
        Add("/close-on-message/{code:int}", async (socket, context, token) =>
        {
            await server.ReceiveAsync(socket, context, token).ConfigureAwait(false);
            await CloseAsync(socket, context, token).ConfigureAwait(false);
        });
        Add("/drop", async (socket, context, token) =>
        {
            await server.ReceiveAsync(socket, context, token).ConfigureAwait(false);
            context.Abort();
        });
        Add("/headers", async (socket, context, token) =>
        {
            string[][] headers = [.. context.Request.Headers.SelectMany(h => h.Value.Select(v => new[] { h.Key, v ?? "" }))];
            await socket.SendTextAsync(JsonSerializer.Serialize(headers), token).ConfigureAwait(false);
            await EchoAsync(server, socket, context, int.MaxValue, token).ConfigureAwait(false);
        });
        Add("/cookies", async (socket, context, token) =>
        {
            await socket.SendTextAsync(context.Request.Headers.Cookie.ToString(), token).ConfigureAwait(false);
            await EchoAsync(server, socket, context, int.MaxValue, token).ConfigureAwait(false);
        });
        Add("/protocol", async (socket, context, token) =>
        {
            await socket.SendTextAsync(string.Join(", ", context.WebSockets.WebSocketRequestedProtocols), token).ConfigureAwait(false);
            await EchoAsync(server, socket, context, int.MaxValue, token).ConfigureAwait(false);
        });
        Add("/push/{count:int}/{size:int}", async (socket, context, token) =>
        {
            byte[] payload = new byte[Route(context, "size")];
            for (int i = Route(context, "count"); i > 0; i--)
                await socket.SendAsync(payload.AsMemory(), WebSocketMessageType.Binary, true, token).ConfigureAwait(false);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", token).ConfigureAwait(false);
        });
        application.Map("/refuse/{status:int}", (HttpContext context) =>
        {
            if (context.Request.Query["retryAfter"] is [{ } seconds, ..])
                context.Response.Headers.RetryAfter = seconds;
            context.Response.StatusCode = Route(context, "status");
            return context.Response.WriteAsync("refused by the test");
        });
    }

    private static async Task EchoAsync(KestrelServer server, WebSocket socket, HttpContext context, int frame, CancellationToken token)
    {
        while (await server.ReceiveAsync(socket, context, token).ConfigureAwait(false) is { } message)
        {
            ReadOnlyMemory<byte> rest = message.Data;
            do
            {
                int take = Math.Min(frame, rest.Length);
                await socket.SendAsync(rest[..take], message.Type, take == rest.Length, token).ConfigureAwait(false);
                rest = rest[take..];
            }
            while (rest.Length > 0);
        }

        await socket.AnswerCloseAsync(token).ConfigureAwait(false);
    }

    private static async Task CloseAsync(WebSocket socket, HttpContext context, CancellationToken token)
    {
        WebSocketCloseStatus status = (WebSocketCloseStatus)Route(context, "code");
        string reason = context.Request.Query["reason"].ToString();
        await socket.CloseAsync(status, status == WebSocketCloseStatus.Empty ? null : reason, token).ConfigureAwait(false);
    }

    private static int Route(HttpContext context, string name) =>
        int.Parse((string)context.Request.RouteValues[name]!, CultureInfo.InvariantCulture);
}
