// OCPP 1.6 over JSON: arrays by position, calls in both directions, one outstanding in each.
// OCPP-J 1.6, sections 4 and 5.
using System.Text.Json.Serialization;
using NetWebSockets;

namespace Protocols.Ocpp;

[WebSocketClient(SubProtocols = ["ocpp1.6"], Discriminator = "/0", JsonContext = typeof(OcppJson))]
[Calls(
    Request = "[2,{id},{method},{params}]",
    Result = "[3,{id},{result}]",
    Error = "[4,{id},{code},{message},{data}]",
    IdKind = CallIdKind.String,
    MaxInFlight = 1)]
public partial class ChargePoint
{
    /// <summary>What the central system asks for.</summary>
    public Func<string, CancellationToken, Task<bool>>? OnReset { get; set; }

    [Call("BootNotification")]
    public partial Task<BootResult> BootAsync(BootRequest request, CancellationToken cancellationToken = default);

    [Call("Heartbeat")]
    public partial Task<HeartbeatResult> HeartbeatAsync(CancellationToken cancellationToken = default);

    [Call("StatusNotification", TimeoutSeconds = 60)]
    public partial Task StatusAsync(int connectorId, string errorCode, string status, CancellationToken cancellationToken = default);

    [Handles("Reset")]
    private async Task<ResetResult> ResetAsync(ResetRequest request, CancellationToken cancellationToken)
    {
        if (OnReset is not { } reset)
            throw new HandlerException("NotSupported", "This charge point cannot be reset.");
        return new ResetResult(await reset(request.Type, cancellationToken) ? "Accepted" : "Rejected");
    }
}

public sealed record BootRequest(string ChargePointVendor, string ChargePointModel);

public sealed record BootResult(string Status, DateTimeOffset CurrentTime, int Interval);

public sealed record HeartbeatResult(DateTimeOffset CurrentTime);

public sealed record ResetRequest(string Type);

public sealed record ResetResult(string Status);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BootRequest)), JsonSerializable(typeof(BootResult)), JsonSerializable(typeof(HeartbeatResult)), JsonSerializable(typeof(ResetRequest)), JsonSerializable(typeof(ResetResult))]
[JsonSerializable(typeof(int)), JsonSerializable(typeof(string))]
public partial class OcppJson : JsonSerializerContext;
