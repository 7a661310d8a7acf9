using Xunit;

namespace NetWebSockets.Abstractions.Tests;

public class ExceptionTests
{
    [Theory]
    [InlineData(SendOutcome.NotSent, "before any of it left")]
    [InlineData(SendOutcome.Unknown, "the peer may have seen it")]
    public void A_cancelled_send_says_what_became_of_it(SendOutcome outcome, string words)
    {
        using var cancellation = new CancellationTokenSource();
        var error = new SendCanceledException(outcome, cancellation.Token);
        Assert.Equal(outcome, error.Outcome);
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, "No reply to 'history' came within 30 s.")]
    [InlineData(0.25, "No reply to 'history' came within 0.25 s.")]
    public void A_time_out_names_the_method_and_the_time(double seconds, string message) =>
        Assert.Equal(message, new CallTimeoutException("history", SendOutcome.Sent, TimeSpan.FromSeconds(seconds)).Message);

    [Fact]
    public void Failures_of_calls_and_sends_are_caught_as_one_kind()
    {
        Assert.IsAssignableFrom<NetWebSocketException>(new CallErrorException("m", "{}"u8.ToArray(), "no"));
        Assert.IsAssignableFrom<NetWebSocketException>(new SendException(SendOutcome.NotSent, "no"));
        Assert.Equal(SendOutcome.Sent, new CallErrorException("m", "{}"u8.ToArray(), "no").Outcome);
    }

    [Fact]
    public void An_unknown_message_shows_its_text_or_its_length()
    {
        Assert.Equal("""{"a":1}""", new UnknownMessage("""{"a":1}"""u8.ToArray(), true, null, null).ToString());
        Assert.Equal("binary, 2 bytes", new UnknownMessage(new byte[2], false, null, null).ToString());
    }
}
