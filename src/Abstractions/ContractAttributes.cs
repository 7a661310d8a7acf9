using System.Diagnostics.CodeAnalysis;

namespace NetWebSockets;

/// <summary>
/// Makes a partial class the typed client of a WebSocket API. The source generator adds a method for every record that is annotated
/// for it, an interface named after it (<c>IChatClient</c> for <c>ChatClient</c>), and <c>ConnectAsync</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class WebSocketClientAttribute : Attribute
{
    /// <summary>A client whose address is given when it connects.</summary>
    public WebSocketClientAttribute()
    {
    }

    /// <summary>A client with a default address.</summary>
    /// <param name="uri">An absolute ws, wss, http or https address.</param>
    public WebSocketClientAttribute([StringSyntax(StringSyntaxAttribute.Uri)] string uri) => Uri = uri;

    /// <summary>The default address, or <see langword="null"/>.</summary>
    public string? Uri { get; }

    /// <summary>Where a message says which kind it is: a JSON Pointer (RFC 6901) such as <c>/type</c>. Needed as soon as a record is sent or received.</summary>
    public string? Discriminator { get; set; }

    /// <summary>The <c>JsonSerializerContext</c> of yours in which every message type is registered. Needed as soon as there is one.</summary>
    public Type? JsonContext { get; set; }

    /// <summary>The subprotocols to offer, best first (RFC 6455, section 1.9). None by default.</summary>
    public string[]? SubProtocols { get; set; }
}

/// <summary>
/// Tells how calls look on the wire: where a request carries its id, method and parameters, and where a reply carries its id, result or error.
/// All are JSON Pointers (RFC 6901) through object properties.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CallsAttribute : Attribute
{
    /// <summary>Where the id stands, in the request and in its reply. An integer, counted up from 1. Default <c>/id</c>.</summary>
    public string Id { get; set; } = "/id";

    /// <summary>Where the method stands in a request. By default at the client's discriminator.</summary>
    public string? Method { get; set; }

    /// <summary>Where the fields of the request's record stand. By default beside the id and the method, at the top.</summary>
    public string? Params { get; set; }

    /// <summary>Where the result stands in a reply; an empty string is the whole reply. Default <c>/result</c>.</summary>
    public string Result { get; set; } = "/result";

    /// <summary>Where an error stands in a reply: a value there other than null means that the call failed. Empty: a reply without a result is an error as a whole. Default <c>/error</c>.</summary>
    public string Error { get; set; } = "/error";
}

/// <summary>The record is a message that <typeparamref name="TClient"/> sends.</summary>
/// <typeparam name="TClient">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class SendAttribute<TClient> : Attribute
    where TClient : class
{
    /// <summary>The record is sent with this value at the client's discriminator.</summary>
    /// <param name="discriminator">The value.</param>
    public SendAttribute(string discriminator) => Discriminator = discriminator;

    /// <summary>The value at the client's discriminator.</summary>
    public string Discriminator { get; }
}

/// <summary>The record is a message that <typeparamref name="TClient"/> receives.</summary>
/// <typeparam name="TClient">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class ReceiveAttribute<TClient> : Attribute
    where TClient : class
{
    /// <summary>A message with this value at the client's discriminator is read as the record.</summary>
    /// <param name="discriminator">The value.</param>
    public ReceiveAttribute(string discriminator) => Discriminator = discriminator;

    /// <summary>The value at the client's discriminator.</summary>
    public string Discriminator { get; }

    /// <summary>
    /// The property that says what a message is about, such as its symbol: of two with the same key the newer one replaces the older one in a stream under
    /// <see cref="MessageStreamFullMode.Latest"/>. Write it as <c>nameof(Tick.Symbol)</c>. None by default. A message whose key is <see langword="null"/> replaces nothing.
    /// </summary>
    public string? Key { get; set; }

    /// <summary>What a stream of these messages does when it is full, unless it is opened with options of its own. Default <see cref="MessageStreamFullMode.Wait"/>.</summary>
    public MessageStreamFullMode FullMode { get; set; }

    /// <summary>How many items a stream of these messages holds, unless it is opened with options of its own. 0, the default, takes 256.</summary>
    public int Capacity { get; set; }
}

/// <summary>The record is the request of a call of <typeparamref name="TClient"/>; its reply is matched back by an id (see <see cref="CallsAttribute"/>).</summary>
/// <typeparam name="TClient">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
/// <typeparam name="TReply">The type of the result.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class CallAttribute<TClient, TReply> : Attribute
    where TClient : class
{
    /// <summary>The record is the request of this method.</summary>
    /// <param name="method">The method, as it is named on the wire.</param>
    public CallAttribute(string method) => Method = method;

    /// <summary>The method, as it is named on the wire.</summary>
    public string Method { get; }

    /// <summary>How long to wait for the reply, in seconds. 0, the default, takes the client's <c>CallTimeout</c>.</summary>
    public double TimeoutSeconds { get; set; }
}

/// <summary>
/// The peer may receive this message twice without harm: it is sent again when the connection dropped while it was being written
/// (<see cref="SendOutcome.Unknown"/>).
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class IdempotentAttribute : Attribute;
