using System.Diagnostics.CodeAnalysis;

namespace NetWebSockets;

/// <summary>
/// Makes a partial class the typed client of a WebSocket API. The source generator adds a method for every record that is annotated
/// for it, the other half of every partial method that is, an interface named after it (<c>IChatClient</c> for <c>ChatClient</c>), and <c>ConnectAsync</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public class WebSocketClientAttribute : Attribute
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

    /// <summary>
    /// Where a message says which kind it is: a JSON Pointer (RFC 6901) such as <c>/type</c>, or several with a space between them, most important first:
    /// <c>/op /t</c>. Needed as soon as a record is sent or received.
    /// </summary>
    public string? Discriminator { get; set; }

    /// <summary>Where the record stands in a message: a JSON Pointer such as <c>/data</c>. By default the message is the record.</summary>
    public string? Payload { get; set; }

    /// <summary>The <c>JsonSerializerContext</c> of yours in which every message type is registered. Needed as soon as there is one.</summary>
    public Type? JsonContext { get; set; }

    /// <summary>The subprotocols to offer, best first (RFC 6455, section 1.9). None by default.</summary>
    public string[]? SubProtocols { get; set; }

    /// <summary>How messages stand in WebSocket messages. Default <see cref="MessageFraming.Single"/>.</summary>
    public MessageFraming Framing { get; set; }

    /// <summary>What ends a message under <see cref="MessageFraming.Delimited"/>: one character below U+0080. Default U+001E, the record separator.</summary>
    public char Delimiter { get; set; } = '\u001E';

    /// <summary>A codec of your own, in place of <see cref="Framing"/>: a class that implements <c>NetWebSockets.IMessageCodec</c> and has a constructor without parameters.</summary>
    public Type? Codec { get; set; }
}
