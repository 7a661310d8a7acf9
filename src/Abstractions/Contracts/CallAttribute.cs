namespace NetWebSockets;

/// <summary>The record is the request of a call of <typeparamref name="TClient"/>; its reply is matched back by an id (see <see cref="CallsAttribute"/>).</summary>
/// <typeparam name="TClient">The class with <see cref="WebSocketClientAttribute"/>.</typeparam>
/// <typeparam name="TReply">The type of the result; <c>MessageStream&lt;T&gt;</c> when the replies are streamed.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class CallAttribute<TClient, TReply> : Attribute
    where TClient : class
{
    /// <summary>The record is the request of this method.</summary>
    /// <param name="method">The method, as it is named on the wire.</param>
    public CallAttribute(string method) => Method = method;

    /// <summary>The method, as it is named on the wire.</summary>
    public string Method { get; }

    /// <summary>How long to wait for the reply, in seconds. 0, the default, takes the client's <c>CallTimeout</c>.</summary>
    public double TimeoutSeconds { get; set; }
}

/// <summary>
/// The partial method makes a call. Its parameters are the request's, named as the JSON context names properties; a single parameter that is a class or record is the request itself.
/// It returns <c>Task&lt;T&gt;</c>; <c>Task</c> when the result is of no interest; <see cref="MessageStream{T}"/> when the replies are streamed.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class CallAttribute : Attribute
{
    /// <summary>The method makes this call.</summary>
    /// <param name="method">The method, as it is named on the wire.</param>
    public CallAttribute(string method) => Method = method;

    /// <summary>The method, as it is named on the wire.</summary>
    public string Method { get; }

    /// <summary>How long to wait for the reply, in seconds. 0, the default, takes the client's <c>CallTimeout</c>.</summary>
    public double TimeoutSeconds { get; set; }
}

/// <summary>The parameter is the scope of the call: it stands where <see cref="CallsAttribute.Scope"/> says, and the reply has the same there. <see langword="null"/> leaves it out.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ScopeAttribute : Attribute;

/// <summary>The name of a parameter on the wire, when it is another than the JSON context gives it.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ParamAttribute : Attribute
{
    /// <summary>The parameter is named so on the wire.</summary>
    /// <param name="name">The name.</param>
    public ParamAttribute(string name) => Name = name;

    /// <summary>The name.</summary>
    public string Name { get; }
}
