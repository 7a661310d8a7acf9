using NetWebSockets.Protocol;
using Xunit;

namespace NetWebSockets.Tests.Protocol;

public sealed class DeflateParametersTests
{
    public static TheoryData<PerMessageDeflateOptions, string> Offers => new()
    {
        { new(), "permessage-deflate; client_max_window_bits" },
        { new() { ServerContextTakeover = false }, "permessage-deflate; server_no_context_takeover; client_max_window_bits" },
        { new() { ClientContextTakeover = false }, "permessage-deflate; client_no_context_takeover; client_max_window_bits" },
        { new() { ServerMaxWindowBits = 10 }, "permessage-deflate; server_max_window_bits=10; client_max_window_bits" },
        { new() { ClientMaxWindowBits = 8 }, "permessage-deflate; client_max_window_bits=8" },
    };

    [Theory]
    [MemberData(nameof(Offers))]
    public void The_offer_names_what_differs_from_the_default(PerMessageDeflateOptions options, string offer) =>
        Assert.Equal(offer, DeflateParameters.Offer(options));

    [Theory]
    [InlineData("permessage-deflate", true, true, 15, 15)]
    [InlineData("permessage-deflate; server_no_context_takeover", false, true, 15, 15)]
    [InlineData("permessage-deflate; client_no_context_takeover", true, false, 15, 15)]
    [InlineData("permessage-deflate; server_max_window_bits=8; client_max_window_bits=9", true, true, 8, 9)]
    [InlineData("permessage-deflate; client_max_window_bits=\"10\"", true, true, 15, 10)]
    [InlineData("permessage-deflate ;client_max_window_bits = 15;\tserver_max_window_bits=\"1\\4\"", true, true, 14, 15)]
    public void An_answer_to_the_plain_offer_is_understood(string answer, bool serverTakeover, bool clientTakeover, int serverBits, int clientBits) =>
        Assert.Equal(new DeflateParameters(serverTakeover, clientTakeover, serverBits, clientBits), Accept(answer, new()));

    [Theory]
    [InlineData("permessage-deflate; server_no_context_takeover=1", "takes no value")]
    [InlineData("permessage-deflate; client_no_context_takeover=\"\u0041\"", "takes no value")]
    [InlineData("permessage-deflate; server_max_window_bits", "from 8 to 15")]
    [InlineData("permessage-deflate; server_max_window_bits=7", "from 8 to 15")]
    [InlineData("permessage-deflate; server_max_window_bits=16", "from 8 to 15")]
    [InlineData("permessage-deflate; server_max_window_bits=08", "from 8 to 15")]
    [InlineData("permessage-deflate; client_max_window_bits", "from 8 to 15")]
    [InlineData("permessage-deflate; client_max_window_bits=1a", "from 8 to 15")]
    [InlineData("permessage-deflate; client_no_context_takeover; client_no_context_takeover", "duplicate")]
    [InlineData("permessage-deflate; server_max_window_bits=9; server_max_window_bits=9", "duplicate")]
    [InlineData("permessage-deflate; foo", "unexpected")]
    [InlineData("permessage-deflate; SERVER_NO_CONTEXT_TAKEOVER", "unexpected")]
    public void An_answer_that_breaks_the_rules_is_refused(string answer, string problem) => Assert.Contains(problem, Refuse(answer, new()), StringComparison.Ordinal);

    [Fact]
    public void What_the_offer_demands_the_server_must_agree_to()
    {
        PerMessageDeflateOptions noTakeover = new() { ServerContextTakeover = false };
        Assert.Contains("server_no_context_takeover", Refuse("permessage-deflate", noTakeover), StringComparison.Ordinal);
        Assert.False(Accept("permessage-deflate; server_no_context_takeover", noTakeover).ServerContextTakeover);

        PerMessageDeflateOptions smallWindow = new() { ServerMaxWindowBits = 10 };
        Assert.Contains("server_max_window_bits=10", Refuse("permessage-deflate", smallWindow), StringComparison.Ordinal);
        Assert.Contains("server_max_window_bits=10", Refuse("permessage-deflate; server_max_window_bits=11", smallWindow), StringComparison.Ordinal);
        Assert.Equal(9, Accept("permessage-deflate; server_max_window_bits=9", smallWindow).ServerWindowBits);
    }

    [Fact]
    public void What_the_offer_only_hints_at_may_be_left_out_and_is_kept_all_the_same()
    {
        PerMessageDeflateOptions hints = new() { ClientContextTakeover = false, ClientMaxWindowBits = 11 };
        Assert.Equal(new DeflateParameters(true, false, 15, 11), Accept("permessage-deflate", hints));
        Assert.Equal(11, Accept("permessage-deflate; client_max_window_bits=15", hints).ClientWindowBits);
        Assert.Equal(10, Accept("permessage-deflate; client_max_window_bits=10", hints).ClientWindowBits);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("a,")]
    [InlineData(",a")]
    [InlineData("a b")]
    [InlineData("a;")]
    [InlineData("a; =1")]
    [InlineData("a; b=")]
    [InlineData("a; b=\"")]
    [InlineData("a; b=\"\"")]
    [InlineData("a; b=\"c d\"")]
    [InlineData("a; b=\"c\\")]
    [InlineData("a; b=c=d")]
    [InlineData("\"a\"")]
    [InlineData("a/b")]
    public void A_header_that_does_not_follow_the_grammar_is_not_parsed(string header) => Assert.False(ExtensionHeader.TryParse(header, out _));

    [Fact]
    public void Several_extensions_with_parameters_are_parsed()
    {
        Assert.True(ExtensionHeader.TryParse(" x-one ; a ; b=c,two;d=\"e\\f\" ", out IReadOnlyList<Extension>? extensions));
        Assert.Equal(["x-one", "two"], extensions.Select(e => e.Name));
        Assert.Equal([new("a", null), new("b", "c")], extensions[0].Parameters);
        Assert.Equal([new("d", "ef")], extensions[1].Parameters);
    }

    private static DeflateParameters Accept(string answer, PerMessageDeflateOptions offered)
    {
        Assert.True(ExtensionHeader.TryParse(answer, out IReadOnlyList<Extension>? extensions));
        return DeflateParameters.Accept(Assert.Single(extensions), offered, out string problem) ?? throw new InvalidOperationException(problem);
    }

    private static string Refuse(string answer, PerMessageDeflateOptions offered)
    {
        Assert.True(ExtensionHeader.TryParse(answer, out IReadOnlyList<Extension>? extensions));
        Assert.Null(DeflateParameters.Accept(Assert.Single(extensions), offered, out string problem));
        return problem;
    }
}
