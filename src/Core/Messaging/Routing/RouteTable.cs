using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace NetWebSockets.Messaging;

/// <summary>
/// From a discriminator's UTF-8 bytes to the number of its route, without making a string. Filled once; only the contract's own values
/// are in it, so that no peer can make its chains long.
/// </summary>
internal sealed class RouteTable
{
    private readonly Entry[] _entries;
    private readonly int _mask;

    /// <summary>Creates the table.</summary>
    /// <param name="values">The discriminators, each once; a value's place is the number of its route.</param>
    public RouteTable(IReadOnlyList<string> values)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, values.Count * 2));
        _entries = new Entry[size];
        _mask = size - 1;
        for (int i = 0; i < values.Count; i++)
        {
            byte[] value = Encoding.UTF8.GetBytes(values[i]);
            uint hash = Hash(value);
            int slot = (int)hash & _mask;
            while (_entries[slot].Value is not null)
                slot = (slot + 1) & _mask;
            _entries[slot] = new Entry(value, hash, i);
        }
    }

    /// <summary>Finds a route.</summary>
    /// <param name="value">The discriminator found in a message.</param>
    /// <returns>The number of the route, or -1.</returns>
    public int Find(ReadOnlySpan<byte> value)
    {
        uint hash = Hash(value);
        for (int slot = (int)hash & _mask; ; slot = (slot + 1) & _mask)
        {
            ref readonly Entry entry = ref _entries[slot];
            if (entry.Value is null)
                return -1;
            if (entry.Hash == hash && value.SequenceEqual(entry.Value))
                return entry.Route;
        }
    }

    // The length and both ends tell the names of real protocols apart; the comparison afterwards decides.
    private static uint Hash(ReadOnlySpan<byte> value)
    {
        ulong ends;
        if (value.Length >= 8)
        {
            ends = MemoryMarshal.Read<ulong>(value) ^ BitOperations.RotateLeft(MemoryMarshal.Read<ulong>(value[^8..]), 29);
        }
        else
        {
            ends = 0;
            foreach (byte b in value)
                ends = (ends << 8) | b;
        }

        ulong mixed = (ends + (uint)value.Length) * 0x9E37_79B9_7F4A_7C15;
        return (uint)(mixed >> 32);
    }

    private readonly record struct Entry(byte[]? Value, uint Hash, int Route);
}
