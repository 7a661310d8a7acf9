namespace NetWebSockets.Generators.Models;

/// <summary>How a value gets into JSON.</summary>
internal enum ValueKind
{
    /// <summary>As the JSON context says: it must be registered there.</summary>
    Serialized,

    /// <summary>As a string, by the writer itself.</summary>
    String,

    /// <summary>As true or false, by the writer itself.</summary>
    Boolean,

    /// <summary>As a number, by the writer itself.</summary>
    Number,

    /// <summary>As a string in base 64, by the writer itself.</summary>
    Base64,

    /// <summary>As an array, by what is generated for its type.</summary>
    Positional,
}

/// <summary>How one value is written, and read where it stands by position.</summary>
/// <param name="Type">The type from <c>global::</c> on with its nullable annotations.</param>
/// <param name="Core">The type without a question mark of its own.</param>
/// <param name="Write">How it is written.</param>
/// <param name="Read">How it is read.</param>
/// <param name="Getter">The reader's method that reads it without the context: <c>GetInt32</c>; empty when there is none.</param>
/// <param name="CanBeNull">Whether it may be null as far as the runtime goes: a reference or a nullable value.</param>
/// <param name="IsNullableValue">Whether it is a nullable value.</param>
internal sealed record ValueModel(string Type, string Core, ValueKind Write, ValueKind Read, string Getter, bool CanBeNull, bool IsNullableValue);
