using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NetWebSockets.Messaging;

/// <summary>
/// Writes a record and the JSON around it into a buffer that is used again. One is kept per thread; what is written inside a user's
/// converter gets another.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Disposing the writer would only flush it; it holds nothing but this buffer, for as long as the thread lives.")]
internal sealed class MessageEncoder : IBufferWriter<byte>
{
    private const int LargestKept = 16 * 1024;
    private const int LongestId = 22;

    // ASCII that stands in a JSON string as it is.
    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static c => (char)c).Except("\"\\")]);

    [ThreadStatic]
    private static MessageEncoder? s_spare;

    private byte[] _buffer = [];
    private int _count;
    private Utf8JsonWriter? _writer;
    private JavaScriptEncoder? _writerEncoder;
    private int _writerDepth;

    private MessageEncoder()
    {
    }

    /// <summary>Takes this thread's encoder.</summary>
    /// <returns>The encoder; give it back with <see cref="Return"/>.</returns>
    public static MessageEncoder Rent()
    {
        MessageEncoder? encoder = s_spare;
        s_spare = null;
        return encoder ?? new MessageEncoder();
    }

    /// <summary>Gives the encoder back; what <see cref="Encode"/> returned is not to be used any more.</summary>
    public void Return()
    {
        _count = 0;
        if (_buffer.Length > LargestKept)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        s_spare = this;
    }

    /// <summary>Writes one message.</summary>
    /// <typeparam name="T">The type of the record.</typeparam>
    /// <param name="envelope">The JSON around it.</param>
    /// <param name="values">What stands in the envelope beside the record.</param>
    /// <param name="format">How to write the record.</param>
    /// <param name="record">The record.</param>
    /// <returns>The message, valid until <see cref="Return"/>.</returns>
    /// <exception cref="InvalidOperationException">The record's fields belong into the envelope's object but it is not written as an object.</exception>
    public ReadOnlyMemory<byte> Encode<T>(Envelope envelope, in EnvelopeValues values, PayloadFormat<T> format, T record)
    {
        _count = 0;
        foreach (EnvelopePart part in envelope.Parts)
        {
            if (part.Slot == EnvelopeSlot.Payload)
            {
                int start = _count;
                Utf8JsonWriter writer = Writer(format.Options);
                format.Write(writer, record);
                writer.Flush();
                if (envelope.PayloadAtRoot)
                    JoinObjects<T>(start);
            }
            else
            {
                Append(part, values);
            }
        }

        return new ReadOnlyMemory<byte>(_buffer, 0, _count);
    }

    /// <summary>Writes one message whose record is JSON already, or that has none.</summary>
    /// <param name="envelope">The JSON around it.</param>
    /// <param name="values">What stands in the envelope beside the record.</param>
    /// <param name="payload">The record.</param>
    /// <returns>The message, valid until <see cref="Return"/>.</returns>
    public ReadOnlyMemory<byte> Encode(Envelope envelope, in EnvelopeValues values, ReadOnlySpan<byte> payload)
    {
        _count = 0;
        foreach (EnvelopePart part in envelope.Parts)
        {
            if (part.Slot == EnvelopeSlot.Payload)
            {
                int start = _count;
                Append(payload);
                if (envelope.PayloadAtRoot)
                    JoinObjects<object>(start);
            }
            else
            {
                Append(part, values);
            }
        }

        return new ReadOnlyMemory<byte>(_buffer, 0, _count);
    }

    private void Append(EnvelopePart part, in EnvelopeValues values)
    {
        switch (part.Slot)
        {
            case EnvelopeSlot.Text:
                Append(part.Bytes);
                break;
            case EnvelopeSlot.Id:
                AppendId(values);
                break;
            case EnvelopeSlot.Scope:
                if (part.Bytes.Length > 0 && values.Scope is null)
                    break;
                Append(part.Bytes);
                AppendString(values.Scope);
                break;
            case EnvelopeSlot.Method or EnvelopeSlot.Message:
                AppendString(values.Text);
                break;
            case EnvelopeSlot.Code:
                Append(values.Code.Span);
                break;
            default:
                Append(values.Json.Span);
                break;
        }
    }

    // An id that came from the peer goes back as it came.
    private void AppendId(in EnvelopeValues values)
    {
        if (!values.IdJson.IsEmpty)
        {
            Append(values.IdJson.Span);
            return;
        }

        Reserve(LongestId);
        if (values.IdKind == CallIdKind.String)
            _buffer[_count++] = (byte)'"';
        bool formatted = Utf8Formatter.TryFormat(values.Id, _buffer.AsSpan(_count), out int written);
        Debug.Assert(formatted, "An integer fits into what was reserved for it.");
        _count += written;
        if (values.IdKind == CallIdKind.String)
            _buffer[_count++] = (byte)'"';
    }

    private void AppendString(string? text)
    {
        if (text is null)
        {
            Append("null"u8);
        }
        else if (text.AsSpan().ContainsAnyExcept(Plain))
        {
            Append(JsonText.Quote(text));
        }
        else
        {
            // Nearly every method and scope: nothing to escape, a byte for each character.
            int length = text.Length + 2;
            Reserve(length);
            Span<byte> quoted = _buffer.AsSpan(_count, length);
            quoted[0] = quoted[^1] = (byte)'"';
            Encoding.ASCII.GetBytes(text, quoted[1..^1]);
            _count += length;
        }
    }

    void IBufferWriter<byte>.Advance(int count) => _count += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_count);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_count);
    }

    // The envelope's object is still open and the record's begins: its brace becomes the comma between them.
    private void JoinObjects<T>(int start)
    {
        if (_count == start || _buffer[start] != (byte)'{')
        {
            throw new InvalidOperationException(
                $"{typeof(T)} is sent with its fields beside the discriminator, so it must be written as a JSON object. Its converter writes something else: let it write an object, or put it at a place of its own (Params in [Calls]).");
        }

        if (start == 0)
            return;
        if (_buffer[start - 1] == (byte)'{')
        {
            // Nothing stands before it in the object: one brace is enough.
            _buffer.AsSpan(start + 1, _count - start - 1).CopyTo(_buffer.AsSpan(start));
            _count--;
        }
        else if (_buffer[start + 1] == (byte)'}')
        {
            _buffer[start] = (byte)'}';
            _count = start + 1;
        }
        else
        {
            _buffer[start] = (byte)',';
        }
    }

    // Of the user's options the writer takes what changes what is written. Indentation would only make frames larger.
    private Utf8JsonWriter Writer(JsonSerializerOptions options)
    {
        if (_writer is null || !ReferenceEquals(_writerEncoder, options.Encoder) || _writerDepth != options.MaxDepth)
        {
            _writerEncoder = options.Encoder;
            _writerDepth = options.MaxDepth;
            _writer = new Utf8JsonWriter(this, new JsonWriterOptions { Encoder = options.Encoder, MaxDepth = options.MaxDepth, SkipValidation = true });
            return _writer;
        }

        _writer.Reset();
        return _writer;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_count));
        _count += bytes.Length;
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - _count >= more)
            return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_count + more, Math.Max(1024, _buffer.Length * 2)));
        _buffer.AsSpan(0, _count).CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
