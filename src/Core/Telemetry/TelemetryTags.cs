namespace NetWebSockets.Telemetry;

/// <summary>Names of tags. Those that OpenTelemetry's semantic conventions define are spelled as there.</summary>
internal static class TelemetryTags
{
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string ProtocolName = "network.protocol.name";
    public const string ErrorType = "error.type";
    public const string UrlScheme = "url.scheme";

    public const string Client = "netwebsockets.client";
    public const string MessageKind = "netwebsockets.message.kind";
    public const string SendOutcome = "netwebsockets.send.outcome";
    public const string Method = "netwebsockets.call.method";
    public const string CallOutcome = "netwebsockets.call.outcome";
    public const string Reason = "netwebsockets.reason";
}
