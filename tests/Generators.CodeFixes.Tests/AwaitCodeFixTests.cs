using Verifier = NetWebSockets.Generators.CodeFixes.Tests.CodeFixVerifier<
    NetWebSockets.Generators.Analyzers.DroppedResultAnalyzer,
    NetWebSockets.Generators.CodeFixes.AwaitCodeFix>;

namespace NetWebSockets.Generators.CodeFixes.Tests;

public class AwaitCodeFixTests
{
    private const string Call = "{|NWS0060:client.SayAsync(\"a\")|}";

    private const string Contract =
        """

        public interface IChat : IWebSocketClient
        {
            ValueTask SayAsync(string text);

            Task<int> CountAsync();

            IChat Other { get; }
        }
        """;

    [Theory]
    [InlineData("public async Task UseAsync(IChat client) { CALL; }")]
    [InlineData("public async Task UseAsync(IChat client) => CALL;")]
    [InlineData("public async void Use(IChat client) { CALL; }")]
    [InlineData("public async Task UseAsync(IChat client) { if (client is not null) CALL; }")]
    [InlineData("public async Task UseAsync(IChat client) { try { } catch { CALL; } finally { } }")]
    [InlineData("public async Task UseAsync(IChat client) { try { } finally { CALL; } }")]
    [InlineData("public async Task UseAsync(IChat client) { for (; ; CALL) { } }")]
    [InlineData("public async Task UseAsync(IChat client) { foreach (int i in new int[2]) { CALL; } }")]
    [InlineData("public async System.Collections.Generic.IAsyncEnumerable<int> UseAsync(IChat client) { CALL; yield return 1; }")]
    [InlineData("public void Use(IChat client) { Func<Task> later = async () => CALL; }")]
    [InlineData("public void Use(IChat client) { Func<Task> later = async () => { CALL; }; }")]
    [InlineData("public void Use(IChat client) { Func<int, Task> later = async _ => { CALL; }; }")]
    [InlineData("public void Use(IChat client) { Func<Task> later = async delegate { CALL; }; }")]
    [InlineData("public void Use(IChat client) { async Task LaterAsync() { CALL; } }")]
    [InlineData("public void Use(IChat client) { lock (this) { Func<Task> later = async () => { CALL; }; } }")]
    [InlineData("public void Use(IChat client) { Span<int> span = default; Func<Task> later = async () => { CALL; }; }")]
    [InlineData("public async Task UseAsync(IChat client) { { Span<int> span = default; } CALL; }")]
    public Task The_call_is_awaited(string member) => Verifier.VerifyAsync(
        Class(member.Replace("CALL", Call, StringComparison.Ordinal)), Class(member.Replace("CALL", "await client.SayAsync(\"a\")", StringComparison.Ordinal)));

    [Theory]
    [InlineData("client.CountAsync()")]
    [InlineData("client.Other.SayAsync(\"a\")")]
    [InlineData("client!.SayAsync(\"a\")")]
    [InlineData("(client).SayAsync(\"a\")")]
    public Task Any_call_is(string call) => Verifier.VerifyAsync(
        Class($"public async Task UseAsync(IChat client) {{ {{|NWS0060:{call}|}}; }}"), Class($"public async Task UseAsync(IChat client) {{ await {call}; }}"));

    [Fact]
    public Task What_is_written_around_it_stays() => Verifier.VerifyAsync(
        Class($"public async Task UseAsync(IChat client)\n{{\n    // Says it.\n    {Call}; // said\n    /* again */ {Call};\n}}"),
        Class("public async Task UseAsync(IChat client)\n{\n    // Says it.\n    await client.SayAsync(\"a\"); // said\n    /* again */ await client.SayAsync(\"a\");\n}"));

    [Fact]
    public Task It_is_in_top_level_code() => Verifier.VerifyAsync(
        Usings + $"IChat client = null!;\n{Call};\nif (client is not null) {{ {Call}; }}\n" + Contract,
        Usings + "IChat client = null!;\nawait client.SayAsync(\"a\");\nif (client is not null) { await client.SayAsync(\"a\"); }\n" + Contract);

    [Theory]
    [InlineData("public void Use(IChat client) { CALL; }")]
    [InlineData("public Task UseAsync(IChat client) { CALL; return Task.CompletedTask; }")]
    [InlineData("public int Use { set { IChat client = null!; CALL; } }")]
    [InlineData("public User(IChat client) { CALL; }")]
    [InlineData("public async Task UseAsync(IChat client) { Action later = () => CALL; await Task.Yield(); }")]
    [InlineData("public async Task UseAsync(IChat client) { void Later() { CALL; } await Task.Yield(); }")]
    [InlineData("public async Task UseAsync(IChat client) { lock (this) { CALL; } await Task.Yield(); }")]
    [InlineData("public async Task UseAsync(IChat client) { unsafe { CALL; } await Task.Yield(); }")]
    [InlineData("public async Task UseAsync(IChat client) { for (CALL; ; ) { await Task.Yield(); } }")]
    [InlineData("public unsafe async Task UseAsync(IChat client) { CALL; }")]
    [InlineData("public async Task UseAsync(IChat client) { Span<int> span = stackalloc int[2]; CALL; span[0] = 1; }")]
    [InlineData("public async Task UseAsync(IChat client) { int one = 1; ref int other = ref one; CALL; other = 2; }")]
    [InlineData("public async Task UseAsync(IChat client) { foreach (int i in \"ab\".AsSpan()) { CALL; } }")]
    [InlineData("public async Task UseAsync(IChat client) { {|NWS0060:client?.SayAsync(\"a\")|}; }")]
    [InlineData("public async Task UseAsync(IChat client) { {|NWS0060:client?.Other.CountAsync()|}; }")]
    public Task It_is_left_where_no_await_may_stand(string member) => Verifier.VerifyNoFixAsync(Class(member.Replace("CALL", Call, StringComparison.Ordinal)));

    private const string Usings = "using System;\nusing System.Threading.Tasks;\nusing NetWebSockets;\n";

    private static string Class(string member) => Usings + "public class User\n{\n" + member + "\n}\n" + Contract;
}
