using System.Text.Json;

namespace NetWebSockets.Sessions;

/// <summary>Finds the version of a file of cookies, of whatever shape the rest is.</summary>
internal static class CookieFileVersion
{
    /// <summary>Reads it.</summary>
    /// <param name="json">The file.</param>
    /// <returns>The version.</returns>
    /// <exception cref="JsonException">It is no JSON, or has no version.</exception>
    public static int Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("version"u8, out JsonElement version)
            && version.ValueKind == JsonValueKind.Number
            && version.TryGetInt32(out int number)
            && number > 0
            ? number
            : throw new JsonException("It has no version.");
    }
}
