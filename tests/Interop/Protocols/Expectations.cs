using Xunit;

namespace NetWebSockets.InteropTests.Protocols;

/// <summary>What must come, and soon.</summary>
internal static class Expectations
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The next item, which must come.</summary>
    public static Task<T> NextAsync<T>(this MessageStream<T> stream) => stream.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();

    /// <summary>The end of a stream, which must be the next that comes of it.</summary>
    public static async Task EndsAsync<T>(this MessageStream<T> stream) =>
        Assert.False(await stream.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask().Soon(), "There is another item.");

    public static Task Soon(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);
}
