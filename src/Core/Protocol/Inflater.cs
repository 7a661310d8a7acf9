using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NetWebSockets.Protocol;

/// <summary>
/// Inflates a DEFLATE stream (RFC 1951) that comes in pieces, into a window that it keeps for what comes later. Made for many small messages: nothing is called through
/// the platform's boundary, nothing is allocated, and it says exactly where it stands, which a message's end depends on.
/// </summary>
internal sealed class Inflater
{
    private const int WindowSize = 32 * 1024;
    private const int BufferSize = 2 * WindowSize;

    // The longest match, and what copying it in words writes past it.
    private const int OutputMargin = 258 + 8;

    private const int LiteralRootBits = 9;
    private const int DistanceRootBits = 8;

    // The most entries that complete codes of 286, 30 and 19 symbols with at most 15, 15 and 7 bits need behind those roots.
    private const int LiteralTableSize = 852;
    private const int DistanceTableSize = 402;
    private const int LengthTableSize = 128;

    private static readonly uint[] LiteralSymbols = CreateLiteralSymbols();
    private static readonly uint[] DistanceSymbols = CreateDistanceSymbols();
    private static readonly uint[] LengthSymbols = CreateLengthSymbols();
    private static readonly (HuffmanTable Literals, HuffmanTable Distances) Fixed = CreateFixed();
    private static readonly byte[] LengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private byte[] _input = [];
    private int _inputPosition;
    private int _inputEnd;
    private ulong _bits;                // what has been taken from the input and not been used, lowest first
    private int _bitCount;

    private byte[] _output = [];        // the window, then what has not been taken yet
    private int _written;
    private int _taken;
    private int _historyStart;          // nothing before it may be referred to

    private State _state;
    private bool _isFinal;
    private int _storedLeft;
    private HuffmanTable _literals = Fixed.Literals;
    private HuffmanTable _distances = Fixed.Distances;

    // Of a block with codes of its own.
    private HuffmanTable? _ownLiterals;
    private HuffmanTable? _ownDistances;
    private HuffmanTable? _ownLengths;
    private byte[]? _lengths;
    private int _literalCount;
    private int _distanceCount;
    private int _lengthCount;
    private int _lengthsRead;

    private enum State
    {
        BlockHeader,
        StoredLength,
        Stored,
        CodeCounts,
        CodeLengthLengths,
        CodeLengths,
        Symbols,
    }

    /// <summary>Whether the input so far ends at the end of a block, but for bits up to the next byte.</summary>
    public bool IsBetweenBlocks => _state == State.BlockHeader && _bitCount < 8;

    /// <summary>Whether a block marked as final has ended since this was last set to false.</summary>
    public bool HasEndedFinalBlock { get; set; }

    /// <summary>Gives it the next input, once <see cref="Read"/> has returned 0.</summary>
    public void SetInput(byte[] input, int offset, int count)
    {
        _input = input;
        _inputPosition = offset;
        _inputEnd = offset + count;
    }

    /// <summary>Inflates.</summary>
    /// <param name="destination">Room for at least one byte.</param>
    /// <returns>How many bytes came out; 0 when the input is used up.</returns>
    /// <exception cref="InvalidDataException">The input is no DEFLATE stream.</exception>
    public int Read(Span<byte> destination)
    {
        if (_taken == _written)
            Inflate();
        int count = Math.Min(destination.Length, _written - _taken);
        _output.AsSpan(_taken, count).CopyTo(destination);
        _taken += count;
        return count;
    }

    /// <summary>What comes next begins a stream of its own: it refers to nothing before it.</summary>
    public void StartOver()
    {
        _state = State.BlockHeader;
        _bits = 0;
        _bitCount = 0;
        _inputPosition = _inputEnd = 0;
        _historyStart = _written;
    }

    /// <summary>Gives the window back to the pool; what comes next refers to nothing before it.</summary>
    public void Release()
    {
        if (_output.Length > 0)
            ArrayPool<byte>.Shared.Return(_output);
        _output = [];
        _input = [];
        _written = _taken = 0;
        StartOver();
        _historyStart = 0;
    }

