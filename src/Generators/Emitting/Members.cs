using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Emitting;

/// <summary>The names of what is generated for the class's own use: out of the way of what the user has declared.</summary>
/// <param name="Runtime">The field with the runtime.</param>
/// <param name="StateEvents">The field with the handlers of StateChanged.</param>
/// <param name="Wire">The nested class with the routes.</param>
internal sealed record Members(string Runtime, string StateEvents, string Wire)
{
    public static Members Of(ClientModel client)
    {
        HashSet<string> taken = new(client.Members.Select(static m => m.Split('(')[0]), StringComparer.Ordinal);
        return new Members(Names.Unique("_runtime", taken), Names.Unique("_stateEvents", taken), Names.Unique("Wire", taken));
    }
}
