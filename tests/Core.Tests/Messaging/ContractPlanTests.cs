using NetWebSockets.Messaging;
using Xunit;

namespace NetWebSockets.Tests.Messaging;

public class ContractPlanTests
{
    public static TheoryData<string, ClientContract> WrongContracts => new()
    {
        { "no name", new ClientContract { Name = " " } },
        { "'nowhere' is not an absolute ws, wss, http or https address", new ClientContract { Name = "C", Uri = "nowhere" } },
        { "'ftp://a/' is not an absolute", new ClientContract { Name = "C", Uri = "ftp://a/" } },
        { "the discriminator locator: 'type' is not a JSON Pointer", new ClientContract { Name = "C", Discriminators = ["type"] } },
        { "discriminator locator is empty", new ClientContract { Name = "C", Discriminators = [""] } },
        { "a record that nothing tells from others", new ClientContract { Name = "C", Routes = [new ReceiveRoute<Said>([], TestJson.Default.Said)] } },
        {
            "two kinds of message that nothing tells apart: 'said' and 'said'",
            new ClientContract { Name = "C", Routes = [TestContracts.SaidRoute(), TestContracts.SaidRoute()] }
        },
        { "the id locator: 'id'", new ClientContract { Name = "C", Calls = new CallContract { Id = "id" } } },
        { "id locator is empty", new ClientContract { Name = "C", Calls = new CallContract { Id = "" } } },
        { "the result locator: '/~'", new ClientContract { Name = "C", Calls = new CallContract { Id = "/id", Result = "/~" } } },
        { "both the whole reply", new ClientContract { Name = "C", Calls = new CallContract { Id = "/id", Result = "", Error = "" } } },
    };

    [Theory]
    [MemberData(nameof(WrongContracts))]
    public void A_contract_that_contradicts_itself_is_refused_in_a_sentence(string sentence, ClientContract contract)
    {
        var error = Assert.Throws<ArgumentException>(() => contract.Plan);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_is_made_once_for_a_contract()
    {
        ClientContract contract = TestContracts.Chat(TestContracts.SaidRoute());
        Assert.Same(contract.Plan, contract.Plan);
    }

    [Fact]
    public void Every_discriminator_finds_its_own_route_and_nothing_else_does()
    {
        // Same lengths, same ends, prefixes of each other, empty, longer than a hash's reach.
        string[] values = ["", "a", "b", "ab", "ba", "12345678", "12345678x12345678", "12345678y12345678", "é", .. Enumerable.Range(0, 500).Select(i => $"event.{i}.happened")];
        var table = new RouteTable(values);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(i, table.Find(System.Text.Encoding.UTF8.GetBytes(values[i])));
        Assert.Equal(-1, table.Find("c"u8));
        Assert.Equal(-1, table.Find("event.500.happened"u8));
        Assert.Equal(-1, table.Find("12345678z12345678"u8));
    }

    [Fact]
    public void An_empty_table_finds_nothing() => Assert.Equal(-1, new RouteTable([]).Find("said"u8));
}
