using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Emitting;

/// <summary>The names of what is generated for the class's own use: out of the way of what the user has declared.</summary>
/// <param name="Runtime">The field with the runtime; a property when the user makes the client with <c>new</c>, and it is created at its first use.</param>
/// <param name="StateEvents">The same with the handlers of StateChanged.</param>
/// <param name="Wire">The nested class with the routes.</param>
/// <param name="RuntimeField">The field of <paramref name="Runtime"/> when that is a property; otherwise the same.</param>
/// <param name="StateEventsField">The field of <paramref name="StateEvents"/> when that is a property; otherwise the same.</param>
internal sealed record Members(string Runtime, string StateEvents, string Wire, string RuntimeField, string StateEventsField)
{
    public static Members Of(ClientModel client)
    {
        HashSet<string> taken = new(client.Members.Select(static m => m.Split('(')[0]), StringComparer.Ordinal);
        if (client.Constructor is { } parameters)
            taken.UnionWith(parameters.Select(static p => p.Name));
        string runtime = Names.Unique("_runtime", taken);
        string events = Names.Unique("_stateEvents", taken);
        string wire = Names.Unique("Wire", taken);
        return client.Constructor is null
            ? new Members(runtime, events, wire, runtime, events)
            : new Members(Names.Unique("Runtime", taken), Names.Unique("StateEvents", taken), wire, runtime, events);
    }
}
