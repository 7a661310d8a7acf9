using NetWebSockets.Messaging;
using Xunit;

namespace NetWebSockets.Tests.Messaging;

/// <summary>Streams that keep the latest item of each key.</summary>
public sealed class LatestStreamTests
{
    private readonly StreamSet<(string? Symbol, int Price)> _set = new(
        "ticks", "C", new PumpGate(TimeProvider.System), null, MessageKey.By(static ((string? Symbol, int Price) item) => item.Symbol));

    [Fact]
    public async Task The_newest_of_a_key_stands_where_the_first_unread_one_stood()
    {
        await using MessageStream<(string? Symbol, int Price)> stream = Open(10);
        Write(("a", 1), ("b", 1), ("a", 2), ("c", 1), ("a", 3), ("b", 2));

        Assert.Equal([("a", 3), ("b", 2), ("c", 1)], Drain(stream));
        Assert.Equal(3, stream.Dropped);
    }

    [Fact]
    public async Task What_has_been_read_is_replaced_no_more()
    {
        await using MessageStream<(string? Symbol, int Price)> stream = Open(10);
        Write(("a", 1), ("b", 1));
        Assert.True(stream.TryRead(out (string? Symbol, int Price) first));
        Write(("a", 2));

        Assert.Equal(("a", 1), first);
        Assert.Equal([("b", 1), ("a", 2)], Drain(stream));
        Assert.Equal(0, stream.Dropped);
    }

    [Fact]
    public async Task With_more_keys_than_it_holds_the_oldest_goes_and_its_key_is_new_again()
    {
        await using MessageStream<(string? Symbol, int Price)> stream = Open(2);
        Write(("a", 1), ("b", 1), ("c", 1), ("a", 2));

        Assert.Equal([("c", 1), ("a", 2)], Drain(stream));
        Assert.Equal(2, stream.Dropped);
    }

    [Fact]
    public async Task Items_without_a_key_replace_nothing()
    {
        await using MessageStream<(string? Symbol, int Price)> stream = Open(10);
        Write((null, 1), (null, 2), ("a", 1));

        Assert.Equal([(null, 1), (null, 2), ("a", 1)], Drain(stream));
        Assert.Equal(0, stream.Dropped);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public async Task It_holds_what_a_plain_list_would_hold_whatever_comes(int capacity)
    {
        // A model: a list in which an item replaces that of its key. Written and read in bursts, so that the ring wraps and grows.
        var random = new Random(capacity);
        await using MessageStream<(string? Symbol, int Price)> stream = Open(capacity);
        List<(string? Symbol, int Price)> expected = [];
        long dropped = 0;
        for (int i = 0; i < 20_000; i++)
        {
            if (random.Next(3) > 0)
            {
                (string? Symbol, int Price) item = (random.Next(20) is int key and > 0 ? $"s{key * random.Next(1, 6)}" : null, i);
                Write(item);
                int place = item.Symbol is null ? -1 : expected.FindIndex(e => e.Symbol == item.Symbol);
                if (place >= 0)
                {
                    expected[place] = item;
                    dropped++;
                }
                else
                {
                    if (expected.Count == capacity)
                    {
                        expected.RemoveAt(0);
                        dropped++;
                    }

                    expected.Add(item);
                }
            }
            else if (stream.TryRead(out (string? Symbol, int Price) read))
            {
                Assert.Equal(expected[0], read);
                expected.RemoveAt(0);
            }
            else
            {
                Assert.Empty(expected);
            }
        }

        Assert.Equal(expected, Drain(stream));
        Assert.Equal(dropped, stream.Dropped);
    }

    [Fact]
    public void A_message_without_a_key_cannot_be_streamed_so()
    {
        var set = new StreamSet<int>("ticks", "C", new PumpGate(TimeProvider.System), null);

        ArgumentException failure = Assert.Throws<ArgumentException>(() => set.Open(new MessageStreamOptions { FullMode = MessageStreamFullMode.Latest }));

        Assert.StartsWith("A stream of 'ticks' cannot keep the latest of each key", failure.Message, StringComparison.Ordinal);
        Assert.Contains("declare Key = nameof(…) in the [Receive] of", failure.Message, StringComparison.Ordinal);
    }

    private MessageStream<(string? Symbol, int Price)> Open(int capacity) =>
        _set.Open(new MessageStreamOptions { Capacity = capacity, FullMode = MessageStreamFullMode.Latest });

    private void Write(params (string? Symbol, int Price)[] items)
    {
        foreach ((string? Symbol, int Price) item in items)
            Assert.True(_set.WriteAsync(item).IsCompletedSuccessfully);
    }

    private static List<T> Drain<T>(MessageStream<T> stream)
    {
        List<T> items = [];
        while (stream.TryRead(out T? item))
            items.Add(item);
        return items;
    }
}
