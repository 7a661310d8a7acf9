using System.Runtime.CompilerServices;
using System.Text;

namespace NetWebSockets.Messaging;

/// <summary>A <see cref="LocatorMatch"/> made ready.</summary>
internal sealed class LocatorCondition
{
    private readonly int _slot;
    private readonly LocatorMatchKind _kind;
    private readonly byte[] _value;
    private readonly TextTemplate? _template;

    /// <summary>Makes it ready.</summary>
    /// <param name="slot">The number of its place.</param>
    /// <param name="match">What must stand there.</param>
    /// <exception cref="ArgumentException">The template is wrong.</exception>
    public LocatorCondition(int slot, LocatorMatch match)
    {
        _slot = slot;
        _kind = match.Kind;
        _value = Encoding.UTF8.GetBytes(match.Value ?? "");
        if (match.Kind == LocatorMatchKind.Template && !TextTemplate.TryParse(match.Value!, out _template, out string? error))
            throw new ArgumentException(error);
    }

    /// <summary>The place as a bit.</summary>
    public uint Mask => 1u << _slot;

    /// <summary>Whether a message has what must stand there. What was not reached counts as not there: scan for <see cref="Mask"/> first.</summary>
    [SkipLocalsInit]
    public bool IsMet(in ScannedMessage found, ReadOnlySpan<byte> message)
    {
        if (_kind == LocatorMatchKind.Present)
            return found.HasValue(_slot);
        if (_kind == LocatorMatchKind.Absent)
            return !found.HasValue(_slot);
        Span<byte> buffer = stackalloc byte[JsonText.MaxEscaped];
        return JsonText.TryGet(found.Value(_slot, message), buffer, out ReadOnlySpan<byte> text)
            && (_template?.IsMatch(text) ?? text.SequenceEqual(_value));
    }

    /// <summary>Whether all are met.</summary>
    public static bool AreMet(LocatorCondition[] conditions, in ScannedMessage found, ReadOnlySpan<byte> message)
    {
        foreach (LocatorCondition condition in conditions)
        {
            if (!condition.IsMet(found, message))
                return false;
        }

        return true;
    }
}
