namespace NetWebSockets;

/// <summary>A proxy script does not compile, failed, exceeded a limit, or returned what is no answer.</summary>
public sealed class ProxyScriptException : NetWebSocketException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened; the place in the script is added to it.</param>
    /// <param name="line">The line in the script, from 1; null when it is not known.</param>
    /// <param name="column">The column in the line, from 1; null when it is not known.</param>
    /// <param name="innerException">The failure underneath.</param>
    public ProxyScriptException(string message, int? line = null, int? column = null, Exception? innerException = null)
        : base(WithPlace(message, line, column), innerException)
    {
        Line = line;
        Column = column;
    }

    /// <summary>The line in the script, from 1; null when it is not known.</summary>
    public int? Line { get; }

    /// <summary>The column in the line, from 1; null when it is not known.</summary>
    public int? Column { get; }

    private static string WithPlace(string message, int? line, int? column)
    {
        if (line is null)
            return message;
        FormattableString place = column is null ? (FormattableString)$" (line {line})" : $" (line {line}, column {column})";
        return message.TrimEnd('.') + FormattableString.Invariant(place);
    }
}
