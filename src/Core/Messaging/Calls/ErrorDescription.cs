using System.Text;
using System.Text.Json;

namespace NetWebSockets.Messaging;

/// <summary>What an error of the peer says: its code and its text.</summary>
/// <param name="Code">The code as text; null when it has none.</param>
/// <param name="Message">What a person can read of it, shortened when it is long.</param>
internal readonly record struct ErrorDescription(string? Code, string Message)
{
    private const int LongestText = 300;

    /// <summary>Reads it where the contract says it stands, and otherwise where errors usually have it (JSON-RPC 2.0, section 5.1).</summary>
    /// <param name="plan">Where code and text stand.</param>
    /// <param name="found">What was found in the message.</param>
    /// <param name="message">The message.</param>
    /// <param name="error">The error in it.</param>
    /// <returns>What it says.</returns>
    public static ErrorDescription Read(CallPlan plan, in ScannedMessage found, ReadOnlySpan<byte> message, ReadOnlySpan<byte> error)
    {
        string? code = plan.ErrorCode >= 0 ? JsonText.GetString(found.Value(plan.ErrorCode, message)) : null;
        string? text = plan.ErrorMessage >= 0 ? JsonText.GetString(found.Value(plan.ErrorMessage, message)) : null;
        ReadUsual(error, ref code, ref text, wantsCode: plan.ErrorCode < 0);

        // An error whose text is empty is still told by its code: OCPP-J knows no more of most.
        text = text is "" ? code : text;
        text ??= Encoding.UTF8.GetString(error);
        return new ErrorDescription(code, text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText), "…"));
    }

    private static void ReadUsual(ReadOnlySpan<byte> error, ref string? code, ref string? text, bool wantsCode)
    {
        try
        {
            var reader = new Utf8JsonReader(error);
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
                text ??= reader.GetString();
            if (reader.TokenType != JsonTokenType.StartObject)
                return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isMessage = reader.ValueTextEquals("message"u8);
                bool isCode = wantsCode && reader.ValueTextEquals("code"u8);
                reader.Read();
                if (isMessage && text is null && reader.TokenType == JsonTokenType.String)
                    text = reader.GetString();
                else if (isCode && code is null && reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
                    code = reader.TokenType == JsonTokenType.String ? reader.GetString() : Encoding.UTF8.GetString(reader.ValueSpan);
                else
                    reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Comments, or half a surrogate pair in an escape: the raw JSON says what there is.
        }
    }
}
