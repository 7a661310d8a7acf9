using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace NetWebSockets.Tests.Architecture;

public sealed class LogMessagesTests
{
    private static readonly Dictionary<string, int> Hundreds = new()
    {
        ["Sessions"] = 1,
        ["Sockets"] = 2,
        ["Connections"] = 3,
        ["Messaging"] = 4,
        ["Hosting"] = 5,
    };

    [Fact]
    public void Every_log_message_has_a_number_of_its_own_in_the_range_of_its_area() =>
        Assert.Empty(Problems(RepositoryFiles.Find("src/Core", "*.cs").Select(p => (RepositoryFiles.Relative(p), File.ReadAllText(p)))));

    [Theory]
    [InlineData("src/Core/Telemetry/Log.Sockets.cs", "[LoggerMessage(EventId = 301, Message = \"x\")]", "is not in 2xx")]
    [InlineData("src/Core/Telemetry/Log.Sockets.cs", "[LoggerMessage(301, LogLevel.Debug, \"x\")]", "is not in 2xx")]
    [InlineData("src/Core/Telemetry/Log.Sockets.cs", "[LoggerMessage(Message = \"x\")]", "has no event id")]
    [InlineData("src/Core/Telemetry/Log.Sockets.cs", "[LoggerMessage(201, LogLevel.Debug, \"x\")] void A(); [LoggerMessage(201, LogLevel.Debug, \"x\")]", "is used twice")]
    [InlineData("src/Core/Sockets/Socket.cs", "[LoggerMessage(201, LogLevel.Debug, \"x\")]", "belongs in src/Core/Telemetry/Log.")]
    [InlineData("src/Core/Telemetry/Log.Weather.cs", "[LoggerMessage(201, LogLevel.Debug, \"x\")]", "is no area")]
    public void A_wrong_number_or_place_is_found(string path, string attributes, string problem) =>
        Assert.Contains(problem, Assert.Single(Problems([(path, $"class Log {{ {attributes} void M(); }}")])), StringComparison.Ordinal);

    private static List<string> Problems(IEnumerable<(string Path, string Text)> sources)
    {
        List<string> problems = [];
        HashSet<int> seen = [];
        foreach ((string path, string text) in sources)
        {
            foreach (AttributeSyntax attribute in CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<AttributeSyntax>())
            {
                if (attribute.Name.ToString() is not ("LoggerMessage" or "LoggerMessageAttribute"))
                    continue;
                string place = $"{path}:{attribute.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
                string file = Path.GetFileNameWithoutExtension(path);
                if (!path.StartsWith("src/Core/Telemetry/Log.", StringComparison.Ordinal))
                    problems.Add($"{place}: a log message belongs in src/Core/Telemetry/Log.<Area>.cs");
                else if (!Hundreds.TryGetValue(file.Split('.')[1], out int hundred))
                    problems.Add($"{place}: {file.Split('.')[1]} is no area");
                else if (EventId(attribute) is not { } id)
                    problems.Add($"{place}: has no event id");
                else if (id / 100 != hundred)
                    problems.Add($"{place}: {id} is not in {hundred}xx");
                else if (!seen.Add(id))
                    problems.Add($"{place}: {id} is used twice");
            }
        }

        return problems;
    }

    private static int? EventId(AttributeSyntax attribute)
    {
        SeparatedArguments arguments = new(attribute);
        ExpressionSyntax? value = arguments.Named("EventId") ?? arguments.Named("eventId") ?? arguments.First;
        return value is LiteralExpressionSyntax { Token.Value: int id } ? id : null;
    }

    private readonly struct SeparatedArguments(AttributeSyntax attribute)
    {
        private readonly IReadOnlyList<AttributeArgumentSyntax> _all = attribute.ArgumentList?.Arguments.ToArray() ?? [];

        public ExpressionSyntax? First => _all.FirstOrDefault(a => a.NameEquals is null && a.NameColon is null)?.Expression;

        public ExpressionSyntax? Named(string name) =>
            _all.FirstOrDefault(a => (a.NameEquals?.Name ?? a.NameColon?.Name)?.Identifier.ValueText == name)?.Expression;
    }
}
