using Microsoft.Extensions.Logging;

namespace NetWebSockets.Messaging;

/// <summary>Handles and answers what the peer asks of one client.</summary>
/// <param name="plan">The contract.</param>
/// <param name="name">The name of the client, for logs and metrics.</param>
/// <param name="logger">Where logs go.</param>
internal sealed class HandlerTable(ContractPlan plan, string name, ILogger logger)
{
    /// <summary>Handles a message. Called by the pump only.</summary>
    /// <param name="index">Which handler of the contract.</param>
    /// <param name="message">The message.</param>
    /// <param name="found">What was found in it.</param>
    /// <param name="error">Why the request could not be read; it has then not been answered.</param>
    /// <returns>Done when the pump may go on.</returns>
    public ValueTask HandleAsync(int index, ReadOnlyMemory<byte> message, in ScannedMessage found, out Exception? error)
    {
        _ = (plan, name, logger);
        error = null;
        return default;
    }
}