    // Until the input is used up or the output is full.
    private void Inflate()
    {
        if (_output.Length == 0)
            _output = ArrayPool<byte>.Shared.Rent(BufferSize);
        else if (_written >= BufferSize - OutputMargin)
            Slide();

        while (_state switch
        {
            State.BlockHeader => ReadBlockHeader(),
            State.StoredLength => ReadStoredLength(),
            State.Stored => CopyStored(),
            State.CodeCounts => ReadCodeCounts(),
            State.CodeLengthLengths => ReadCodeLengthLengths(),
            State.CodeLengths => ReadCodeLengths(),
            _ => ReadSymbols(),
        })
        {
        }
    }

    // All that was written has been taken.
    private void Slide()
    {
        int shift = _written - WindowSize;
        _output.AsSpan(shift, WindowSize).CopyTo(_output);
        _written = _taken = WindowSize;
        _historyStart = Math.Max(0, _historyStart - shift);
    }

    // Each of these goes on from one state to the next, and returns false when it needs more input, or room.
    private bool ReadBlockHeader()
    {
        if (!TryTakeBits(3, out uint header))
            return false;
        _isFinal = (header & 1) != 0;
        switch (header >> 1)
        {
            case 0:
                _state = State.StoredLength;
                break;
            case 1:
                (_literals, _distances) = Fixed;
                _state = State.Symbols;
                break;
            case 2:
                _state = State.CodeCounts;
                break;
            default:
                throw Broken("a block of the reserved type");
        }

        return true;
    }

    private bool ReadStoredLength()
    {
        // From the next byte on (RFC 1951, section 3.2.4).
        int partial = _bitCount & 7;
        _bits >>= partial;
        _bitCount -= partial;
        if (!TryTakeBits(32, out uint lengths))
            return false;
        _storedLeft = (int)(lengths & 0xFFFF);
        if (_storedLeft != (int)(~lengths >> 16))
            throw Broken("a stored block whose length does not match its complement");
        _state = State.Stored;
        return true;
    }

    private bool CopyStored()
    {
        while (_storedLeft > 0)
        {
            int room = BufferSize - OutputMargin - _written;
            if (room <= 0)
                return false;
            if (_bitCount > 0)
            {
                _output[_written++] = (byte)_bits;
                _bits >>= 8;
                _bitCount -= 8;
                _storedLeft--;
                continue;
            }

            int count = Math.Min(_storedLeft, Math.Min(room, _inputEnd - _inputPosition));
            if (count == 0)
                return false;
            _input.AsSpan(_inputPosition, count).CopyTo(_output.AsSpan(_written));
            _inputPosition += count;
            _written += count;
            _storedLeft -= count;
        }

        EndBlock();
        return true;
    }

    private bool ReadCodeCounts()
    {
        if (!TryTakeBits(14, out uint counts))
            return false;
        _literalCount = 257 + (int)(counts & 31);
        _distanceCount = 1 + (int)((counts >> 5) & 31);
        _lengthCount = 4 + (int)(counts >> 10);
        if (_literalCount > 286 || _distanceCount > 30)
            throw Broken("a block with too many symbols");
        _lengths ??= new byte[320];
        _lengths.AsSpan(0, 19).Clear();
        _lengthsRead = 0;
        _state = State.CodeLengthLengths;
        return true;
    }

    private bool ReadCodeLengthLengths()
    {
        while (_lengthsRead < _lengthCount)
        {
            if (!TryTakeBits(3, out uint length))
                return false;
            _lengths![LengthOrder[_lengthsRead++]] = (byte)length;
        }

        _ownLengths ??= new HuffmanTable(7, LengthTableSize);
        if (!_ownLengths.TryBuild(_lengths.AsSpan(0, 19), LengthSymbols, mayBeIncomplete: false))
            throw Broken("code lengths that make no code");
        _lengthsRead = 0;
        _state = State.CodeLengths;
        return true;
    }

