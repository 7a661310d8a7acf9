using System.Text;
using NetWebSockets.Protocol;

namespace NetWebSockets.Fuzz.Targets;

/// <summary>Sec-WebSocket-Extensions of a response, and what is agreed on by it (RFC 6455, section 9.1; RFC 7692, section 7.1).</summary>
internal sealed class ExtensionsTarget : FuzzTarget
{
    public override string Name => "extensions";

    public override int OptionBytes => 1;

    public override int MaxLength => 300;

    public override long? MaxAllocated => 1024 * 1024;

    public override IReadOnlyList<string> Dictionary { get; } =
    [
        "permessage-deflate", ";", ",", "=", "\"", "\\", " ", "\t", "server_no_context_takeover", "client_no_context_takeover", "server_max_window_bits", "client_max_window_bits",
        "=8", "=15", "=16", "=7", "=010", "=\"1\\5\"", "\0", "\u00FF",
    ];

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        yield return ("plain", [0, .. "permessage-deflate"u8]);
        yield return ("all", [0, .. "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=12"u8]);
        yield return ("quoted", [1, .. "permessage-deflate; server_max_window_bits=\"1\\0\" ,\tx-other; a=b"u8]);
        yield return ("demanded", [15, .. "permessage-deflate;server_max_window_bits=9;server_no_context_takeover"u8]);
    }

    public override ValueTask<string> RunAsync(byte[] input)
    {
        string text = Encoding.Latin1.GetString(input.AsSpan(1));
        if (!ExtensionHeader.TryParse(text, out IReadOnlyList<Extension>? extensions))
            return ValueTask.FromResult("no header");

        // Written plainly, what was found must be read as the same.
        string plain = string.Join(", ", extensions.Select(Write));
        if (!ExtensionHeader.TryParse(plain, out IReadOnlyList<Extension>? again) || string.Join(", ", again.Select(Write)) != plain)
            throw new FuzzFailure($"Read again, '{plain}' is not the same.");
        PerMessageDeflateOptions offered = new()
        {
            ClientContextTakeover = (input[0] & 1) == 0,
            ServerContextTakeover = (input[0] & 2) == 0,
            ClientMaxWindowBits = (input[0] & 4) == 0 ? 15 : 10,
            ServerMaxWindowBits = (input[0] & 8) == 0 ? 15 : 11,
        };
        string outcome = $"{extensions.Count}";
        foreach (Extension extension in extensions)
        {
            DeflateParameters? agreed = DeflateParameters.Accept(extension, offered, out string problem);
            if (agreed is null == (problem.Length == 0))
                throw new FuzzFailure("Refused without a reason, or accepted with one.");
            if (agreed is not null)
                CheckAgainstOffer(agreed, offered);
            if (outcome.Length < 1000)
                outcome += agreed is null ? " refused" : $" {agreed}";
        }

        return ValueTask.FromResult(outcome);
    }

    // RFC 7692, section 7.1: what was demanded is kept, and no window lies outside its range.
    private static void CheckAgainstOffer(DeflateParameters agreed, PerMessageDeflateOptions offered)
    {
        bool isKept = (offered.ServerContextTakeover || !agreed.ServerContextTakeover)
            && (offered.ClientContextTakeover || !agreed.ClientContextTakeover)
            && agreed.ServerWindowBits >= 8 && agreed.ServerWindowBits <= offered.ServerMaxWindowBits
            && agreed.ClientWindowBits >= 8 && agreed.ClientWindowBits <= offered.ClientMaxWindowBits;
        if (!isKept)
            throw new FuzzFailure($"{agreed} was agreed on, which does not keep to the offer '{DeflateParameters.Offer(offered)}'.");
    }

    private static string Write(Extension extension) =>
        extension.Name + string.Concat(extension.Parameters.Select(p => "; " + p.Name + (p.Value is null ? "" : "=" + p.Value)));
}
