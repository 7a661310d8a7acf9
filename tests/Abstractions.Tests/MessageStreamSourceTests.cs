using System.Runtime.CompilerServices;
using Xunit;

namespace NetWebSockets.Abstractions.Tests;

public class MessageStreamSourceTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    // What a generator writes for a client, and a test's fake of it.
    private interface IChatClient
    {
        MessageStream<string> SaidMessages(MessageStreamOptions? options = null);
    }

    [Fact]
    public async Task A_fake_of_a_generated_interface_feeds_the_code_under_test()
    {
        var chat = new FakeChat();
        var printed = new List<string>();
        Task worker = WorkAsync(chat, printed);
        chat.Said.Write("hello");
        chat.Said.Write("bye");
        chat.Said.Complete();
        await worker.WaitAsync(Guard, TestContext.Current.CancellationToken);
        Assert.Equal(["hello", "bye"], printed);
        Assert.Equal(0, chat.Said.OpenStreams);

        static async Task WorkAsync(IChatClient client, List<string> printed)
        {
            await using MessageStream<string> said = client.SaidMessages();
            await foreach (string text in said)
                printed.Add(text);
        }
    }

    [Fact]
    public async Task Each_stream_sees_what_is_written_after_it_was_opened()
    {
        var source = new MessageStreamSource<int>();
        source.Write(0);
        await using MessageStream<int> first = source.Open();
        source.Write(1);
        await using MessageStream<int> second = source.Open();
        source.Write(2);
        source.Complete();
        source.Complete();
        Assert.Equal([1, 2], await All(first));
        Assert.Equal([2], await All(second));
        Assert.Equal([], await All(source.Open()));
        Assert.Throws<InvalidOperationException>(() => source.Write(3));
    }

    [Fact]
    public async Task A_fatal_end_comes_after_what_is_buffered()
    {
        var source = new MessageStreamSource<int>();
        MessageStream<int> stream = source.Open();
        source.Write(1);
        var cause = new NetWebSocketException("refused");
        source.Complete(cause);
        Assert.Equal(1, await stream.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Same(cause, await Assert.ThrowsAsync<NetWebSocketException>(async () => await stream.ReadAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_normal_end_makes_ReadAsync_say_so()
    {
        MessageStream<int> stream = MessageStream.From<int>();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal("The message stream has ended.", error.Message);
    }

    [Fact]
    public async Task Disposing_ends_a_waiting_reader_and_unregisters()
    {
        var source = new MessageStreamSource<int>();
        MessageStream<int> stream = source.Open();
        Task<bool> wait = stream.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.Equal(1, source.OpenStreams);
        await stream.DisposeAsync();
        Assert.False(await wait.WaitAsync(Guard, TestContext.Current.CancellationToken));
        Assert.Equal(0, source.OpenStreams);
        source.Write(1);
        Assert.False(stream.TryRead(out _));
    }

    [Fact]
    public async Task A_stream_is_made_from_items() => Assert.Equal([1, 2, 3], await All(MessageStream.From(1, 2, 3)));

    [Fact]
    public async Task A_stream_is_made_from_an_async_enumerable()
    {
        await using MessageStream<int> stream = MessageStream.FromAsyncEnumerable(Count(3));
        Assert.Equal([0, 1, 2], await All(stream));
        Assert.False(await stream.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cancelled_wait_loses_no_item_of_an_async_enumerable()
    {
        var next = new TaskCompletionSource<int>();
        await using MessageStream<int> stream = MessageStream.FromAsyncEnumerable(One(next.Task));
        using var cancellation = new CancellationTokenSource();
        Task<bool> wait = stream.WaitToReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        next.SetResult(7);
        Assert.Equal(7, await stream.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Guard, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Disposing_cancels_the_async_enumerable()
    {
        var cancelled = new TaskCompletionSource();
        MessageStream<int> stream = MessageStream.FromAsyncEnumerable(Forever(cancelled));
        Task<bool> wait = stream.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
        await stream.DisposeAsync();
        await cancelled.Task.WaitAsync(Guard, TestContext.Current.CancellationToken);
        Assert.False(await wait.WaitAsync(Guard, TestContext.Current.CancellationToken));
        await stream.DisposeAsync();
    }

    private static async Task<List<int>> All(MessageStream<int> stream)
    {
        var items = new List<int>();
        await foreach (int item in stream)
            items.Add(item);
        return items;
    }

    private static async IAsyncEnumerable<int> Count(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    private static async IAsyncEnumerable<int> One(Task<int> item)
    {
        yield return await item;
    }

    private static async IAsyncEnumerable<int> Forever(TaskCompletionSource cancelled, [EnumeratorCancellation] CancellationToken token = default)
    {
        try
        {
            await new TaskCompletionSource().Task.WaitAsync(token);
        }
        finally
        {
            if (token.IsCancellationRequested)
                cancelled.SetResult();
        }

        yield return 0;
    }

    private sealed class FakeChat : IChatClient
    {
        public MessageStreamSource<string> Said { get; } = new();

        public MessageStream<string> SaidMessages(MessageStreamOptions? options = null) => Said.Open();
    }
}