    private bool ReadCodeLengths()
    {
        int all = _literalCount + _distanceCount;
        byte[] lengths = _lengths!;
        uint[] table = _ownLengths!.Entries;
        while (_lengthsRead < all)
        {
            Refill();
            uint entry = table[_bits & 127];
            int bits = (int)(entry & 15);
            uint symbol = entry >> 16;
            int extra = (int)(entry >> 4) & 15;
            if (bits + extra > _bitCount)
                return false;
            if ((entry & HuffmanTable.KindMask) == HuffmanTable.Invalid)
                throw Broken("a code that does not exist");
            if (symbol < 16)
            {
                lengths[_lengthsRead++] = (byte)symbol;
            }
            else
            {
                int times = (int)(_bits >> bits) & ((1 << extra) - 1);
                times += symbol == 18 ? 11 : 3;
                if (_lengthsRead + times > all || (symbol == 16 && _lengthsRead == 0))
                    throw Broken("a repeated code length where there is nothing to repeat");
                byte value = symbol == 16 ? lengths[_lengthsRead - 1] : (byte)0;
                lengths.AsSpan(_lengthsRead, times).Fill(value);
                _lengthsRead += times;
            }

            _bits >>= bits + extra;
            _bitCount -= bits + extra;
        }

        if (lengths[256] == 0)
            throw Broken("a block that cannot end");
        _ownLiterals ??= new HuffmanTable(LiteralRootBits, LiteralTableSize);
        _ownDistances ??= new HuffmanTable(DistanceRootBits, DistanceTableSize);
        if (!_ownLiterals.TryBuild(lengths.AsSpan(0, _literalCount), LiteralSymbols, mayBeIncomplete: true)
            || !_ownDistances.TryBuild(lengths.AsSpan(_literalCount, _distanceCount), DistanceSymbols, mayBeIncomplete: true))
        {
            throw Broken("code lengths that make no code");
        }

        _literals = _ownLiterals;
        _distances = _ownDistances;
        _state = State.Symbols;
        return true;
    }

    private bool ReadSymbols()
    {
        while (true)
        {
            if (_written > BufferSize - OutputMargin)
                return false;
            if (_inputEnd - _inputPosition >= 8 && BitConverter.IsLittleEndian)
            {
                if (ReadSymbolsFast())
                {
                    EndBlock();
                    return true;
                }

                continue;
            }

            // Near the end of the input, where it may be cut anywhere: a symbol is taken whole or not at all.
            Refill();
            ulong bits = _bits;
            int used = 0;
            uint entry = Look(_literals, ref bits, ref used);
            if (used > _bitCount)
                return false;
            switch (entry & HuffmanTable.KindMask)
            {
                case HuffmanTable.Literal:
                    _output[_written++] = (byte)(entry >> 16);
                    break;
                case HuffmanTable.EndOfBlock:
                    Use(used);
                    EndBlock();
                    return true;
                case HuffmanTable.Base:
                    int length = TakeExtra(entry, ref bits, ref used);
                    uint distanceEntry = Look(_distances, ref bits, ref used);
                    if (used > _bitCount)
                        return false;
                    if ((distanceEntry & HuffmanTable.KindMask) != HuffmanTable.Base)
                        throw Broken("a distance that does not exist");
                    int distance = TakeExtra(distanceEntry, ref bits, ref used);
                    if (used > _bitCount)
                        return false;
                    CheckDistance(distance, _written);
                    CopyMatch(ref MemoryMarshal.GetArrayDataReference(_output), _written, distance, length);
                    _written += length;
                    break;
                default:
                    throw Broken("a code that does not exist");
            }

            Use(used);
        }
    }

    // While there are 8 bytes of input and room for the longest match: no other checks are needed. Returns true at the end of the block.
    private bool ReadSymbolsFast()
    {
        ref byte input = ref MemoryMarshal.GetArrayDataReference(_input);
        ref byte output = ref MemoryMarshal.GetArrayDataReference(_output);
        ref uint literals = ref MemoryMarshal.GetArrayDataReference(_literals.Entries);
        ref uint distances = ref MemoryMarshal.GetArrayDataReference(_distances.Entries);
        ulong bits = _bits;
        int bitCount = _bitCount;
        int position = _inputPosition;
        int lastPosition = _inputEnd - 8;
        int written = _written;
        const int LastWritten = BufferSize - OutputMargin;
        bool ended = false;

        while (position <= lastPosition && written <= LastWritten)
        {
            // To at least 56 bits; a length with its distance takes at most 48.
            bits |= Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref input, position)) << bitCount;
            position += (63 - bitCount) >> 3;
            bitCount |= 56;

