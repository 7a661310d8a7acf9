namespace NetWebSockets;

/// <summary>
/// The partial method subscribes to a topic, whose name is made of its parameters. It returns <see cref="MessageStream{T}"/> of what comes at that topic. Several streams of one topic share
/// one subscription; it ends with the last of them, and is made again after a drop. Topics are subscribed to by the client's calls, with an array of topics as
/// <c>params</c>; those that are opened at about the same time go in one message.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class TopicAttribute : MessageStreamAttribute
{
    /// <summary>A topic.</summary>
    /// <param name="subscribe">The method that subscribes.</param>
    /// <param name="unsubscribe">The method that unsubscribes.</param>
    /// <param name="topic">The topic with the method's parameters in braces: <c>{symbol}@depth{levels}</c>; <c>{{</c> and <c>}}</c> are braces.</param>
    public TopicAttribute(string subscribe, string unsubscribe, string topic) => (Subscribe, Unsubscribe, Topic) = (subscribe, unsubscribe, topic);

    /// <summary>The method that subscribes.</summary>
    public string Subscribe { get; }

    /// <summary>The method that unsubscribes.</summary>
    public string Unsubscribe { get; }

    /// <summary>The topic with the method's parameters in braces.</summary>
    public string Topic { get; }

    /// <summary>Where the topic stands in an item. By default at the client's first discriminator.</summary>
    public string? At { get; set; }
}

/// <summary>How topics are subscribed to; see <see cref="TopicAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TopicsAttribute : Attribute
{
    /// <summary>
    /// A template of the message, when it is no call of <see cref="CallsAttribute"/>: <c>{"op":{method},"args":{topics},"req_id":{id}}</c>. With <c>{id}</c> a reply is waited for,
    /// as that of a call; without, the subscription counts as made when the message is sent.
    /// </summary>
    public string? Request { get; set; }

    /// <summary>How many topics go in one message at most. Default 100.</summary>
    public int Batch { get; set; } = 100;
}
