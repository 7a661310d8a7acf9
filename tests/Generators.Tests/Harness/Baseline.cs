using System.Text;
using System.Text.RegularExpressions;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace NetWebSockets.Generators.Tests.Harness;

/// <summary>
/// Compares generated text with a file of the tree, Baselines/{name}.cs.txt. A difference fails and is shown; it is only ever accepted by running
/// with NWS_UPDATE_BASELINES=1 and reading the difference before committing it.
/// </summary>
internal static partial class Baseline
{
    public static void Verify(string name, IReadOnlyDictionary<string, string> generated)
    {
        StringBuilder all = new();
        foreach ((string hint, string text) in generated.OrderBy(static g => g.Key, StringComparer.Ordinal))
            all.Append("//// ").Append(hint).Append('\n').Append(text);
        string actual = Version().Replace(all.ToString(), "\"NetWebSockets.Generators\", \"{version}\"");

        string path = Repository.PathOf("tests", "Generators.Tests", "Baselines", name + ".cs.txt");
        if (Environment.GetEnvironmentVariable("NWS_UPDATE_BASELINES") == "1")
            File.WriteAllText(path, actual);
        string expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (expected != actual)
            Assert.Fail($"{path} differs. When the new text is right, run again with NWS_UPDATE_BASELINES=1 and commit it.\n{Difference(expected, actual)}");
    }

    private static string Difference(string expected, string actual)
    {
        StringBuilder text = new();
        foreach (DiffPiece line in InlineDiffBuilder.Diff(expected, actual).Lines)
        {
            if (line.Type is ChangeType.Inserted or ChangeType.Deleted)
                text.Append(line.Type == ChangeType.Inserted ? "+ " : "- ").Append(line.Text).Append('\n');
        }

        return text.ToString();
    }

    [GeneratedRegex("\"NetWebSockets\\.Generators\", \"[0-9.]+\"")]
    private static partial Regex Version();
}
