using Microsoft.Extensions.Logging;

namespace NetWebSockets.Messaging;

/// <summary>The open subscriptions of one client.</summary>
/// <param name="plan">The contract.</param>
/// <param name="name">The name of the client, for logs and metrics.</param>
/// <param name="logger">Where logs go.</param>
internal sealed class SubscriptionTable(ContractPlan plan, string name, ILogger logger)
{
    /// <summary>What must have been found in a message before a pass over it may stop; 0 while nothing is subscribed to.</summary>
    public uint Needs { get; private set; }

    /// <summary>Gives a message to the subscription whose key it has. Called by the pump only.</summary>
    /// <param name="message">The message.</param>
    /// <param name="found">What was found in it.</param>
    /// <param name="delivered">Done when the pump may go on.</param>
    /// <param name="error">Why the item could not be read.</param>
    /// <returns>False when no open subscription has the key.</returns>
    public bool TryDeliver(ReadOnlyMemory<byte> message, in ScannedMessage found, out ValueTask delivered, out Exception? error)
    {
        _ = (plan, name, logger);
        Needs = 0;
        delivered = default;
        error = null;
        return false;
    }
}