            uint entry = Unsafe.Add(ref literals, (nint)(bits & ((1 << LiteralRootBits) - 1)));
            if ((entry & HuffmanTable.KindMask) == HuffmanTable.Literal)
            {
                int used = (int)entry & 15;
                bits >>= used;
                bitCount -= used;
                Unsafe.Add(ref output, written++) = (byte)(entry >> 16);

                // One literal seldom comes alone, and 41 bits are left.
                entry = Unsafe.Add(ref literals, (nint)(bits & ((1 << LiteralRootBits) - 1)));
                if ((entry & HuffmanTable.KindMask) != HuffmanTable.Literal)
                    continue;
                used = (int)entry & 15;
                bits >>= used;
                bitCount -= used;
                Unsafe.Add(ref output, written++) = (byte)(entry >> 16);
                entry = Unsafe.Add(ref literals, (nint)(bits & ((1 << LiteralRootBits) - 1)));
                if ((entry & HuffmanTable.KindMask) != HuffmanTable.Literal)
                    continue;
                used = (int)entry & 15;
                bits >>= used;
                bitCount -= used;
                Unsafe.Add(ref output, written++) = (byte)(entry >> 16);
                continue;
            }

            if ((entry & HuffmanTable.KindMask) == HuffmanTable.Second)
            {
                bits >>= LiteralRootBits;
                bitCount -= LiteralRootBits;
                entry = Unsafe.Add(ref literals, (nint)((entry >> 16) + (bits & ((1u << (int)((entry >> 4) & 15)) - 1))));
            }

            {
                int used = (int)entry & 15;
                bits >>= used;
                bitCount -= used;
            }

            uint kind = entry & HuffmanTable.KindMask;
            if (kind == HuffmanTable.Literal)
            {
                Unsafe.Add(ref output, written++) = (byte)(entry >> 16);
                continue;
            }

            if (kind != HuffmanTable.Base)
            {
                if (kind != HuffmanTable.EndOfBlock)
                    throw Broken("a code that does not exist");
                ended = true;
                break;
            }

            int extra = (int)(entry >> 4) & 15;
            int length = (int)(entry >> 16) + (int)(bits & ((1u << extra) - 1));
            bits >>= extra;
            bitCount -= extra;

            entry = Unsafe.Add(ref distances, (nint)(bits & ((1 << DistanceRootBits) - 1)));
            if ((entry & HuffmanTable.KindMask) == HuffmanTable.Second)
            {
                bits >>= DistanceRootBits;
                bitCount -= DistanceRootBits;
                entry = Unsafe.Add(ref distances, (nint)((entry >> 16) + (bits & ((1u << (int)((entry >> 4) & 15)) - 1))));
            }

