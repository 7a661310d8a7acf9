namespace NetWebSockets.Fuzz;

/// <summary>How bytes are cut into reads, as a seed says. Without end.</summary>
internal static class ReadSizes
{
    public static IEnumerable<int> From(int seed)
    {
        switch (seed % 5)
        {
            case 0:
                return [];
            case 1:
                return Enumerable.Repeat(1, int.MaxValue);
            default:
                return Random(seed);
        }
    }

    private static IEnumerable<int> Random(int seed)
    {
        var random = new Random(seed);
        while (true)
        {
            yield return random.Next(8) switch
            {
                < 3 => 1,
                < 5 => random.Next(1, 8),
                < 7 => random.Next(1, 200),
                _ => random.Next(1, 70_000),
            };
        }
    }
}
