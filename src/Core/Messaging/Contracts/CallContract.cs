using System.ComponentModel;

namespace NetWebSockets.Messaging;

/// <summary>How calls look on the wire.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallContract
{
    /// <summary>Where the id stands in a reply.</summary>
    public required string Id { get; init; }

    /// <summary>How ids are written.</summary>
    public CallIdKind IdKind { get; init; }

    /// <summary>Where the scope stands in a reply; null when calls have none.</summary>
    public string? Scope { get; init; }

    /// <summary>Where the result stands; empty for the whole reply.</summary>
    public string Result { get; init; } = "/result";

    /// <summary>What a reply with a result has besides; nothing by default.</summary>
    public IReadOnlyList<LocatorMatch> ResultWhen { get; init; } = [];

    /// <summary>Where an error stands: a value other than null there means failure. Empty for the whole reply.</summary>
    public string Error { get; init; } = "/error";

    /// <summary>What a reply with an error has besides; nothing by default.</summary>
    public IReadOnlyList<LocatorMatch> ErrorWhen { get; init; } = [];

    /// <summary>Where a reply says whether the call succeeded; null when result and error say so.</summary>
    public string? Ok { get; init; }

    /// <summary>The value at <see cref="Ok"/> of a call that succeeded: a string, a number or a boolean as JSON has it, without quotes.</summary>
    public string OkValue { get; init; } = "true";

    /// <summary>Where the code of an error stands; null when it is <c>code</c> in the error.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Where the text of an error stands; null when it is <c>message</c> in the error, or the error.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>How errors are read; null when they have no type.</summary>
    public CallErrorFormat? ErrorFormat { get; init; }

    /// <summary>What a reply with a streamed item has; null when no replies are streamed.</summary>
    public IReadOnlyList<LocatorMatch>? ItemWhen { get; init; }

    /// <summary>Where a streamed item stands.</summary>
    public string Item { get; init; } = "";

    /// <summary>What ends a stream of replies; null when a reply with a result does.</summary>
    public IReadOnlyList<LocatorMatch>? EndWhen { get; init; }

    /// <summary>What is sent when a reader of streamed replies goes before their end; null for nothing.</summary>
    public Envelope? Cancel { get; init; }

    /// <summary>How many calls may be in flight at once; 0 for no limit.</summary>
    public int MaxInFlight { get; init; }
}

/// <summary>How the errors of calls are read.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class CallErrorFormat
{
    private protected CallErrorFormat()
    {
    }

    /// <summary>Makes it for a type.</summary>
    /// <typeparam name="TError">The type.</typeparam>
    /// <param name="format">How it is read.</param>
    /// <returns>The format.</returns>
    public static CallErrorFormat Of<TError>(PayloadFormat<TError> format) => new Typed<TError>(format);

    /// <summary>Reads an error; one that cannot be read has no type.</summary>
    internal abstract CallErrorException Read(string method, ReadOnlySpan<byte> json, string message, string? code);

    private sealed class Typed<TError>(PayloadFormat<TError> format) : CallErrorFormat
    {
        internal override CallErrorException Read(string method, ReadOnlySpan<byte> json, string message, string? code)
        {
            try
            {
                return new CallErrorException<TError>(method, format.Read(json), json.ToArray(), message, code);
            }
            catch (Exception e)
            {
                // Converters are the user's and may throw anything. That the call failed must be told all the same.
                return new CallErrorException(method, json.ToArray(), $"{message} (It could not be read as {TypeName.Of(typeof(TError))}: {e.Message})", code);
            }
        }
    }
}
