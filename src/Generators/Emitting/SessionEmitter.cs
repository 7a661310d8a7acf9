using System.Globalization;
using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes the parts of the contract that keep the connection, without what is as always.</summary>
internal static class SessionEmitter
{
    private const string Messaging = ClientEmitter.Messaging;

    public static void Emit(CodeWriter code, ContractModel contract)
    {
        SessionModel session = contract.Client.Session;
        if (session.Acknowledgements.Count > 0)
        {
            Array(code, "Acknowledgements", "AcknowledgeContract", session.Acknowledgements.Select(static a =>
                $"new {Messaging}AcknowledgeContract({Literals.Of(a.At)}, {Literals.Of(a.Text)}, {(a.EverySeconds is { } every ? Time(every) : "null")})"));
        }

        if (session.Heartbeat is { } heartbeat)
            EmitHeartbeat(code, contract, heartbeat);
        if (session.Resume is { } resume)
            EmitResume(code, contract, resume);
        if (session.CloseCodes is { } codes)
        {
            Object(code, "CloseCodes", "CloseCodeContract",
                Codes("Fatal", codes.Fatal), Codes("NewSession", codes.NewSession), Codes("Resume", codes.Resume), Codes("Retry", codes.Retry),
                codes.Abort == 0 ? null : $"Abort = {Number(codes.Abort)}");
        }

        if (session.OutboundLimits.Count > 0)
        {
            Array(code, "OutboundLimits", "OutboundLimitContract", session.OutboundLimits.Select(static l =>
                $"new {Messaging}OutboundLimitContract({Number(l.Messages)}, {Time(l.PerSeconds)}, {Number(l.MaxBytes)}, Fail: {WireEmitter.Bool(l.Fail)}{(l.AcrossConnections ? ", AcrossConnections: true" : "")})"));
        }

        EmitScript(code, contract.Client, "OnConnecting", "attempt", "global::System.Threading.Tasks.ValueTask<global::NetWebSockets.WebSocketEndpoint>", session.OnConnecting);
        EmitScript(code, contract.Client, "OnConnected", "script", "global::System.Threading.Tasks.ValueTask", session.OnConnected);
        EmitScript(code, contract.Client, "OnClosing", "script", "global::System.Threading.Tasks.ValueTask", session.OnClosing);
    }

    private static void EmitHeartbeat(CodeWriter code, ContractModel contract, HeartbeatModel heartbeat) => Object(
        code, "Heartbeat", "HeartbeatContract",
        heartbeat.Text is null ? null : $"Text = {Literals.Of(heartbeat.Text)}",
        heartbeat.Record is null ? null : $"Send = {Messaging}HeartbeatMessage.Of({contract.SendRouteOf(heartbeat.Record)}, static sequence => {heartbeat.Create})",
        heartbeat.Seconds == 0 ? null : $"Interval = {Time(heartbeat.Seconds)}",
        heartbeat.IntervalFrom is null ? null : $"IntervalFrom = {contract.ReceiveRouteOf(heartbeat.IntervalFrom)}",
        heartbeat.IntervalAt is null ? null : $"IntervalAt = {Literals.Of(heartbeat.IntervalAt)}",
        heartbeat.IntervalUnit == 0.001 ? null : $"IntervalUnit = {Time(heartbeat.IntervalUnit)}",
        heartbeat.Jitter ? "Jitter = true" : null,
        heartbeat.Reply is null ? null : $"Reply = {contract.ReceiveRouteOf(heartbeat.Reply)}",
        heartbeat.ReplyText is null ? null : $"ReplyText = {Literals.Of(heartbeat.ReplyText)}",
        heartbeat.ReplySeconds == 0 ? null : $"ReplyTimeout = {Time(heartbeat.ReplySeconds)}",
        heartbeat.RequestedBy is null ? null : $"RequestedBy = {contract.ReceiveRouteOf(heartbeat.RequestedBy)}",
        heartbeat.SilenceSeconds == 0 ? null : $"Silence = {Time(heartbeat.SilenceSeconds)}",
        heartbeat.OnlyWhenIdle ? "OnlyWhenIdle = true" : null);

    private static void EmitResume(CodeWriter code, ContractModel contract, ResumeModel resume) => Object(
        code, "Resume", "ResumeContract",
        resume.Sequence is null ? null : $"Sequence = {Literals.Of(resume.Sequence)}",
        resume.From is null ? null : $"From = {contract.ReceiveRouteOf(resume.From)}",
        resume.State is null ? null : $"State = {Literals.Of(resume.State)}",
        resume.Address is null ? null : $"Address = {Literals.Of(resume.Address)}",
        resume.Query is null ? null : $"Query = {Literals.Of(resume.Query)}",
        resume.WithinSeconds == 0 ? null : $"Within = {Time(resume.WithinSeconds)}",
        resume.ReplaceBy is null ? null : $"ReplaceBy = {contract.ReceiveRouteOf(resume.ReplaceBy)}",
        resume.ReplaceAddress is null ? null : $"ReplaceAddress = {Literals.Of(resume.ReplaceAddress)}",
        resume.EndedBy is null ? null : $"EndedBy = {contract.ReceiveRouteOf(resume.EndedBy)}",
        resume.Resumable is null ? null : $"Resumable = {Literals.Of(resume.Resumable)}");

    // A method of the class, called on the client that the runtime hands back.
    private static void EmitScript(CodeWriter code, ClientModel client, string name, string argument, string task, ScriptModel? script)
    {
        if (script is null)
            return;
        string call = $"{(script.IsStatic ? client.Key : $"(({client.Key})client)")}.{script.Method}({argument}, cancellationToken)";
        code.Line($"{name} = static (client, {argument}, cancellationToken) => {(script.IsTask ? $"new {task}({call})" : call)},");
    }

    private static void Object(CodeWriter code, string property, string type, params string?[] settings)
    {
        code.Line($"{property} = new {Messaging}{type}");
        code.Block(
            () =>
            {
                foreach (string setting in settings.OfType<string>())
                    code.Line(setting + ",");
            },
            "},");
    }

    private static void Array(CodeWriter code, string property, string type, IEnumerable<string> items)
    {
        code.Line($"{property} = new {Messaging}{type}[]");
        code.Block(
            () =>
            {
                foreach (string item in items)
                    code.Line(item + ",");
            },
            "},");
    }

    private static string? Codes(string property, EquatableArray<int> codes) =>
        codes.Count == 0 ? null : $"{property} = new int[] {{ {string.Join(", ", codes.Select(Number))} }}";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(double seconds) => $"global::System.TimeSpan.FromSeconds({seconds.ToString("R", CultureInfo.InvariantCulture)}d)";
}
