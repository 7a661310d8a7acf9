namespace NetWebSockets.Generators.Models;

/// <summary>How a value in a message is compared.</summary>
internal enum MatchKind
{
    /// <summary>It is this string, integer or boolean.</summary>
    Exact,

    /// <summary>It is a string that fits a template.</summary>
    Template,

    /// <summary>It is anything but null.</summary>
    Present,

    /// <summary>It is not there, or null.</summary>
    Absent,

    /// <summary>It is not asked for.</summary>
    Any,
}

/// <summary>What an attribute says of one of the client's discriminators; which one is known by its position.</summary>
/// <param name="Kind">How it is compared.</param>
/// <param name="Text">The value as it is compared, or the template; empty for the other kinds.</param>
/// <param name="Json">The value as it is sent; empty when it cannot be.</param>
internal sealed record DiscriminatorValueModel(MatchKind Kind, string Text, string Json)
{
    /// <summary>How a person reads it.</summary>
    public string Shown => Kind is MatchKind.Exact or MatchKind.Template ? Text : Kind.ToString();

    /// <summary>What messages with these values are called in errors, logs and documentation: the values that are written out, or what is asked when none is.</summary>
    public static string NameOf(IEnumerable<DiscriminatorValueModel> values)
    {
        string[] written = [.. values.Where(static v => v.Kind is MatchKind.Exact or MatchKind.Template).Select(static v => v.Text)];
        return string.Join(", ", written.Length > 0 ? written : values.Select(static v => v.Shown));
    }
}

/// <summary>What must stand at a place.</summary>
/// <param name="Locator">The place.</param>
/// <param name="Kind">How it is compared; never <see cref="MatchKind.Any"/>.</param>
/// <param name="Value">The value or the template; empty for the other kinds.</param>
internal sealed record LocatorMatchModel(string Locator, MatchKind Kind, string Value);
