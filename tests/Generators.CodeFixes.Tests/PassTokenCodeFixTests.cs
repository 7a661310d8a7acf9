using Verifier = NetWebSockets.Generators.CodeFixes.Tests.CodeFixVerifier<
    NetWebSockets.Generators.Analyzers.TokenNotPassedAnalyzer,
    NetWebSockets.Generators.CodeFixes.PassTokenCodeFix>;

namespace NetWebSockets.Generators.CodeFixes.Tests;

public class PassTokenCodeFixTests
{
    [Theory]
    [InlineData("client.SayAsync(\"a\", 2)", "client.SayAsync(\"a\", 2, stop)")]
    [InlineData("client.SayAsync(\"a\")", "client.SayAsync(\"a\", cancellationToken: stop)")]
    [InlineData("client.SayAsync(times: 3, text: \"a\")", "client.SayAsync(times: 3, text: \"a\", cancellationToken: stop)")]
    [InlineData("client.CloseAsync()", "client.CloseAsync(stop)")]
    public Task The_token_is_passed(string call, string expected) => Verifier.VerifyAsync(Source($"{{|NWS0062:{call}|}}"), Source(expected));

    [Fact]
    public Task Several_are_passed_at_once() => Verifier.VerifyAsync(
        Source("{|NWS0062:client.CloseAsync()|}; await {|NWS0062:client.CloseAsync()|}"), Source("client.CloseAsync(stop); await client.CloseAsync(stop)"));

    private static string Source(string call) =>
        $$"""
        using System.Threading;
        using System.Threading.Tasks;
        using NetWebSockets;

        public interface IChat : IWebSocketClient
        {
            Task SayAsync(string text, int times = 1, CancellationToken cancellationToken = default);
        }

        public class User
        {
            public async Task UseAsync(IChat client, CancellationToken stop)
            {
                await {{call}};
            }
        }
        """;
}
