using Xunit;

namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>The configurations that Chromium and we are compared in. The names of proxies are those of <see cref="ProxyRoster"/>.</summary>
public static class ProxyConfigurations
{
    private const string One = "http1.proxy:3128";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProxyConfiguration> All { get; } = [.. Rules(), .. FailOver(), .. Bypass(), .. Scripts(), .. ScriptFaults()];

    /// <summary>Their names, for theories.</summary>
    public static IEnumerable<TheoryDataRow<string>> Rows => All.Select(c => new TheoryDataRow<string>(c.Name));

    /// <summary>The configuration of a name.</summary>
    public static ProxyConfiguration Get(string name) => All.Single(c => c.Name == name);

    private static IEnumerable<ProxyConfiguration> Rules() =>
    [
        new("no proxy"),
        new("rules: an http proxy") { Rules = One },
        new("rules: an https proxy") { Rules = "https://https1.proxy:3129" },
        new("rules: a SOCKS 4 proxy") { Rules = "socks4://socks1.proxy" },
        new("rules: a SOCKS 5 proxy") { Rules = "socks5://socks1.proxy:1081" },
        new("rules: a SOCKS proxy of no version") { Rules = "socks://socks1.proxy" },
        new("rules: http and https") { Rules = "http=http1.proxy;https=http2.proxy:3128" },
        new("rules: http only") { Rules = "http=http1.proxy" },
        new("rules: https only") { Rules = "https=http1.proxy" },
        new("rules: socks only") { Rules = "socks=socks1.proxy" },
        new("rules: http and socks") { Rules = "http=http1.proxy;socks=socks5://socks1.proxy" },
        new("rules: https and socks, with bypass rules") { Rules = "https=http2.proxy;socks=socks5://socks1.proxy", Bypass = "*.test, <local>" },
        new("rules: a list for http, one proxy for https") { Rules = "http=http1.proxy,direct://;https=https://https1.proxy,http2.proxy:8080" },
        new("rules: a scheme that says nothing of sockets") { Rules = "ftp=http1.proxy" },
        new("rules: direct") { Rules = "direct://" },
    ];

    private static IEnumerable<ProxyConfiguration> FailOver() =>
    [
        new("list: the first answers") { Rules = "http1.proxy:3128,http2.proxy:3128,direct://" },
        new("list: the first is dead") { Rules = "dead.proxy:3128,http2.proxy:3128", IsOneByOne = true },
        new("list: the first has no address") { Rules = "none.proxy:3128, socks5://socks1.proxy", IsOneByOne = true },
        new("list: the first resets") { Rules = "resetter.proxy:3128,http2.proxy:3128", IsOneByOne = true },
        new("list: the first refuses by SOCKS 5") { Rules = "socks5://refuser.proxy,http2.proxy:3128", IsOneByOne = true },
        new("list: the first is a dead https proxy, the second a dead SOCKS proxy") { Rules = "https://dead.proxy:3129,socks5://dead.proxy,https://https1.proxy:3129", IsOneByOne = true },
        new("list: all are dead, then direct") { Rules = "dead.proxy:3128,none.proxy:3128,direct://", IsOneByOne = true },
        new("list: the first hangs up without an answer") { Rules = "closer.proxy:3128,http2.proxy:3128", IsOneByOne = true, Addresses = ProxyAddresses.Few },
        new("list: the first answers 502") { Rules = "http502.proxy:3128,http2.proxy:3128", IsOneByOne = true, Addresses = ProxyAddresses.Few },
        new("list: all are dead") { Rules = "dead.proxy:3128,none.proxy:3128", IsOneByOne = true, Addresses = ProxyAddresses.Few },
        new("list: one that refuses by SOCKS 5") { Rules = "socks5://refuser.proxy", IsOneByOne = true, Addresses = ProxyAddresses.Few },
    ];

    private static IEnumerable<ProxyConfiguration> Bypass() =>
    [
        new("bypass: host patterns") { Rules = One, Bypass = "*.example.com, .internal.test;*suffix.test,feed.*" },
        new("bypass: hosts") { Rules = One, Bypass = "example.com,plain,xn--bcher-kva.example,localhost.test,10.4" },
        new("bypass: ports and schemes") { Rules = One, Bypass = "example.com:8080,wss://*.example.org,https://*.example.net,*:8443,ws://plain,wss://a.b.example.com:9443" },
        new("bypass: addresses") { Rules = One, Bypass = "192.168.1.1,[fd00::1],[2001:DB8::2],[::ffff:a00:1]:80,10.255.0.1:8080,10.0.0.1" },
        new("bypass: blocks of addresses") { Rules = One, Bypass = "10.0.0.0/8,172.16.0.0/12,2001:db8::/32,192.168.1.2/32" },
        new("bypass: local names") { Rules = One, Bypass = "<local>" },
        new("bypass: nothing implicit") { Rules = One, Bypass = "<-loopback>" },
        new("bypass: some of the implicit again") { Rules = One, Bypass = "127.0.0.1,<-loopback>,localhost,[::1]" },
        new("bypass: with blanks and capitals") { Rules = One, Bypass = "  EXAMPLE.com ;,; *.Internal.Test  ,\thost?  ,  <LOCAL>  " },
        new("bypass: everything") { Rules = One, Bypass = "*" },
        new("bypass: all of one scheme") { Rules = "https://https1.proxy:3129", Bypass = "ws://*" },
    ];

