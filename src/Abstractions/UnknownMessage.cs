using System.Text;

namespace NetWebSockets;

/// <summary>A message that no part of the contract took, or that could not be read as what its discriminator says it is.</summary>
/// <param name="Data">The message as it came; UTF-8 when <paramref name="IsText"/>. Owned by the receiver.</param>
/// <param name="IsText">Whether it came as a text message.</param>
/// <param name="Discriminator">The value found at the contract's discriminator locator, when there was one.</param>
/// <param name="Error">Why it could not be read; <see langword="null"/> when it was well formed but not in the contract.</param>
public sealed record UnknownMessage(ReadOnlyMemory<byte> Data, bool IsText, string? Discriminator, Exception? Error)
{
    /// <summary>The message as text, or a description of its length when it is binary.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => IsText ? Encoding.UTF8.GetString(Data.Span) : $"binary, {Data.Length} bytes";
}
