using Verifier = NetWebSockets.Generators.CodeFixes.Tests.CodeFixVerifier<
    NetWebSockets.Generators.Analyzers.ClientAnalyzer,
    NetWebSockets.Generators.CodeFixes.MakePartialCodeFix>;

namespace NetWebSockets.Generators.CodeFixes.Tests;

public class MakePartialCodeFixTests
{
    [Fact]
    public Task Partial_is_written_after_the_other_modifiers() => Verifier.VerifyAsync(
        """
        using NetWebSockets;

        /// <summary>A client.</summary>
        [WebSocketClient]
        public sealed class {|NWS0001:Chat|};
        """,
        """
        using NetWebSockets;

        /// <summary>A client.</summary>
        [WebSocketClient]
        public sealed partial class Chat;
        """);

    [Fact]
    public Task A_class_without_modifiers_keeps_its_comments() => Verifier.VerifyAsync(
        """
        using NetWebSockets;

        [WebSocketClient] // said
        class /* why */ {|NWS0001:Chat|} { }
        """,
        """
        using NetWebSockets;

        [WebSocketClient] // said
        partial class /* why */ Chat { }
        """);

    [Fact]
    public Task Types_around_a_client_are_made_partial_too() => Verifier.VerifyAsync(
        """
        using NetWebSockets;

        public class {|NWS0001:Outer|}
        {
            internal record struct {|NWS0001:Middle|}
            {
                [WebSocketClient]
                public class {|NWS0001:Chat|};
            }
        }
        """,
        """
        using NetWebSockets;

        public partial class Outer
        {
            internal partial record struct Middle
            {
                [WebSocketClient]
                public partial class Chat;
            }
        }
        """);

    [Fact]
    public Task A_type_around_two_clients_is_made_partial_once() => Verifier.VerifyAsync(
        """
        using NetWebSockets;

        public class {|NWS0001:Outer|}
        {
            [WebSocketClient]
            public partial class One;

            [WebSocketClient]
            public partial class Two;
        }
        """,
        """
        using NetWebSockets;

        public partial class Outer
        {
            [WebSocketClient]
            public partial class One;

            [WebSocketClient]
            public partial class Two;
        }
        """);

    [Fact]
    public Task All_clients_of_several_documents_are_fixed_at_once() => Verifier.VerifyAsync(
        ["[NetWebSockets.WebSocketClient] class {|NWS0001:One|}; [NetWebSockets.WebSocketClient] class {|NWS0001:Two|};", "[NetWebSockets.WebSocketClient] class {|NWS0001:Three|};"],
        ["[NetWebSockets.WebSocketClient] partial class One; [NetWebSockets.WebSocketClient] partial class Two;", "[NetWebSockets.WebSocketClient] partial class Three;"]);
}
