using System.Text.Unicode;

namespace NetWebSockets.Protocol;

/// <summary>
/// Validates UTF-8 that comes in pieces, and fails at the first byte that cannot become valid (RFC 6455, section 8.1; RFC 3629).
/// Whole pieces go through the platform's vectorised check; only what is cut at their edges is looked at byte by byte.
/// </summary>
internal struct Utf8Validator
{
    private uint _pending;  // the bytes of the sequence that a piece was cut in, first byte lowest
    private int _have;      // how many of them are there
    private int _need;      // how long the sequence will be

    /// <summary>Whether everything so far ends at the end of a sequence.</summary>
    public readonly bool IsComplete => _have == 0;

    /// <summary>Takes the next piece.</summary>
    /// <returns><see langword="false"/> when the bytes so far cannot be the start of valid UTF-8.</returns>
    public bool TryAdd(ReadOnlySpan<byte> piece)
    {
        while (_have > 0 && !piece.IsEmpty)
        {
            if (!TryAddTrailing(piece[0]))
                return false;
            piece = piece[1..];
        }

        if (piece.IsEmpty)
            return true;

        int cut = CutLength(piece);
        if (!Utf8.IsValid(piece[..^cut]))
            return false;
        foreach (byte b in piece[^cut..])
        {
            if (_have == 0)
            {
                _need = SequenceLength(b);
                if (_need == 0)
                    return false;
                _pending = b;
                _have = 1;
            }
            else if (!TryAddTrailing(b))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Starts over for the next message.</summary>
    public void Reset() => this = default;

    private bool TryAddTrailing(byte b)
    {
        if (_have == 1 ? !IsSecondByte((byte)_pending, b) : (b & 0xC0) != 0x80)
            return false;
        _pending |= (uint)b << (8 * _have);
        if (++_have == _need)
            _have = 0;
        return true;
    }

    // How many bytes at the end belong to a sequence that goes on in the next piece: at most 3.
    private static int CutLength(ReadOnlySpan<byte> piece)
    {
        for (int back = 1; back <= 3 && back <= piece.Length; back++)
        {
            byte b = piece[^back];
            if ((b & 0xC0) == 0x80)
                continue;
            return SequenceLength(b) > back ? back : 0;
        }

        return 0;
    }

    private static int SequenceLength(byte lead) => lead switch
    {
        < 0x80 => 1,
        < 0xC2 => 0,
        < 0xE0 => 2,
        < 0xF0 => 3,
        < 0xF5 => 4,
        _ => 0,
    };

    // RFC 3629, section 4: no overlong forms, no surrogates, nothing beyond U+10FFFF. All of that shows in the second byte.
    private static bool IsSecondByte(byte lead, byte second) => lead switch
    {
        0xE0 => second is >= 0xA0 and <= 0xBF,
        0xED => second is >= 0x80 and <= 0x9F,
        0xF0 => second is >= 0x90 and <= 0xBF,
        0xF4 => second is >= 0x80 and <= 0x8F,
        _ => (second & 0xC0) == 0x80,
    };
}
