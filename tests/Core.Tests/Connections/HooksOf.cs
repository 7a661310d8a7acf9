using NetWebSockets.Connections;

namespace NetWebSockets.Tests.Connections;

/// <summary>Hooks that do what a test says, as Messaging's do what a contract says.</summary>
internal sealed class HooksOf : ConnectionHooks
{
    private readonly List<string> _ends = [];

    public Func<ScriptSender, CancellationToken, ValueTask>? Scripting { get; init; }

    public Func<ScriptSender, CancellationToken, ValueTask>? Restoring { get; init; }

    public Func<MessageKind, ReadOnlyMemory<byte>, ValueTask>? Message { get; init; }

    public Action<Exception>? Dropped { get; init; }

    public List<string> Ends
    {
        get
        {
            lock (_ends)
                return [.. _ends];
        }
    }

    public override ValueTask OnMessageAsync(MessageKind kind, ReadOnlyMemory<byte> payload) => Message?.Invoke(kind, payload) ?? default;

    public override ValueTask OnScriptingAsync(ScriptSender sender, CancellationToken cancellationToken) =>
        Scripting?.Invoke(sender, cancellationToken) ?? default;

    public override ValueTask OnRestoringAsync(ScriptSender sender, CancellationToken cancellationToken) =>
        Restoring?.Invoke(sender, cancellationToken) ?? default;

    public override void OnEnding() => Add("ending");

    public override void OnDropped(Exception cause)
    {
        Add("dropped");
        Dropped?.Invoke(cause);
    }

    public override void OnEnded(Exception? cause) => Add("ended");

    private void Add(string what)
    {
        lock (_ends)
            _ends.Add(what);
    }
}
