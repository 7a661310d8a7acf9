using System.ComponentModel;

namespace NetWebSockets.Messaging;

/// <summary>What the generator adds to every client class, so that <c>AddClient&lt;T&gt;</c> and <c>ConnectAsync</c> need no reflection.</summary>
/// <typeparam name="TSelf">The client class.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IGeneratedClient<TSelf> : IWebSocketClient
    where TSelf : class, IGeneratedClient<TSelf>
{
    /// <summary>The contract.</summary>
    static abstract ClientContract Contract { get; }

    /// <summary>The generated interface, to register beside the class.</summary>
    static abstract Type InterfaceType { get; }

    /// <summary>Makes a client on a runtime.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <returns>The client.</returns>
    /// <exception cref="InvalidOperationException">The class has a constructor with parameters, which only its user can give.</exception>
    static abstract TSelf Create(ClientRuntime runtime);

    /// <summary>Gives a client its runtime that its user has made with <c>new</c> and not used yet.</summary>
    /// <param name="client">The client.</param>
    /// <param name="options">Where and how to connect.</param>
    /// <exception cref="InvalidOperationException">The client has been used already, or the class has no constructor that its user can call.</exception>
    static virtual void Attach(TSelf client, WebSocketClientOptions options) =>
        throw new InvalidOperationException($"{TSelf.Contract.Name} has no constructor of its own: register it with AddClient<{TSelf.Contract.Name}>(), without a factory.");
}
