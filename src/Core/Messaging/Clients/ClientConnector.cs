using System.ComponentModel;

namespace NetWebSockets.Messaging;

/// <summary>Makes and connects a generated client: what its static <c>ConnectAsync</c> methods call.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ClientConnector
{
    /// <summary>Connects to the default address of the client's contract.</summary>
    /// <typeparam name="TClient">The client.</typeparam>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <returns>The client, ready.</returns>
    public static Task<TClient> ConnectAsync<TClient>(CancellationToken cancellationToken)
        where TClient : class, IGeneratedClient<TClient> => ConnectAsync<TClient>(new WebSocketClientOptions(), cancellationToken);

    /// <summary>Connects to an address.</summary>
    /// <typeparam name="TClient">The client.</typeparam>
    /// <param name="uri">An absolute ws, wss, http or https address.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <returns>The client, ready.</returns>
    /// <exception cref="ArgumentException">The address is not absolute.</exception>
    public static Task<TClient> ConnectAsync<TClient>(string uri, CancellationToken cancellationToken)
        where TClient : class, IGeneratedClient<TClient> => ConnectAsync<TClient>(OptionsOf(uri), cancellationToken);

    /// <summary>Connects to an address.</summary>
    /// <typeparam name="TClient">The client.</typeparam>
    /// <param name="uri">An absolute ws, wss, http or https address.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <returns>The client, ready.</returns>
    public static Task<TClient> ConnectAsync<TClient>(Uri uri, CancellationToken cancellationToken)
        where TClient : class, IGeneratedClient<TClient> => ConnectAsync<TClient>(OptionsOf(uri), cancellationToken);

    /// <summary>Connects as the options say.</summary>
    /// <typeparam name="TClient">The client.</typeparam>
    /// <param name="options">Where and how to connect.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <returns>The client, ready.</returns>
    public static Task<TClient> ConnectAsync<TClient>(WebSocketClientOptions options, CancellationToken cancellationToken)
        where TClient : class, IGeneratedClient<TClient>
    {
        ArgumentNullException.ThrowIfNull(options);
        return ConnectCoreAsync(TClient.Create(new ClientRuntime(TClient.Contract, options)), cancellationToken);
    }

    /// <summary>Connects a client that was made with <c>new</c> to the default address of its contract.</summary>
    /// <typeparam name="TClient">The client.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <returns>The client, ready.</returns>
    public static Task<TClient> ConnectAsync<TClient>(TClient client, CancellationToken cancellationToken)
        where TClient : class, IGeneratedClient<TClient> => ConnectAsync(client, new WebSocketClientOptions(), cancellationToken);

    /// <summary>Connects a client that was made with <c>new</c> to an address.</summary>
    /// <typeparam name="TClient">The client.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="uri">An absolute ws, wss, http or https address.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <returns>The client, ready.</returns>
    /// <exception cref="ArgumentException">The address is not absolute.</exception>
    public static Task<TClient> ConnectAsync<TClient>(TClient client, string uri, CancellationToken cancellationToken)
        where TClient : class, IGeneratedClient<TClient> => ConnectAsync(client, OptionsOf(uri), cancellationToken);

    /// <summary>Connects a client that was made with <c>new</c> to an address.</summary>
    /// <typeparam name="TClient">The client.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="uri">An absolute ws, wss, http or https address.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <returns>The client, ready.</returns>
    public static Task<TClient> ConnectAsync<TClient>(TClient client, Uri uri, CancellationToken cancellationToken)
        where TClient : class, IGeneratedClient<TClient> => ConnectAsync(client, OptionsOf(uri), cancellationToken);

    /// <summary>Connects a client that was made with <c>new</c> as the options say.</summary>
    /// <typeparam name="TClient">The client.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="options">Where and how to connect.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <returns>The client, ready.</returns>
    public static Task<TClient> ConnectAsync<TClient>(TClient client, WebSocketClientOptions options, CancellationToken cancellationToken)
        where TClient : class, IGeneratedClient<TClient>
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        TClient.Attach(client, options);
        return ConnectCoreAsync(client, cancellationToken);
    }

    private static WebSocketClientOptions OptionsOf(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed)
            ? OptionsOf(parsed)
            : throw new ArgumentException("The address of a WebSocket must be absolute, such as wss://example.org/ws.", nameof(uri));
    }

    private static WebSocketClientOptions OptionsOf(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        WebSocketClientOptions options = new();
        options.Uri = uri;
        return options;
    }

    // The token ends more than the wait here: nobody has the client yet, so it cannot be left connecting behind everyone's back.
    private static async Task<TClient> ConnectCoreAsync<TClient>(TClient client, CancellationToken cancellationToken)
        where TClient : class, IWebSocketClient
    {
        try
        {
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