            if ((entry & HuffmanTable.KindMask) != HuffmanTable.Base)
                throw Broken("a distance that does not exist");
            int code = (int)entry & 15;
            bits >>= code;
            bitCount -= code;
            extra = (int)(entry >> 4) & 15;
            int distance = (int)(entry >> 16) + (int)(bits & ((1u << extra) - 1));
            bits >>= extra;
            bitCount -= extra;
            CheckDistance(distance, written);
            CopyMatch(ref output, written, distance, length);
            written += length;
        }

        // Whole bytes that were only looked at go back, but for those of an input before this one, and nothing is left above the count.
        int unused = Math.Min(bitCount >> 3, position - _inputPosition);
        position -= unused;
        bitCount -= 8 * unused;
        _bits = bits & ((1UL << bitCount) - 1);
        _bitCount = bitCount;
        _inputPosition = position;
        _written = written;
        return ended;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckDistance(int distance, int written)
    {
        if (distance > written - _historyStart)
            throw Broken("a reference to before the beginning");
    }

    // In words where source and target do not overlap within one; up to 7 bytes behind the match are written over.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyMatch(ref byte output, int written, int distance, int length)
    {
        ref byte to = ref Unsafe.Add(ref output, written);
        ref byte from = ref Unsafe.Add(ref output, written - distance);
        if (distance >= 8)
        {
            for (int i = 0; i < length; i += 8)
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, i), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, i)));
            return;
        }

        for (int i = 0; i < length; i++)
            Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i);
    }

    // The entry of the next code, whose bits are then skipped. More may be used than there are.
    private static uint Look(HuffmanTable table, ref ulong bits, ref int used)
    {
        uint entry = table.Entries[bits & ((1u << table.RootBits) - 1)];
        if ((entry & HuffmanTable.KindMask) == HuffmanTable.Second)
        {
            bits >>= table.RootBits;
            used += table.RootBits;
            entry = table.Entries[(entry >> 16) + (bits & ((1u << (int)((entry >> 4) & 15)) - 1))];
        }

        int code = (int)entry & 15;
        bits >>= code;
        used += code;
        return entry;
    }

    private static int TakeExtra(uint entry, ref ulong bits, ref int used)
    {
        int extra = (int)(entry >> 4) & 15;
        int value = (int)(entry >> 16) + (int)(bits & ((1u << extra) - 1));
        bits >>= extra;
        used += extra;
        return value;
    }

    private void EndBlock()
    {
        _state = State.BlockHeader;
        if (!_isFinal)
            return;
        // RFC 7692, section 7.2.3.4: what follows a final block begins a stream of its own, at the next byte.
        _isFinal = false;
        HasEndedFinalBlock = true;
        Use(_bitCount & 7);
        _historyStart = _written;
    }

    private void Refill()
    {
        if (_inputEnd - _inputPosition >= 8 && BitConverter.IsLittleEndian)
        {
            int taken = (63 - _bitCount) >> 3;
            _bits |= BitConverter.ToUInt64(_input, _inputPosition) << _bitCount;
            _bitCount += 8 * taken;
            _bits &= (1UL << _bitCount) - 1;
            _inputPosition += taken;
            return;
        }

        // To 63 bits at most: the fast path shifts by the count.
        while (_bitCount < 56 && _inputPosition < _inputEnd)
        {
            _bits |= (ulong)_input[_inputPosition++] << _bitCount;
            _bitCount += 8;
        }
    }

    private bool TryTakeBits(int count, out uint bits)
    {
        Refill();
        bits = (uint)(_bits & ((1UL << count) - 1));
        if (_bitCount < count)
            return false;
        Use(count);
        return true;
    }

    private void Use(int count)
    {
        _bits >>= count;
        _bitCount -= count;
    }

    private static InvalidDataException Broken(string what) => new($"The compressed data has {what}.");

    // RFC 1951, section 3.2.5.
    private static uint[] CreateLiteralSymbols()
    {
        uint[] symbols = new uint[288];
        for (uint literal = 0; literal < 256; literal++)
            symbols[literal] = HuffmanTable.Literal | (literal << 16);
        symbols[256] = HuffmanTable.EndOfBlock;
        uint length = 3;
        for (int symbol = 257; symbol < 285; symbol++)
        {
            uint extra = symbol < 265 ? 0 : (uint)(symbol - 261) / 4;
            symbols[symbol] = HuffmanTable.Base | (extra << 4) | (length << 16);
            length += 1u << (int)extra;
        }

        symbols[285] = HuffmanTable.Base | (258 << 16);
        symbols[286] = symbols[287] = HuffmanTable.Invalid;
        return symbols;
    }

    private static uint[] CreateDistanceSymbols()
    {
        uint[] symbols = new uint[32];
        uint distance = 1;
        for (int symbol = 0; symbol < 30; symbol++)
        {
            uint extra = symbol < 4 ? 0 : (uint)(symbol - 2) / 2;
            symbols[symbol] = HuffmanTable.Base | (extra << 4) | (distance << 16);
            distance += 1u << (int)extra;
        }

        symbols[30] = symbols[31] = HuffmanTable.Invalid;
        return symbols;
    }

    // Section 3.2.7: 16 to 18 repeat, with extra bits.
    private static uint[] CreateLengthSymbols()
    {
        uint[] symbols = new uint[19];
        for (uint symbol = 0; symbol < 19; symbol++)
            symbols[symbol] = (symbol << 16) | ((symbol switch { 16 => 2u, 17 => 3u, 18 => 7u, _ => 0u }) << 4);
        return symbols;
    }

    // Section 3.2.6.
    private static (HuffmanTable Literals, HuffmanTable Distances) CreateFixed()
    {
        byte[] lengths = new byte[288];
        lengths.AsSpan(0, 144).Fill(8);
        lengths.AsSpan(144, 112).Fill(9);
        lengths.AsSpan(256, 24).Fill(7);
        lengths.AsSpan(280).Fill(8);
        HuffmanTable literals = new(LiteralRootBits, LiteralTableSize);
        HuffmanTable distances = new(DistanceRootBits, DistanceTableSize);
        byte[] distanceLengths = new byte[32];
        distanceLengths.AsSpan().Fill(5);
        literals.TryBuild(lengths, LiteralSymbols, mayBeIncomplete: false);
        distances.TryBuild(distanceLengths, DistanceSymbols, mayBeIncomplete: false);
        return (literals, distances);
    }
}
