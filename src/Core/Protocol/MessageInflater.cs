namespace NetWebSockets.Protocol;

/// <summary>
/// Inflates messages compressed by permessage-deflate (RFC 7692, section 7.2.2), piece by piece as they come, each ended by the four bytes that the peer left out. The
/// window is always the largest: as in Chromium, a peer that refers back farther than it agreed to is understood.
/// </summary>
internal sealed class MessageInflater
{
    // What a compressor leaves out at the end of a message (section 7.2.1): the length of an empty stored block.
    private static readonly byte[] Tail = [0x00, 0x00, 0xFF, 0xFF];

    private readonly Inflater _inflater = new();
    private readonly bool _contextTakeover;
    private bool _isLast;
    private bool _isTail;
    private bool _isEmpty = true;       // no byte of the message has come

    /// <param name="contextTakeover">Whether messages may refer to earlier ones.</param>
    public MessageInflater(bool contextTakeover) => _contextTakeover = contextTakeover;

    /// <summary>Gives it the next piece of a message, once <see cref="Read"/> has returned 0 for the one before.</summary>
    /// <param name="buffer">Where the piece is; left alone until Read has returned 0.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="count">How long it is.</param>
    /// <param name="isLast">Whether the message ends with it.</param>
    public void SetInput(byte[] buffer, int offset, int count, bool isLast)
    {
        _inflater.SetInput(buffer, offset, count);
        _isLast = isLast;
        _isTail = false;
        _isEmpty &= count == 0;
    }

    /// <summary>Inflates.</summary>
    /// <param name="destination">Room for at least one byte.</param>
    /// <returns>How many bytes came out; 0 when the piece is used up.</returns>
    /// <exception cref="ProtocolException">It is not what a compressor writes.</exception>
    public int Read(Span<byte> destination)
    {
        try
        {
            int count = _inflater.Read(destination);
            // A message of no bytes should have one (section 7.2.3.6); there are servers that leave it out, and the tail alone would be no block.
            if (count == 0 && _isLast && !_isTail && !_isEmpty)
            {
                _isTail = true;
                _inflater.SetInput(Tail, 0, Tail.Length);
                count = _inflater.Read(destination);
            }

            if (count == 0 && _isLast)
                EndMessage();
            return count;
        }
        catch (InvalidDataException exception)
        {
            throw Broken($"Could not inflate a message. {exception.Message}");
        }
    }

    /// <summary>Between messages: gives up the memory when the next message may not refer to earlier ones anyway.</summary>
    public void Rest()
    {
        if (!_contextTakeover)
            _inflater.Release();
    }

    /// <summary>Gives all memory back.</summary>
    public void Release() => _inflater.Release();

    private void EndMessage()
    {
        _isLast = false;
        _isEmpty = true;
        if (!_inflater.IsBetweenBlocks)
        {
            // After a final block (section 7.2.3.4) a peer may have left out the byte of padding that the tail needs; nothing is lost by it.
            if (!_inflater.HasEndedFinalBlock)
                throw Broken("Could not inflate a message: it ends inside a block.");
            _inflater.StartOver();
        }

        _inflater.HasEndedFinalBlock = false;
        if (!_contextTakeover)
            _inflater.StartOver();
    }

    private static ProtocolException Broken(string message) => new(CloseCode.ProtocolError, "WebSocket Protocol Error", message);
}
