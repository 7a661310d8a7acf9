using Xunit;

namespace NetWebSockets.Pac.Tests.Scripts;

public sealed class ErrorTests
{
    private static Task<ProxyScriptException> RefuseAsync(string text) => Assert.ThrowsAsync<ProxyScriptException>(() => Pac.CompileAsync(text));

    [Theory]
    [InlineData("function FindProxyForURL(url, host) {\n  return 'DIRECT'\n", 3)]
    [InlineData("\n\nfunction FindProxyForURL( { return 1; }", 3)]
    [InlineData("<html>\n<body>Sign in</body></html>", 1)]
    [InlineData("function FindProxyForURL() { return 'DIRECT; }", 1)]
    public async Task What_does_not_compile_is_told_with_its_line(string text, int line)
    {
        ProxyScriptException failure = await RefuseAsync(text);

        Assert.StartsWith("It does not compile: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"(line {line}, column {failure.Column})", failure.Message, StringComparison.Ordinal);
        Assert.Equal(line, failure.Line);
    }

    [Theory]
    [InlineData("function FindProxyForURL(url, host) {\n  throw new Error('boom');\n}", "boom (line 2, column 9)")]
    [InlineData("function FindProxyForURL(url, host) {\n  throw 'just text';\n}", "just text (line 2, column 9)")]
    [InlineData("function FindProxyForURL(url, host) {\n\n  return noSuchFunction(host);\n}", "noSuchFunction is not defined (line 3, column 10)")]
    [InlineData("function FindProxyForURL(url, host) {\n  return dnsDomainIs(host);\n}", "dnsDomainIs: argument 2 is missing or undefined (line 2, column 3)")]
    [InlineData("function FindProxyForURL(url, host) {\n  return isPlainHostName(7);\n}", "isPlainHostName: argument 1 must be a string (line 2, column 3)")]
    [InlineData("function FindProxyForURL(url, host) {\n  return timeRange(1, 2, 3);\n}", "timeRange: 3 arguments besides 'GMT'; it takes 1, 2, 4 or 6 (line 2, column 3)")]
    public async Task What_is_thrown_is_told_with_its_place(string text, string message) => Assert.Equal(message, (await Pac.FailAsync(text)).Message);

    [Theory]
    [InlineData("return;", "undefined")]
    [InlineData("return null;", "null")]
    [InlineData("return 5;", "the number 5")]
    [InlineData("return true;", "the boolean true")]
    [InlineData("return { proxy: 'a' };", "an object")]
    [InlineData("return ['DIRECT'];", "an object")]
    [InlineData("return new String('DIRECT');", "an object")]
    [InlineData("return Promise.resolve('DIRECT');", "an object")]
    [InlineData("return Symbol('x');", "a symbol")]
    public async Task An_answer_that_is_no_string(string body, string what) =>
        Assert.Equal($"FindProxyForURL returned {what}, not a string such as 'DIRECT'", (await Pac.FailInAsync(body)).Message);

    [Fact]
    public async Task An_answer_with_letters_that_host_names_do_not_have() =>
        Assert.Contains("Punycode", (await Pac.FailInAsync("return 'PROXY b\\u00fccher:80';")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "It has no function FindProxyForURL")]
    [InlineData("function findproxyforurl() { }", "It has no function FindProxyForURL")]
    [InlineData("var FindProxyForURL = 5;", "FindProxyForURL is the number 5, not a function")]
    [InlineData("var FindProxyForURL = { };", "FindProxyForURL is an object, not a function")]
    public async Task A_script_without_the_function(string text, string message) => Assert.Equal(message, (await RefuseAsync(text)).Message);

    [Fact]
    public async Task A_script_that_fails_while_it_is_loaded() =>
        Assert.Equal("nope (line 2, column 7)", (await RefuseAsync("function FindProxyForURL() { }\nthrow 'nope';")).Message);

    [Theory]
    [InlineData("return '';", "")]
    [InlineData("return 'DIRECT';", "DIRECT")]
    [InlineData("return 'PROXY a:1; SOCKS5 b:2; DIRECT';", "PROXY a:1; SOCKS5 b:2; DIRECT")]
    [InlineData("return url + ' ' + host;", "wss://www.example.com/ www.example.com")]
    [InlineData("return [url, host].join('|').toUpperCase();", "WSS://WWW.EXAMPLE.COM/|WWW.EXAMPLE.COM")]
    public async Task An_answer_is_handed_back_as_it_is(string body, string answer) =>
        Assert.Equal(answer, await Pac.AskAsync(await Pac.CompileAsync($"function FindProxyForURL(url, host) {{ {body} }}")));
}
