using NetWebSockets.Sessions;
using Xunit;

namespace NetWebSockets.Tests.Sessions;

/// <summary>These tests do not have the package NetWebSockets.Pac; its own tests have what scripts do.</summary>
public sealed class ProxyScriptTests
{
    [Theory]
    [InlineData(ProxyMode.PacScript)]
    [InlineData(ProxyMode.AutoDetect)]
    public void Without_the_package_the_message_says_which_to_add(ProxyMode mode)
    {
        using var session = new NetSession();
        var config = new ProxyConfig { Mode = mode, PacScript = mode == ProxyMode.PacScript ? new Uri("http://proxy.example/p.pac") : null };

        Assert.Contains(
            "add the package NetWebSockets.Pac",
            Assert.Throws<NotSupportedException>(() => ProxyScriptSource.Create(mode, config, session.Network)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_address_is_told_before_the_package_is_missed()
    {
        using var session = new NetSession();

        Assert.Throws<ArgumentException>(() => ProxyScriptSource.Create(ProxyMode.PacScript, new ProxyConfig { PacScript = new Uri("ftp://a/b") }, session.Network));
    }
}
