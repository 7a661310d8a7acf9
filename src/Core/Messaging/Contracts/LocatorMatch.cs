using System.ComponentModel;

namespace NetWebSockets.Messaging;

/// <summary>How a value in a message is compared.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum LocatorMatchKind
{
    /// <summary>It is this string, integer or boolean. An integer counts as its digits, whether it is written as a number or as a string.</summary>
    Exact,

    /// <summary>It is a string that fits a template.</summary>
    Template,

    /// <summary>It is anything but null.</summary>
    Present,

    /// <summary>It is not there, or null.</summary>
    Absent,
}

/// <summary>What must stand at a place.</summary>
/// <param name="Locator">The place.</param>
/// <param name="Kind">How it is compared.</param>
/// <param name="Value">The value, or the template with its parameters in braces; null for the other kinds.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record LocatorMatch(string Locator, LocatorMatchKind Kind, string? Value = null)
{
    /// <summary>This value must stand there.</summary>
    /// <param name="locator">The place.</param>
    /// <param name="value">The value.</param>
    /// <returns>The match.</returns>
    public static LocatorMatch Exact(string locator, string value) => new(locator, LocatorMatchKind.Exact, value);

    /// <summary>A string that fits must stand there.</summary>
    /// <param name="locator">The place.</param>
    /// <param name="template">The template.</param>
    /// <returns>The match.</returns>
    public static LocatorMatch Template(string locator, string template) => new(locator, LocatorMatchKind.Template, template);

    /// <summary>Anything must stand there.</summary>
    /// <param name="locator">The place.</param>
    /// <returns>The match.</returns>
    public static LocatorMatch Present(string locator) => new(locator, LocatorMatchKind.Present);

    /// <summary>Nothing may stand there.</summary>
    /// <param name="locator">The place.</param>
    /// <returns>The match.</returns>
    public static LocatorMatch Absent(string locator) => new(locator, LocatorMatchKind.Absent);

    /// <summary>How a person reads it.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Kind switch
    {
        LocatorMatchKind.Present => $"something at '{Locator}'",
        LocatorMatchKind.Absent => $"nothing at '{Locator}'",
        _ => $"'{Value}' at '{Locator}'",
    };
}
