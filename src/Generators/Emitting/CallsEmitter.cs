using System.Globalization;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Emitting;

/// <summary>Writes how calls look: the <c>CallContract</c>, without what is as always.</summary>
internal static class CallsEmitter
{
    private const string Messaging = ClientEmitter.Messaging;

    public static void Emit(CodeWriter code, ClientModel client)
    {
        CallsModel calls = client.Calls!;
        ReplyModel reply = calls.Reply;
        List<string> settings = [$"Id = {Literals.Of(reply.Id)}"];
        if (calls.IdKind != "Integer")
            settings.Add($"IdKind = global::NetWebSockets.CallIdKind.{calls.IdKind}");
        if (reply.Scope is not null)
            settings.Add($"Scope = {Literals.Of(reply.Scope)}");
        settings.Add($"Result = {Literals.Of(reply.Result)}");
        if (reply.ResultWhen.Count > 0)
            settings.Add($"ResultWhen = {EnvelopeEmitter.Matches(reply.ResultWhen)}");
        settings.Add($"Error = {Literals.Of(reply.Error)}");
        if (reply.ErrorWhen.Count > 0)
            settings.Add($"ErrorWhen = {EnvelopeEmitter.Matches(reply.ErrorWhen)}");
        if (reply.Ok is not null)
        {
            settings.Add($"Ok = {Literals.Of(reply.Ok)}");
            settings.Add($"OkValue = {Literals.Of(reply.OkValue)}");
        }

        if (reply.ErrorCode is not null)
            settings.Add($"ErrorCode = {Literals.Of(reply.ErrorCode)}");
        if (reply.ErrorMessage is not null)
            settings.Add($"ErrorMessage = {Literals.Of(reply.ErrorMessage)}");
        if (calls.ErrorType is { } error)
            settings.Add($"ErrorFormat = {Messaging}CallErrorFormat.Of<{error}>({WireEmitter.TypeInfo(client, error)})");
        if (reply.ItemWhen is { } item)
        {
            settings.Add($"ItemWhen = {EnvelopeEmitter.Matches(item)}");
            settings.Add($"Item = {Literals.Of(reply.Item)}");
        }

        if (reply.EndWhen is { } end)
            settings.Add($"EndWhen = {EnvelopeEmitter.Matches(end)}");
        if (calls.MaxInFlight > 0)
            settings.Add($"MaxInFlight = {calls.MaxInFlight.ToString(CultureInfo.InvariantCulture)}");

        EnvelopeModel? cancel = EnvelopeFactory.Cancel(client);
        if (cancel is null && settings.Count <= 3)
        {
            code.Line($"Calls = new {Messaging}CallContract {{ {string.Join(", ", settings)} }},");
            return;
        }

        code.Line($"Calls = new {Messaging}CallContract");
        code.Block(
            () =>
            {
                foreach (string setting in settings)
                    code.Line(setting + ",");
                if (cancel is not null)
                    EnvelopeEmitter.Emit(code, cancel, ",", "Cancel = ");
            },
            "},");
    }
}
