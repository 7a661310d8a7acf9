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
    static abstract TSelf Create(ClientRuntime runtime);
}
