using System.Text;
using Microsoft.AspNetCore.Http;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Pac.Tests.Sources.Fetching;

namespace NetWebSockets.Pac.Tests.Sources;

/// <summary>How a script comes from where it is.</summary>
public sealed class FetchTests
{
    private static async Task<string> FailToFetchAsync(RequestDelegate answer)
    {
        await using Fetching fetching = await StartAsync(answer);
        HandshakeException failure = await FailAsync(fetching.Source());
        Assert.Equal(NetError.MandatoryProxyConfigurationFailed, failure.Error);
        Assert.StartsWith($"The proxy script http://127.0.0.1:{fetching.Address.Port}/proxy.pac could not be fetched: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        return failure.Message[(failure.Message.IndexOf("fetched: ", StringComparison.Ordinal) + 9)..];
    }

    private static RequestDelegate Bytes(byte[] bytes, string? contentType) => async context =>
    {
        context.Response.ContentType = contentType;
        await context.Response.Body.WriteAsync(bytes);
    };

    [Fact]
    public async Task A_script_of_a_server()
    {
        await using Fetching fetching = await StartAsync();

        Assert.Equal("PROXY first:1", await AskAsync(fetching.Source()));
        Assert.Single(fetching.Logged(120));
    }

    [Fact]
    public async Task A_script_of_a_server_with_a_certificate_that_only_the_session_trusts()
    {
        await using var fetching = new Fetching();
        await using KestrelServer server = await KestrelServer.StartNewAsync(new KestrelServerOptions
        {
            Certificate = TestCertificates.Shared.Localhost,
            Pages = { ["/p.pac"] = Saying("PROXY tls:1") },
        });
        ProxyScriptSource source = fetching.Source(new Uri($"https://localhost:{server.Port}/p.pac"));
        HandshakeException failure = await FailAsync(source);
        fetching.Session.AddCertificateAuthority(TestCertificates.Shared.Authority);
        fetching.Time.Advance(TimeSpan.FromSeconds(8));

        Assert.Equal(NetError.MandatoryProxyConfigurationFailed, failure.Error);
        Assert.Equal("PROXY tls:1", await AskAsync(source));
    }

    [Fact]
    public async Task A_script_of_a_file()
    {
        await using var fetching = new Fetching();
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, Saying("PROXY file:1"), Pac.Token);

            Assert.Equal("PROXY file:1", await AskAsync(fetching.Source(new Uri(path))));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("file:///no/such/proxy.pac", "/no/such/proxy.pac")]
    [InlineData("file:///no%00such", "/no\0such")]
    [InlineData("file:///", "/")]
    public async Task A_file_that_is_not_there(string address, string name)
    {
        await using var fetching = new Fetching();
        HandshakeException failure = await FailAsync(fetching.Source(new Uri(address)));

        Assert.Equal(NetError.MandatoryProxyConfigurationFailed, failure.Error);
        Assert.StartsWith($"The proxy script {name} could not be fetched: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_too_large()
    {
        await using var fetching = new Fetching();
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, new byte[ProxyScriptFetcher.MaxBytes + 1], Pac.Token);

            Assert.EndsWith("it is larger than 1048576 bytes.", (await FailAsync(fetching.Source(new Uri(path)))).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static TheoryData<string> DataAddresses => new(
        Data(Saying("PROXY data:1")).OriginalString,
        Data(Saying("PROXY data:1"), ";charset=utf-8").OriginalString,
        "data:," + Uri.EscapeDataString(Saying("PROXY data:1")),
        "data:text/plain;charset=us-ascii," + Uri.EscapeDataString(Saying("PROXY data:1")),
        "DATA:;BASE64," + Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(Saying("PROXY data:1") + " "))),
        Data(Saying("PROXY data:1")).OriginalString + "#fragment");

    [Theory]
    [MemberData(nameof(DataAddresses))]
    public async Task A_script_of_a_data_address(string address)
    {
        await using var fetching = new Fetching();

        Assert.Equal("PROXY data:1", await AskAsync(fetching.Source(new Uri(address))));
    }

    [Theory]
    [InlineData("data:text/plain;base64,?!", "its base64 is wrong")]
    [InlineData("data:text/plain", "it has no comma, which must stand before the data")]
    [InlineData("data:text/plain;charset=klingon,x", "its charset 'klingon' is not known")]
    public async Task A_wrong_data_address_is_refused_at_once(string address, string why)
    {
        await using var fetching = new Fetching();

        Assert.Contains(why, Assert.Throws<ArgumentException>(() => fetching.Source(new Uri(address))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://proxy.example/p.pac", "the scheme 'ftp'")]
    [InlineData("ws://proxy.example/p.pac", "the scheme 'ws'")]
    [InlineData("http://me:s3cret@proxy.example/p.pac", "credentials")]
    public async Task An_address_of_which_no_script_comes_is_refused_at_once(string address, string why)
    {
        await using var fetching = new Fetching();
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => fetching.Source(new Uri(address)));

        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relative_address_is_refused_at_once()
    {
        await using var fetching = new Fetching();

        Assert.Contains("'proxy.pac' is no absolute address", Assert.Throws<ArgumentException>(() => fetching.Source(new Uri("proxy.pac", UriKind.Relative))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(401)]
    [InlineData(500)]
    [InlineData(204)]
    [InlineData(206)]
    [InlineData(302)]
    public async Task A_status_other_than_200(int status) => Assert.Equal(
        $"the server answered with the status {status}, and only 200 will do.",
        await FailToFetchAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_script_that_is_too_large(bool isAnnounced) => Assert.Equal(
        "it is larger than 1048576 bytes.",
        await FailToFetchAsync(async context =>
        {
            byte[] bytes = new byte[ProxyScriptFetcher.MaxBytes + 1];
            if (isAnnounced)
                context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes);
        }));

    [Fact]
    public async Task A_script_as_large_as_it_may_be()
    {
        string script = Saying("PROXY large:1");
        await using Fetching fetching = await StartAsync(context => context.Response.WriteAsync(script + new string(' ', ProxyScriptFetcher.MaxBytes - script.Length)));

        Assert.Equal("PROXY large:1", await AskAsync(fetching.Source()));
    }

    [Fact]
    public async Task A_server_that_never_answers()
    {
        await using var fetching = new Fetching();
        await using var server = new ScriptedServer();
        ProxyScriptSource source = fetching.Source(new Uri($"http://127.0.0.1:{server.Port}/p.pac"));
        Task<HandshakeException> failing = FailAsync(source);
        ScriptedPeer peer = await server.AcceptAsync(Pac.Token).WaitAsync(Pac.Guard, Pac.Token);
        await peer.ReadRequestAsync(Pac.Token).WaitAsync(Pac.Guard, Pac.Token);
        fetching.Time.Advance(ProxyScriptFetcher.TimeLimit - TimeSpan.FromMilliseconds(1));
        Assert.False(failing.IsCompleted);
        fetching.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.EndsWith("it took longer than 30 s.", (await failing).Message, StringComparison.Ordinal);
        // Nothing is left behind.
        await peer.ReadToEndAsync(Pac.Token).WaitAsync(Pac.Guard, Pac.Token);
    }

    [Fact]
    public async Task A_server_that_stops_within_the_script()
    {
        await using var fetching = new Fetching();
        await using var server = new ScriptedServer();
        ProxyScriptSource source = fetching.Source(new Uri($"http://127.0.0.1:{server.Port}/p.pac"));
        Task<HandshakeException> failing = FailAsync(source);
        using (ScriptedPeer peer = await server.AcceptAsync(Pac.Token).WaitAsync(Pac.Guard, Pac.Token))
        {
            await peer.ReadRequestAsync(Pac.Token).WaitAsync(Pac.Guard, Pac.Token);
            await peer.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfunction", Pac.Token);
        }

        Assert.Equal(NetError.MandatoryProxyConfigurationFailed, (await failing).Error);
    }

    [Fact]
    public async Task A_server_that_does_not_listen()
    {
        await using var fetching = new Fetching();
        int port;
        await using (var server = new ScriptedServer())
            port = server.Port;

        Assert.Equal(NetError.MandatoryProxyConfigurationFailed, (await FailAsync(fetching.Source(new Uri($"http://127.0.0.1:{port}/p.pac")))).Error);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirects_are_followed(int status)
    {
        await using Fetching fetching = await StartAsync(context =>
        {
            if (context.Request.Path == "/there/p.pac")
                return context.Response.WriteAsync(Saying("PROXY there:1"));
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/there/p.pac";
            return Task.CompletedTask;
        });

        Assert.Equal("PROXY there:1", await AskAsync(fetching.Source()));
        Assert.Equal(2, fetching.Requests);
    }

    [Theory]
    [InlineData("file:///etc/passwd", "file")]
    [InlineData("data:,x", "data")]
    [InlineData("ftp://a/b", "ftp")]
    public async Task Redirects_to_elsewhere_than_the_web_are_not(string location, string scheme) => Assert.Equal(
        $"it was redirected to an address with the scheme '{scheme}', and only http and https will do.",
        await FailToFetchAsync(context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        }));

    [Fact]
    public async Task Redirects_without_an_end()
    {
        int requests = 0;
        string why = await FailToFetchAsync(context =>
        {
            requests++;
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = "/proxy.pac";
            return Task.CompletedTask;
        });

        Assert.Equal("it was redirected more than 20 times.", why);
        Assert.Equal(21, requests);
    }

    [Fact]
    public async Task A_script_that_was_compressed_without_being_asked_for() => Assert.Contains(
        "encoded it (gzip)",
        await FailToFetchAsync(context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.WriteAsync("x");
        }),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("application/x-ns-proxy-autoconfig", "latin1", 'é')]
    [InlineData(null, "latin1", 'é')]
    [InlineData("text/plain; charset=utf-8", "utf-8", '€')]
    [InlineData("text/plain; charset=\"UTF-8\"", "utf-8", '€')]
    [InlineData("text/plain; charset=windows-1252", "windows-1252", '€')]
    [InlineData("text/plain; charset=iso-8859-15", "iso-8859-15", '€')]
    [InlineData("text/plain; charset=utf-16le", "utf-16", '€')]
    public async Task The_charset_of_the_response_counts(string? contentType, string encoding, char letter)
    {
        string script = $"function FindProxyForURL(url, host) {{ return '{letter}'.charCodeAt(0).toString(16); }}";
        byte[] bytes = (System.Text.CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding)).GetBytes(script);
        await using Fetching fetching = await StartAsync(Bytes(bytes, contentType));

        Assert.Equal(((int)letter).ToString("x", null), await AskAsync(fetching.Source()));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task Without_a_charset_the_byte_order_mark_counts(string encoding)
    {
        Encoding encoder = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. encoder.GetPreamble(), .. encoder.GetBytes("function FindProxyForURL(url, host) { return '€'.charCodeAt(0).toString(16); }")];
        await using Fetching fetching = await StartAsync(Bytes(bytes, "application/x-ns-proxy-autoconfig"));

        Assert.Equal("20ac", await AskAsync(fetching.Source()));
    }

    [Fact]
    public async Task A_charset_that_is_not_known() =>
        Assert.Equal("its charset 'klingon' is not known.", await FailToFetchAsync(Bytes([1], "text/plain; charset=klingon")));
}