    private static IEnumerable<ProxyConfiguration> Scripts() =>
    [
        new("script: by host")
        {
            Script = """
                function FindProxyForURL(url, host) {
                  if (isPlainHostName(host)) return "DIRECT";
                  if (localHostOrDomainIs(host, "www.example.com")) return "PROXY http3.proxy:3128";
                  if (dnsDomainIs(host, ".example.com")) return "PROXY http1.proxy:3128; DIRECT";
                  if (shExpMatch(host, "*.example.*")) return "PROXY http2.proxy";
                  if (shExpMatch(host, "10.?.0.*") || shExpMatch(host, "*:db8:*")) return "SOCKS5 socks1.proxy:1081";
                  if (dnsDomainLevels(host) > 1) return "HTTPS https1.proxy:3129";
                  return dnsDomainLevels(host) == 1 ? "PROXY http1.proxy:8080" : "DIRECT";
                }
                """,
        },
        new("script: by url")
        {
            Script = """
                function FindProxyForURL(url, host) {
                  if (url.substring(0, 4) == "wss:") return shExpMatch(url, "*?*=*") ? "PROXY http3.proxy:3128" : "PROXY http2.proxy:3128";
                  if (shExpMatch(url, "ws://*/chat*")) return "PROXY http3.proxy:3128";
                  if (/^ws:\/\/[^\/]*:8080\//.test(url)) return "HTTPS https1.proxy:3129";
                  return "PROXY http1.proxy:3128";
                }
                """,
        },
        new("script: what it sees")
        {
            Script = """
                function FindProxyForURL(url, host) {
                  var digits = "", seen = url + " " + host;
                  for (var i = 0; i < seen.length; i++) digits += (i % 30 == 29 ? "." : "") + (seen.charCodeAt(i) + 256).toString(16).substring(1);
                  return "PROXY " + digits + ".seen.proxy:3128";
                }
                """,
        },
        new("script: by address")
        {
            Hosts = "MAP ten.corp.test 10.1.2.3,MAP lan.corp.test 192.168.7.7,MAP none.corp.test ~NOTFOUND",
            Script = """
                function FindProxyForURL(url, host) {
                  if (!isResolvable(host)) return "PROXY http3.proxy:3128";
                  if (isInNet(host, "10.0.0.0", "255.0.0.0")) return "PROXY http1.proxy:3128";
                  if (isInNet(dnsResolve(host), "192.168.0.0", "255.255.0.0")) return "PROXY http2.proxy:3128";
                  if (dnsResolve(host) == "127.0.0.1") return "SOCKS5 socks1.proxy";
                  return "HTTPS https1.proxy:3129";
                }
                """,
        },
        new("script: by address, with the Ex functions")
        {
            Hosts = "MAP ten.corp.test 10.1.2.3,MAP lan.corp.test 192.168.7.7,MAP none.corp.test ~NOTFOUND",
            Script = """
                function FindProxyForURL(url, host) {
                  if (!isResolvableEx(host)) return "PROXY http3.proxy:3128";
                  var found = dnsResolveEx(host);
                  if (isInNetEx(found, "10.0.0.0/8")) return "PROXY http1.proxy:3128";
                  if (isInNetEx(found, "192.168.0.0/16")) return "PROXY http2.proxy:3128";
                  if (isInNetEx(host, "2001:db8::/32")) return "PROXY http1.proxy:8080";
                  if (found == "127.0.0.1") return "SOCKS5 socks1.proxy";
                  return sortIpAddressList("10.0.0.9") == "10.0.0.9" ? "HTTPS https1.proxy:3129" : "DIRECT";
                }
                """,
        },
        new("script: every kind of proxy")
        {
            Script = Answers(
                "DIRECT", "PROXY http1.proxy:3128", "PROXY http2.proxy", "HTTPS https1.proxy:3129", "SOCKS socks1.proxy", "SOCKS4 socks1.proxy:1081", "SOCKS5 socks1.proxy",
                "proxy http3.proxy:3128", "Socks5 socks1.proxy:1081", "direct", "PROXY http1.proxy:3128; SOCKS5 socks1.proxy; DIRECT"),
        },
        new("script: odd answers")
        {
            Script = Answers(
                "", " ", ";", "PROXY", "PROXY ;", "BOGUS http1.proxy", "http1.proxy:3128", "PROXY http1.proxy:99999", "PROXY http1.proxy:x", "HTTP http1.proxy",
                "PROXY http://http1.proxy", "PROXY user:word@http1.proxy:3128", "PROXY http1.proxy:3128 PROXY http2.proxy:3128", "PROXY http1.proxy:3128;", "BOGUS x; PROXY http2.proxy:3128",
                "  PROXY   http1.proxy:3128  ;;;  DIRECT", "DIRECT; PROXY http1.proxy:3128", "PROXY http1.proxy:3128, PROXY http2.proxy:3128", "\tPROXY\thttp1.proxy:3128\t",
                "PROXY http1.proxy:3128/path", "DIRECT http1.proxy", "QUIC http1.proxy:443; PROXY http2.proxy", "SOCKS6 socks1.proxy", "PROXY direct://", "PROXY [::1"),
        },
        new("script: values that are no strings")
        {
            Script = """
                var values = [null, undefined, 42, true, ["PROXY http1.proxy:3128"], { toString: function () { return "PROXY http1.proxy:3128"; } }, new String("PROXY http1.proxy:3128"), NaN];
                function FindProxyForURL(url, host) { return values[host.length % values.length]; }
                """,
        },
        new("script: lists whose first is dead")
        {
            IsOneByOne = true,
            Script = Answers(
                "PROXY dead.proxy:3128; PROXY http1.proxy:3128", "PROXY dead.proxy:3128; DIRECT", "PROXY none.proxy:3128; SOCKS5 socks1.proxy; DIRECT",
                "SOCKS5 dead.proxy; HTTPS https1.proxy:3129", "PROXY resetter.proxy:3128; PROXY http2.proxy:3128", "HTTPS dead.proxy:3129; PROXY dead.proxy:3128; PROXY http3.proxy:3128"),
        },
        new("script: times that are always or never")
        {
            Script = """
                function FindProxyForURL(url, host) {
                  var always = weekdayRange("SUN", "SAT") && dateRange("JAN", "DEC") && timeRange(0, 0, 0, 23, 59, 59) && dateRange(1, 31) && weekdayRange("SUN", "SAT", "GMT") && dateRange(2000, 2999);
                  var never = dateRange(1990, 1991) || dateRange(1, "JAN", 1980, 2, "JAN", 1980) || dateRange(1970, "GMT");
                  return always && !never ? "PROXY http1.proxy:3128" : "PROXY http2.proxy:3128";
                }
                """,
        },
        new("script: both entry points")
        {
            Script = """
                function FindProxyForURLEx(url, host) { return "PROXY http2.proxy:3128"; }
                function FindProxyForURL(url, host) { return "PROXY http1.proxy:3128"; }
                """,
        },
        new("script: a newer language")
        {
            Script = """
                const table = new Map([["com", "PROXY http1.proxy:3128"], ["test", "PROXY http2.proxy:3128"]]);
                const find = host => table.get(host.split(".").at(-1)) ?? `PROXY http3.proxy:${3000 + 128}`;
                class Finder { #host; constructor(host) { this.#host = host; } get proxy() { return find(this.#host); } }
                function FindProxyForURL(url, host) { let [found] = [...[new Finder(host)]]; return found?.proxy; }
                """,
        },
    ];

