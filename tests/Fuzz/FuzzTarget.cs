namespace NetWebSockets.Fuzz;

/// <summary>One place where bytes of a peer come in. An input is a few bytes that choose options and reads, and then what the peer sends.</summary>
internal abstract class FuzzTarget : IAsyncDisposable
{
    /// <summary>Its name on the command line, and of its folder in the corpus.</summary>
    public abstract string Name { get; }

    /// <summary>How many bytes of an input choose options; they are only ever changed, not inserted or removed.</summary>
    public abstract int OptionBytes { get; }

    /// <summary>Whether the rest of an input are frames.</summary>
    public virtual bool IsFrames => false;

    /// <summary>Pieces of text that matter here.</summary>
    public virtual IReadOnlyList<string> Dictionary => [];

    /// <summary>The longest input worth making.</summary>
    public virtual int MaxLength => 4096;

    /// <summary>How many bytes a case may allocate, whatever its input; null where other threads allocate too.</summary>
    public virtual long? MaxAllocated => null;

    /// <summary>Inputs to begin with, made from real frames and handshakes.</summary>
    public abstract IEnumerable<(string Name, byte[] Input)> Seeds();

    /// <summary>Runs one input.</summary>
    /// <returns>
    /// What happened, in few words: inputs that lead to something new are kept and mutated further. Bytes of the input do not belong in it.
    /// </returns>
    /// <exception cref="FuzzFailure">A defect; so is every other exception.</exception>
    public abstract ValueTask<string> RunAsync(byte[] input);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
