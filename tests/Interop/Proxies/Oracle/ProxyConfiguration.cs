namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>One way to set up the proxies: Chromium is started with it, and a session of ours is set to it.</summary>
/// <param name="Name">What it is called in the recording.</param>
public sealed record ProxyConfiguration(string Name)
{
    /// <summary>The rules: <c>--proxy-server</c>. With neither them nor a script there is no proxy.</summary>
    public string? Rules { get; init; }

    /// <summary>What goes around them: <c>--proxy-bypass-list</c>.</summary>
    public string? Bypass { get; init; }

    /// <summary>A proxy script: served as <see cref="ScriptAddress"/>, which is <c>--proxy-pac-url</c>. Empty for one that is not there.</summary>
    public string? Script { get; init; }

    /// <summary>Host rules that go before those of all configurations.</summary>
    public string Hosts { get; init; } = "";

    /// <summary>
    /// Whether each socket waits for the end of the one before. It is needed where a proxy fails, since the first socket then finds out for the others.
    /// </summary>
    public bool IsOneByOne { get; init; }

    /// <summary>The addresses.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = ProxyAddresses.All;

    /// <summary>Where the script is.</summary>
    public string ScriptAddress => $"http://pac.proxy/{string.Concat(Name.Where(char.IsAsciiLetterOrDigit))}.pac";

    /// <inheritdoc/>
    public override string ToString() => Name;
}
