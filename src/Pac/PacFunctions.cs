using System.Net;
using System.Net.Sockets;
using System.Text;
using Jint;
using Jint.Native;
using Jint.Runtime;
using Jint.Runtime.Descriptors;
using Jint.Runtime.Interop;

namespace NetWebSockets.Pac;

/// <summary>The functions that a script may call, as Chromium has them, for one attempt.</summary>
/// <param name="answers">What is known of network and time.</param>
internal sealed class PacFunctions(PacAnswers answers)
{
    private const int MaxAlerts = 50;
    private const int MaxAlertLength = 1024;

    private readonly PacTime _time = new(answers.Clock);
    private readonly List<string> _alerts = [];

    /// <summary>What the script said.</summary>
    public IReadOnlyList<string> Alerts => _alerts;

    /// <summary>Gives the functions to an engine.</summary>
    /// <param name="engine">The engine.</param>
    public void AddTo(Engine engine)
    {
        Add("alert", 1, arguments => Alert(arguments.Length == 0 ? "undefined" : TypeConverter.ToString(arguments[0])));

        Add("isPlainHostName", 1, arguments => Boolean(PacHosts.IsPlain(Text(engine, "isPlainHostName", arguments, 0))));
        Add("dnsDomainIs", 2, arguments => Boolean(PacHosts.IsInDomain(Present(engine, "dnsDomainIs", arguments, 0), Present(engine, "dnsDomainIs", arguments, 1))));
        Add("localHostOrDomainIs", 2, arguments =>
            Boolean(PacHosts.IsHostOrDomain(TextOf(arguments, 0), Present(engine, "localHostOrDomainIs", arguments, 1))));
        Add("dnsDomainLevels", 1, arguments => new JsNumber(PacHosts.CountLevels(Present(engine, "dnsDomainLevels", arguments, 0))));
        Add("shExpMatch", 2, arguments => Boolean(ShellPattern.Matches(engine, TextOf(arguments, 0), Present(engine, "shExpMatch", arguments, 1))));

        Add("isValidIpAddress", 1, arguments => Boolean(PacAddresses.IsDottedQuad(TextOf(arguments, 0))));
        Add("convert_addr", 1, arguments => new JsNumber(PacAddresses.ToInt32(Present(engine, "convert_addr", arguments, 0))));
        Add("isInNet", 3, arguments => Boolean(IsInNet(arguments)));
        Add("isInNetEx", 2, arguments => arguments.At(0) is JsString address && arguments.At(1) is JsString block
            ? Boolean(PacAddresses.IsInBlock(address.ToString(), block.ToString()))
            : JsValue.Null);
        Add("sortIpAddressList", 1, arguments => arguments.At(0) is JsString list && Ascii.IsValid(list.ToString())
            ? PacAddresses.Sort(list.ToString()) is { } sorted ? new JsString(sorted) : JsBoolean.False
            : JsValue.Null);

        Add("dnsResolve", 1, arguments => Resolve(arguments.At(0)) is { } address ? new JsString(address) : JsValue.Null);
        Add("isResolvable", 1, arguments => Boolean(Resolve(arguments.At(0)) is not null));
        Add("dnsResolveEx", 1, arguments => arguments.At(0) is JsString host ? new JsString(ResolveAll(host)) : JsValue.Undefined);
        Add("isResolvableEx", 1, arguments => Boolean(ResolveAll(arguments.At(0)).Length > 0));
        Add("myIpAddress", 0, _ => new JsString(answers.Get(new PacLookup(Host: null)) is [var first, ..] ? first.ToString() : "127.0.0.1"));
        Add("myIpAddressEx", 0, _ => new JsString(string.Join(';', answers.Get(new PacLookup(Host: null)))));
        Add("getClientVersion", 0, static _ => new JsString("1.0"));

        Add("weekdayRange", 2, arguments => Boolean(_time.IsInWeekdayRange(arguments)));
        Add("dateRange", 6, arguments => Boolean(_time.IsInDateRange(arguments)));
        Add("timeRange", 6, arguments => Boolean(_time.IsInTimeRange(engine, arguments)));

        void Add(string name, int length, Func<JsValue[], JsValue> function) => engine.Global.FastSetProperty(
            name,
            new PropertyDescriptor(new ClrFunction(engine, name, (_, arguments) => function(arguments), length, PropertyFlag.Configurable), writable: true, enumerable: false, configurable: true));
    }

    private static JsBoolean Boolean(bool value) => value ? JsBoolean.True : JsBoolean.False;

    private static string TextOf(JsValue[] arguments, int index) => TypeConverter.ToString(arguments.At(index));

    private static string Text(Engine engine, string name, JsValue[] arguments, int index) => arguments.At(index) is JsString text
        ? text.ToString()
        : throw new JavaScriptException(engine.Intrinsics.TypeError, $"{name}: argument {index + 1} must be a string.");

    private static string Present(Engine engine, string name, JsValue[] arguments, int index)
    {
        JsValue value = arguments.At(index);
        return value.IsUndefined() || value.IsNull()
            ? throw new JavaScriptException(engine.Intrinsics.TypeError, $"{name}: argument {index + 1} is {(value.IsNull() ? "null" : "missing or undefined")}.")
            : TypeConverter.ToString(value);
    }

    private JsValue Alert(string message)
    {
        if (_alerts.Count < MaxAlerts)
            _alerts.Add(message.Length > MaxAlertLength ? message[..MaxAlertLength] + "…" : message);
        return JsValue.Undefined;
    }

    private bool IsInNet(JsValue[] arguments)
    {
        string pattern = TextOf(arguments, 1);
        string mask = TextOf(arguments, 2);
        if (!PacAddresses.IsDottedQuad(pattern) || !PacAddresses.IsDottedQuad(mask))
            return false;
        string? address = TextOf(arguments, 0);
        if (!PacAddresses.IsDottedQuad(address))
            address = Resolve(arguments.At(0));
        return address is not null && ((PacAddresses.ToInt32(address) ^ PacAddresses.ToInt32(pattern)) & PacAddresses.ToInt32(mask)) == 0;
    }

    // The first IPv4 address, as for scripts that know no others.
    private string? Resolve(JsValue host) =>
        Addresses(host).FirstOrDefault(static a => a.AddressFamily == AddressFamily.InterNetwork)?.ToString();

    private string ResolveAll(JsValue host) => string.Join(';', Addresses(host));

    private IEnumerable<IPAddress> Addresses(JsValue host)
    {
        if (host is not JsString || host.ToString() is not { Length: > 0 } name)
            return [];
        // Addresses are looked up too: the session's rules may map them.
        if (PacAddresses.TryParse(name, out IPAddress? literal))
            return answers.Get(new PacLookup(literal.ToString()));
        return PacHosts.ToAscii(name) is { } ascii ? answers.Get(new PacLookup(ascii)) : [];
    }
}
