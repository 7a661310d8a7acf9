using System.Text;

namespace NetWebSockets;

/// <summary>An error that the peer tells without saying which request it is about.</summary>
/// <param name="Data">The JSON value at the contract's error locator, as UTF-8. Owned by the receiver.</param>
/// <param name="Code">The error's code, when it has one.</param>
/// <param name="Message">What the peer says went wrong.</param>
public sealed record PeerError(ReadOnlyMemory<byte> Data, string? Code, string Message)
{
    /// <summary>Code and message.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => new StringBuilder().Append(Code).Append(Code is null ? "" : ": ").Append(Message).ToString();
}
