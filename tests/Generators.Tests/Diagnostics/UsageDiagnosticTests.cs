using NetWebSockets.Generators.Tests.Harness;

namespace NetWebSockets.Generators.Tests.Diagnostics;

public class UsageDiagnosticTests
{
    [Theory]
    [InlineData("client.SayAsync(\"a\");", "client.SayAsync(\"a\")")]
    [InlineData("client.SendAsync(new Say(\"a\"));", "client.SendAsync(new Say(\"a\"))")]
    [InlineData("client.GetAsync(\"a\");", "client.GetAsync(\"a\")")]
    [InlineData("client?.GetAsync(\"a\");", "client?.GetAsync(\"a\")")]
    [InlineData("IChat chat = client; chat.CloseAsync();", "chat.CloseAsync()")]
    [InlineData("Action act = () => client.GetAsync(\"a\"); act();", "client.GetAsync(\"a\")")]
    public async Task NWS0060_warns_of_a_task_that_is_dropped(string code, string under) =>
        await Analysis.TellsAsync(User(code), ("NWS0060", under));

    [Theory]
    [InlineData("await client.SayAsync(\"a\");")]
    [InlineData("_ = client.GetAsync(\"a\");")]
    [InlineData("Task task = client.GetAsync(\"a\"); await task;")]
    [InlineData("Func<Task> later = () => client.GetAsync(\"a\"); await later();")]
    [InlineData("Task.Run(() => 1);")]
    public async Task NWS0060_is_silent_where_it_is_kept(string code) => await Analysis.IsSilentAsync(User(code));

    [Theory]
    [InlineData("client.HeardMessages();", "client.HeardMessages()")]
    [InlineData("_ = client.HeardMessages();", "client.HeardMessages()")]
    [InlineData("var heard = client.HeardMessages();", "client.HeardMessages()")]
    [InlineData("await using var heard = client.UnknownMessages();", "client.UnknownMessages()")]
    public async Task NWS0061_warns_of_a_stream_that_nobody_reads(string code, string under) =>
        await Analysis.TellsAsync(User(code), ("NWS0061", under));

    [Theory]
    [InlineData("await foreach (Heard heard in client.HeardMessages()) { }")]
    [InlineData("var heard = client.HeardMessages(); await heard.ReadAsync();")]
    [InlineData("MessageStream<Heard> heard; heard = client.HeardMessages(); await heard.DisposeAsync();")]
    [InlineData("Func<object> open = () => client.HeardMessages(); open();")]
    public async Task NWS0061_is_silent_for_a_stream_that_is_used(string code) => await Analysis.IsSilentAsync(User(code));

    [Theory]
    [InlineData("await client.SayAsync(\"a\");", "client.SayAsync(\"a\")")]
    [InlineData("await client.CloseAsync();", "client.CloseAsync()")]
    [InlineData("async Task Inner() => await client.GetAsync(\"a\"); await Inner();", "client.GetAsync(\"a\")")]
    public async Task NWS0062_tells_a_token_that_is_not_passed(string code, string under) =>
        await Analysis.TellsAsync(User(code, "CancellationToken token"), ("NWS0062", under));

    [Theory]
    [InlineData("await client.SayAsync(\"a\", token);")]
    [InlineData("await client.GetAsync(\"a\", CancellationToken.None);")]
    [InlineData("Func<Chat, Task> inner = static c => c.GetAsync(\"a\"); await inner(client);")]
    [InlineData("await foreach (Heard heard in client.HeardMessages()) { }")]
    public async Task NWS0062_is_silent_where_it_is_passed_or_out_of_reach(string code) =>
        await Analysis.IsSilentAsync(User(code, "CancellationToken token"));

    private static string User(string code, string parameter = "int other") => Contract.WithMessages(
        $$"""
        [Send<Chat>("say")] public sealed record Say(string Text);
        [Receive<Chat>("heard")] public sealed record Heard(string Text);
        [Call<Chat, int>("get")] public sealed record Get(string Key);

        public class User
        {
            public async Task UseAsync(Chat client, {{parameter}})
            {
                await Task.Yield();
                {{code}}
            }
        }
        """);
}
