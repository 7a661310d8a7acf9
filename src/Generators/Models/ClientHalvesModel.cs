namespace NetWebSockets.Generators.Models;

/// <summary>
/// The annotated partial methods of a client that still lack their other half. They are known whether or not the contract is right: of a wrong one the compiler would tell nothing but that
/// halves are missing, and would stop before the analyzers that tell why.
/// </summary>
/// <param name="Key">The class's name from <c>global::</c> on.</param>
/// <param name="Name">The class's name as it stands in code.</param>
/// <param name="Namespace">The namespace; empty for the global one.</param>
/// <param name="Containers">The headers of the types around it, outermost first.</param>
/// <param name="HintName">The name of the generated file.</param>
/// <param name="Methods">The methods' headers.</param>
internal sealed record ClientHalvesModel(
    string Key, string Name, string Namespace, EquatableArray<string> Containers, string HintName, EquatableArray<string> Methods);
