namespace NetWebSockets.Generators.Parsing;

/// <summary>The names of generated members.</summary>
internal static class Names
{
    /// <summary>The name of the method that sends a record's fields: <c>SayAsync</c> for Say, <c>SendChatMessageAsync</c> for ChatMessage.</summary>
    public static string ForSend(string record)
    {
        string name = Without(Without(record, "Request"), "Command");
        return (EndsWithWord(name, "Message") ? "Send" + name : name) + "Async";
    }

    /// <summary>The name of the method that makes a call: <c>GetHistoryAsync</c> for GetHistory and GetHistoryRequest.</summary>
    public static string ForCall(string record) => Without(Without(Without(record, "Request"), "Command"), "Call") + "Async";

    /// <summary>The name of the method that makes a call whose replies are streamed: <c>Replay</c> for Replay and ReplayRequest.</summary>
    public static string ForStreamedCall(string record) => Without(Without(Without(record, "Request"), "Command"), "Call");

    /// <summary>
    /// The name of the method that subscribes: <c>SubscribeTicks</c> for SubscribeTicks, Ticks, TicksSubscription, SubscribeTicksRequest and TicksRequest.
    /// </summary>
    public static string ForSubscribe(string record)
    {
        const string Verb = "Subscribe";
        string name = Without(Without(Without(record, "Request"), "Command"), "Subscription");
        return name.StartsWith(Verb, StringComparison.Ordinal) ? name : Verb + name;
    }

    /// <summary>The name of the method that opens a stream: <c>SaidMessages</c> for Said, <c>ChatMessages</c> for ChatMessage and ChatMessages.</summary>
    public static string ForReceive(string record) =>
        EndsWithWord(record, "Messages") ? record
        : EndsWithWord(record, "Message") ? record + "s"
        : record + "Messages";

    /// <summary>A name in camel case, as System.Text.Json does it: <c>room</c> for Room, <c>urlPath</c> for URLPath, <c>id</c> for ID.</summary>
    public static string Camel(string name)
    {
        char[] letters = name.ToCharArray();
        for (int i = 0; i < letters.Length && char.IsUpper(letters[i]); i++)
        {
            // the last capital of several begins the next word
            if (i > 0 && i + 1 < letters.Length && !char.IsUpper(letters[i + 1]))
                break;
            letters[i] = char.ToLowerInvariant(letters[i]);
        }

        return new string(letters);
    }

    /// <summary>The name, or the name with a number when it is taken; it is taken afterwards.</summary>
    public static string Unique(string name, HashSet<string> taken)
    {
        string unique = name;
        for (int number = 2; !taken.Add(unique); number++)
            unique = name + number;
        return unique;
    }

    private static string Without(string name, string word) =>
        EndsWithWord(name, word) && name.Length > word.Length ? name.Substring(0, name.Length - word.Length) : name;

    private static bool EndsWithWord(string name, string word) => name.EndsWith(word, StringComparison.Ordinal);
}
