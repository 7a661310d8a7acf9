using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace NetWebSockets.Protocol;

/// <summary>Client-to-server masking (RFC 6455, section 5.3): mask and copy in one vectorised pass.</summary>
internal static class Mask
{
    // The platform's generator is asked for this many keys at once: asking it for 4 bytes per frame is most of the cost of a small frame.
    private const int KeysPerBlock = 256;

    [ThreadStatic]
    private static KeyBlock? Keys;

    /// <summary>An unpredictable key (section 10.3), in the byte order of the wire when stored little-endian.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NextKey()
    {
        KeyBlock? block = Keys;
        if (block is null || block.Next >= block.Values.Length)
            block = Refill();
        return block.Values[block.Next++];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static KeyBlock Refill()
    {
        KeyBlock block = Keys ??= new KeyBlock();
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(block.Values.AsSpan()));
        block.Next = 0;
        return block;
    }

    private sealed class KeyBlock
    {
        public readonly uint[] Values = new uint[KeysPerBlock];

        public int Next = KeysPerBlock;
    }

    /// <summary>The key for bytes that start <paramref name="offset"/> bytes into the payload.</summary>
    public static uint Rotate(uint key, int offset) => BitOperations.RotateRight(key, 8 * (offset & 3));

    /// <summary>Copies <paramref name="source"/> masked. The two may be the same memory, but must not overlap otherwise.</summary>
    /// <param name="source">The payload.</param>
    /// <param name="destination">At least as long.</param>
    /// <param name="key">The key, little-endian.</param>
    public static void Apply(ReadOnlySpan<byte> source, Span<byte> destination, uint key)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, source.Length);
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        nuint length = (nuint)source.Length;
        nuint i = 0;

        if (BitConverter.IsLittleEndian)
        {
            if (Vector512.IsHardwareAccelerated && length >= 64)
            {
                Vector512<byte> wide = Vector512.Create(key).AsByte();
                for (; i + 64 <= length; i += 64)
                    (Vector512.LoadUnsafe(ref from, i) ^ wide).StoreUnsafe(ref to, i);
            }

            if (Vector256.IsHardwareAccelerated && length - i >= 32)
            {
                Vector256<byte> wide = Vector256.Create(key).AsByte();
                for (; i + 32 <= length; i += 32)
                    (Vector256.LoadUnsafe(ref from, i) ^ wide).StoreUnsafe(ref to, i);
            }

            if (Vector128.IsHardwareAccelerated)
            {
                Vector128<byte> wide = Vector128.Create(key).AsByte();
                for (; i + 16 <= length; i += 16)
                    (Vector128.LoadUnsafe(ref from, i) ^ wide).StoreUnsafe(ref to, i);
            }

            ulong pair = ((ulong)key << 32) | key;
            for (; i + 8 <= length; i += 8)
            {
                ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, i)) ^ pair;
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, i), word);
            }
        }

        // Every step above is a multiple of 4, so i stands at the start of the key.
        for (; i < length; i++)
            Unsafe.Add(ref to, i) = (byte)(Unsafe.Add(ref from, i) ^ (byte)(key >> (int)(8 * (i & 3))));
    }

    /// <summary>Writes the key as it stands on the wire.</summary>
    public static void WriteKey(Span<byte> destination, uint key) => BinaryPrimitives.WriteUInt32LittleEndian(destination, key);
}
