using NetWebSockets.Fuzz;
using Xunit;

namespace NetWebSockets.Tests.Properties;

/// <summary>
/// A bounded run of each fuzzing target, the same inputs every time. The long runs are made by hand: see tests/Fuzz. Alone, for other tests' tasks and memory are not the target's.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class FuzzTests
{
    [Theory]
    [InlineData("frames", 30_000)]
    [InlineData("close", 30_000)]
    [InlineData("extensions", 30_000)]
    [InlineData("inflate", 5_000)]
    [InlineData("cookies", 10_000)]
    [InlineData("json", 30_000)]
    [InlineData("handshake", 500)]
    [InlineData("socket", 1_000)]
    public async Task What_a_peer_sends_never_does_harm(string name, int cases)
    {
        const int Seed = 1;
        await using FuzzTarget target = FuzzTargets.Create(name);
        FuzzResult result = await FuzzRun.RunAsync(target, Seed, FuzzRun.Cases(cases));
        if (result.Failure is not null)
            Assert.Fail(FuzzRun.Report(target, Seed, result));
        Assert.Equal(cases, result.Cases);
    }

    [Fact]
    public void Every_target_is_run()
    {
        IEnumerable<string> run = typeof(FuzzTests).GetMethod(nameof(What_a_peer_sends_never_does_harm))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false)
            .Select(data => (string)((InlineDataAttribute)data).Data[0]!);
        Assert.Equal(FuzzTargets.Names.Order(StringComparer.Ordinal), run.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_corpus_is_what_the_targets_seeds_are()
    {
        foreach (string name in FuzzTargets.Names)
        {
            await using FuzzTarget target = FuzzTargets.Create(name);
            Assert.Equal(target.Seeds().Select(s => Convert.ToHexString(s.Input)).Order(StringComparer.Ordinal), Corpus.Load(target).Select(Convert.ToHexString).Order(StringComparer.Ordinal));
        }
    }
}

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FuzzCollection
{
    public const string Name = "Fuzzing";
}
