using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NetWebSockets.Protocol;

/// <summary>
/// A table to decode a Huffman code of RFC 1951, section 3.2.2: looked up by the next bits of the input, with second tables behind it for codes longer than its own index.
/// </summary>
internal sealed class HuffmanTable
{
    /// <summary>The longest code.</summary>
    public const int MaxCodeLength = 15;

    // An entry: bits 0 to 3 the length of the code (in a second table: of what is left of it), 4 to 7 the extra bits that follow it (or the index bits of the second table),
    // 8 to 11 the kind, 16 to 31 the value: a literal, a base, or where the second table begins.
    public const uint KindMask = 0xF00;
    public const uint Literal = 0x000;
    public const uint Base = 0x100;
    public const uint EndOfBlock = 0x200;
    public const uint Second = 0x300;
    public const uint Invalid = 0x400;

    private readonly uint[] _entries;

    /// <param name="rootBits">The index bits of the first table.</param>
    /// <param name="size">The most entries that a code of the alphabet can need with them.</param>
    public HuffmanTable(int rootBits, int size)
    {
        RootBits = rootBits;
        _entries = new uint[size];
    }

    public int RootBits { get; }

    public uint[] Entries => _entries;

    /// <summary>Fills the table.</summary>
    /// <param name="lengths">The length of each symbol's code; 0 for a symbol that does not occur.</param>
    /// <param name="symbols">What an entry says of each symbol: its kind, extra bits and value.</param>
    /// <param name="mayBeIncomplete">Whether a code of a single symbol is allowed (section 3.2.7: distances).</param>
    /// <returns><see langword="false"/> when the lengths are those of no code.</returns>
    public bool TryBuild(ReadOnlySpan<byte> lengths, ReadOnlySpan<uint> symbols, bool mayBeIncomplete)
    {
        Span<ushort> count = stackalloc ushort[MaxCodeLength + 1];
        count.Clear();
        foreach (byte length in lengths)
            count[length]++;
        int longest = MaxCodeLength;
        while (longest > 0 && count[longest] == 0)
            longest--;
        int rootSize = 1 << RootBits;
        if (longest == 0)
        {
            // No code at all: wrong only when one is used.
            _entries.AsSpan(0, rootSize).Fill(Invalid | 1);
            return true;
        }

        int left = 1;
        for (int length = 1; length <= MaxCodeLength; length++)
        {
            left = (left << 1) - count[length];
            if (left < 0)
                return false;
        }

        if (left > 0 && !(mayBeIncomplete && longest == 1))
            return false;
        if (left > 0)
            _entries.AsSpan(0, rootSize).Fill(Invalid | 1);

        // The symbols in the order of their codes.
        Span<ushort> offset = stackalloc ushort[MaxCodeLength + 2];
        offset.Clear();
        for (int length = 1; length <= MaxCodeLength; length++)
            offset[length + 1] = (ushort)(offset[length] + count[length]);
        int used = offset[MaxCodeLength + 1];
        Span<ushort> sorted = stackalloc ushort[320];
        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0)
                sorted[offset[lengths[symbol]]++] = (ushort)symbol;
        }

        uint code = 0;              // with its first bit lowest, as it comes in the input
        int next = rootSize;        // where the next second table begins
        int second = -1;            // the root index of the present second table
        int secondStart = 0;
        int secondBits = 0;
        for (int i = 0; i < used; i++)
        {
            int length = lengths[sorted[i]];
            uint entry = symbols[sorted[i]];
            if (length <= RootBits)
            {
                Fill(_entries.AsSpan(0, rootSize), code, length, entry | (uint)length);
            }
            else
            {
                int root = (int)code & (rootSize - 1);
                if (root != second)
                {
                    // As long as the codes that share the root need: those that come are no shorter.
                    second = root;
                    secondStart = next;
                    secondBits = length - RootBits;
                    int room = 1 << secondBits;
                    while (secondBits + RootBits < longest)
                    {
                        room -= count[secondBits + RootBits];
                        if (room <= 0)
                            break;
                        secondBits++;
                        room <<= 1;
                    }

                    next += 1 << secondBits;
                    if (next > _entries.Length)
                        return false;
                    _entries[root] = Second | ((uint)secondStart << 16) | ((uint)secondBits << 4) | (uint)RootBits;
                }

                Fill(_entries.AsSpan(secondStart, 1 << secondBits), code >> RootBits, length - RootBits, entry | (uint)(length - RootBits));
            }

            count[length]--;
            code = Next(code, length);
        }

        return true;
    }

    private static void Fill(Span<uint> table, uint code, int length, uint entry)
    {
        ref uint first = ref MemoryMarshal.GetReference(table);
        for (int i = (int)code; i < table.Length; i += 1 << length)
            Unsafe.Add(ref first, i) = entry;
    }

    // The code after this one of the same length, counted from the highest bit of a code whose bits are reversed.
    private static uint Next(uint code, int length)
    {
        uint bit = 1u << (length - 1);
        while ((code & bit) != 0)
            bit >>= 1;
        return bit == 0 ? 0 : (code & (bit - 1)) | bit;
    }
}
