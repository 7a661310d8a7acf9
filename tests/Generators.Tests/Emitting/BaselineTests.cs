using Microsoft.CodeAnalysis;
using NetWebSockets.Generators.Tests.Harness;

namespace NetWebSockets.Generators.Tests.Emitting;

public class BaselineTests
{
    public static TheoryData<string> SampleNames => [.. Samples.All.Keys];

    [Theory]
    [MemberData(nameof(SampleNames))]
    public void A_contract_generates_what_its_baseline_says(string sample)
    {
        (_, IReadOnlyDictionary<string, string> generated) = TestCompilation.Generate(Samples.All[sample]);

        Assert.Single(generated);
        Baseline.Verify(sample, generated);
    }

    [Theory]
    [MemberData(nameof(SampleNames))]
    public void A_contract_compiles_without_a_complaint(string sample)
    {
        (Compilation compilation, _) = TestCompilation.Generate(Samples.All[sample]);

        Assert.Empty(compilation.Complaints());
    }

    [Theory]
    [MemberData(nameof(SampleNames))]
    public async Task A_good_contract_has_nothing_to_be_diagnosed(string sample) => await Analysis.IsSilentAsync(Samples.All[sample]);
}
