using Verifier = NetWebSockets.Generators.CodeFixes.Tests.CodeFixVerifier<
    NetWebSockets.Generators.Analyzers.TakesNoTokenAnalyzer,
    NetWebSockets.Generators.CodeFixes.AddTokenCodeFix>;

namespace NetWebSockets.Generators.CodeFixes.Tests;

public class AddTokenCodeFixTests
{
    [Theory]
    [InlineData("[Send(\"a\")] public partial ValueTask {0}({1});", "", "CancellationToken cancellationToken = default")]
    [InlineData("[Call(\"a\")] public partial Task<int> {0}({1});", "int a, string b = \"\"", "int a, string b = \"\", CancellationToken cancellationToken = default")]
    [InlineData("[SendBinary] internal partial ValueTask {0}({1});", "byte[] cancellationToken", "byte[] cancellationToken, CancellationToken cancellationToken_ = default")]
    public Task A_token_is_taken(string method, string parameters, string expected) =>
        Verifier.VerifyAsync(Source(Of(method, "{|NWS0066:Do|}", parameters)), Source(Of(method, "Do", expected)));

    [Theory]
    [InlineData("[Send(\"a\")] public partial ValueTask {0}({1});", "string a, CancellationToken stop")]
    [InlineData("[Call(\"a\")] public partial MessageStream<int> {0}({1});", "")]
    [InlineData("[Event(\"a\")] public partial MessageStream<int> {0}({1});", "")]
    [InlineData("public partial Task {0}({1});", "")]
    public Task What_takes_one_or_has_nothing_to_abandon_is_left_alone(string method, string parameters) =>
        Verifier.VerifyAsync(Source(Of(method, "Do", parameters)), Source(Of(method, "Do", parameters)));

    private static string Of(string method, string name, string parameters) =>
        method.Replace("{0}", name, StringComparison.Ordinal).Replace("{1}", parameters, StringComparison.Ordinal);

    private static string Source(string method) =>
        $$"""
        using System.Threading;
        using System.Threading.Tasks;
        using NetWebSockets;

        [WebSocketClient(Discriminator = "/type")]
        public partial class Client
        {
            {{method}}
        }
        """;
}
