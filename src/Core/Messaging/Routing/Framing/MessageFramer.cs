using System.Buffers;
using System.Text.Json;
using NetWebSockets.Connections;

namespace NetWebSockets.Messaging;

/// <summary>Takes the messages of a contract out of WebSocket messages, and puts them in.</summary>
internal abstract class MessageFramer : OutboundFramer
{
    /// <summary>Makes the framer of a client; null when each WebSocket message is one message.</summary>
    public static MessageFramer? Create(ClientContract contract, JsonReaderOptions options) =>
        contract.Codec is { } codec ? new CodecFramer(codec())
        : contract.Framing == MessageFraming.JsonArray ? new JsonArrayFramer(options)
        : contract.Framing == MessageFraming.Delimited ? new DelimitedFramer(contract.Delimiter)
        : null;

    /// <summary>Takes the next message out.</summary>
    /// <param name="kind">Text or binary.</param>
    /// <param name="rest">What is left; set to what is left after it.</param>
    /// <param name="message">The message; valid until the next call.</param>
    /// <returns>False when there is none in what is left.</returns>
    /// <exception cref="FormatException">What is left is no message.</exception>
    /// <exception cref="JsonException">The same.</exception>
    public abstract bool TryRead(MessageKind kind, ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> message);

    /// <summary>Whether what is sent is changed.</summary>
    public abstract bool Writes { get; }

    /// <summary>Whether WebSocket messages of a kind are for it.</summary>
    public virtual bool Takes(MessageKind kind) => kind == MessageKind.Text;

    /// <inheritdoc/>
    protected override MessageKind Write(ReadOnlySpan<byte> message, IBufferWriter<byte> output) => throw new NotSupportedException();

    private sealed class DelimitedFramer(byte delimiter) : MessageFramer
    {
        public override bool Writes => true;

        public override bool TryRead(MessageKind kind, ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> message)
        {
            do
            {
                int end = rest.Span.IndexOf(delimiter);
                message = end < 0 ? rest : rest[..end];
                rest = end < 0 ? default : rest[(end + 1)..];

                // Nothing, or a line end, between two delimiters is how some peers keep a line alive.
                if (message.Span.ContainsAnyExcept((byte)' ', (byte)'\r', (byte)'\n'))
                    return true;
            }
            while (!rest.IsEmpty);
            return false;
        }

        protected override MessageKind Write(ReadOnlySpan<byte> message, IBufferWriter<byte> output)
        {
            output.Write(message);
            output.Write([delimiter]);
            return MessageKind.Text;
        }
    }

    private sealed class JsonArrayFramer(JsonReaderOptions options) : MessageFramer
    {
        public override bool Writes => false;

        // What is left of an array begins at an element, a comma or the closing bracket: the opening bracket has been taken off.
        public override bool TryRead(MessageKind kind, ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> message)
        {
            message = default;
            ReadOnlySpan<byte> span = rest.Span;
            int start = span.IndexOfAnyExcept(" \t\r\n"u8);
            if (start < 0)
            {
                rest = default;
                return false;
            }

            bool isWhole = span[start] is not ((byte)'[' or (byte)',' or (byte)']');
            if (isWhole)
            {
                message = rest;
                rest = default;
                return true;
            }

            int at = start + 1 + Math.Max(0, span[(start + 1)..].IndexOfAnyExcept(" \t\r\n"u8));
            if (span[start] == (byte)']' || (at < span.Length && span[at] == (byte)']'))
            {
                int end = span[start] == (byte)']' ? start : at;
                if (span[(end + 1)..].ContainsAnyExcept(" \t\r\n"u8))
                    throw new JsonException("Something stands behind the array of messages.");
                rest = default;
                return false;
            }

            var reader = new Utf8JsonReader(span[at..], isFinalBlock: false, new JsonReaderState(options));
            if (!reader.Read() || !reader.TrySkip())
                throw new JsonException("The array of messages has no end.");
            message = rest.Slice(at, (int)reader.BytesConsumed);
            rest = rest[(at + (int)reader.BytesConsumed)..];
            int next = rest.Span.IndexOfAnyExcept(" \t\r\n"u8);
            return next >= 0 && rest.Span[next] is (byte)',' or (byte)']' ? true : throw new JsonException("The array of messages has no comma where one must stand.");
        }
    }

    private sealed class CodecFramer(IMessageCodec codec) : MessageFramer
    {
        public override bool Writes => true;

        public override bool Takes(MessageKind kind) => true;

        public override bool TryRead(MessageKind kind, ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> message) => codec.TryRead(kind, ref rest, out message);

        protected override MessageKind Write(ReadOnlySpan<byte> message, IBufferWriter<byte> output) => codec.Write(message, output);
    }
}
