using Xunit;

namespace NetWebSockets.InteropTests.Endurance;

/// <summary>These tests count what the whole process holds: they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EnduranceCollection
{
    public const string Name = "Endurance";
}
