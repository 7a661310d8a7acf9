using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Tests.Parsing;

public class NamesTests
{
    [Theory]
    [InlineData("Say", "SayAsync")]
    [InlineData("SubscribeRequest", "SubscribeAsync")]
    [InlineData("SayCommand", "SayAsync")]
    [InlineData("ChatMessage", "SendChatMessageAsync")]
    [InlineData("Request", "RequestAsync")]
    [InlineData("Command", "CommandAsync")]
    public void A_send_is_named_by_its_record(string record, string method) => Assert.Equal(method, Names.ForSend(record));

    [Theory]
    [InlineData("GetHistory", "GetHistoryAsync")]
    [InlineData("GetHistoryRequest", "GetHistoryAsync")]
    [InlineData("GetHistoryCall", "GetHistoryAsync")]
    [InlineData("Recall", "RecallAsync")]
    [InlineData("Call", "CallAsync")]
    [InlineData("Request", "RequestAsync")]
    public void A_call_is_named_by_its_record(string record, string method) => Assert.Equal(method, Names.ForCall(record));

    [Theory]
    [InlineData("Ticks", "SubscribeTicks")]
    [InlineData("SubscribeTicks", "SubscribeTicks")]
    [InlineData("SubscribeTicksRequest", "SubscribeTicks")]
    [InlineData("TicksSubscription", "SubscribeTicks")]
    [InlineData("JoinCommand", "SubscribeJoin")]
    [InlineData("Subscription", "SubscribeSubscription")]
    public void A_subscription_is_named_by_its_record(string record, string method) => Assert.Equal(method, Names.ForSubscribe(record));

    [Theory]
    [InlineData("Said", "SaidMessages")]
    [InlineData("ChatMessage", "ChatMessages")]
    [InlineData("OldMessages", "OldMessages")]
    [InlineData("Message", "Messages")]
    public void A_stream_is_named_by_its_record(string record, string method) => Assert.Equal(method, Names.ForReceive(record));

    [Theory]
    [InlineData("Room", "room")]
    [InlineData("room", "room")]
    [InlineData("ID", "id")]
    [InlineData("URLPath", "urlPath")]
    [InlineData("A", "a")]
    [InlineData("_x", "_x")]
    [InlineData("Ärger", "ärger")]
    public void Parameters_are_in_camel_case_as_in_JSON(string name, string parameter)
    {
        Assert.Equal(parameter, Names.Camel(name));
        Assert.Equal(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name), Names.Camel(name));
    }
}
