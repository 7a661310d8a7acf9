namespace NetWebSockets.Fuzz;

/// <summary>The inputs that mutation begins with: files in Corpus, one folder for each target.</summary>
internal static class Corpus
{
    /// <summary>The inputs of a target, in an order that does not depend on the machine.</summary>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public static List<byte[]> Load(FuzzTarget target)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Corpus", target.Name);
        List<byte[]> inputs = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.bin").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]
            : [];
        return inputs.Count > 0
            ? inputs
            : throw new InvalidOperationException($"There is no corpus for '{target.Name}'. Write it with: dotnet run --project tests/Fuzz -- --write-corpus tests/Fuzz/Corpus");
    }

    /// <summary>Writes the seeds of every target.</summary>
    public static async Task WriteAsync(string folder)
    {
        foreach (string name in FuzzTargets.Names)
        {
            await using FuzzTarget target = FuzzTargets.Create(name);
            string own = Path.Combine(folder, name);
            Directory.CreateDirectory(own);
            foreach ((string seed, byte[] input) in target.Seeds())
                await File.WriteAllBytesAsync(Path.Combine(own, seed + ".bin"), input);
        }
    }
}