    private static IEnumerable<ProxyConfiguration> ScriptFaults() =>
    [
        new("script: throws for some hosts")
        {
            Script = """
                function FindProxyForURL(url, host) {
                  if (host.length % 2) throw new Error("not today");
                  return "PROXY http1.proxy:3128";
                }
                """,
        },
        new("script: calls what is not there") { Script = "function FindProxyForURL(url, host) { return noSuchFunction(host); }" },
        new("script: without its function") { Script = "var x = 1;" },
        new("script: its function is no property") { Script = "let FindProxyForURL = (url, host) => \"PROXY http2.proxy:3128\";" },
        new("script: its function is an arrow in a variable") { Script = "var FindProxyForURL = (url, host) => \"PROXY http2.proxy:3128\";" },
        new("script: its function is no function") { Script = "var FindProxyForURL = \"PROXY http2.proxy:3128\";" },
        new("script: only the other entry point") { Script = "function FindProxyForURLEx(url, host) { return \"PROXY http2.proxy:3128\"; }" },
        new("script: cannot be read") { Script = "function FindProxyForURL(url, host) {" },
        new("script: is not there") { Script = "" },
    ];

    // Each address gets one of the answers, by the letters of its host and of its scheme.
    private static string Answers(params string[] answers) =>
        $$"""
        var answers = {{System.Text.Json.JsonSerializer.Serialize(answers)}};
        function FindProxyForURL(url, host) {
          var sum = url.indexOf(":");
          for (var i = 0; i < host.length; i++) sum = (sum * 31 + host.charCodeAt(i)) % 10007;
          return answers[sum % answers.length];
        }
        """;
}
