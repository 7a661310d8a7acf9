namespace NetWebSockets;

/// <summary>How the ids of calls look. Whichever it is, a peer may answer an integer as a string and the other way round.</summary>
public enum CallIdKind
{
    /// <summary>An integer, counted up from 1. Default.</summary>
    Integer = 0,

    /// <summary>The same as a string: <c>"1"</c>.</summary>
    String = 1,
}
