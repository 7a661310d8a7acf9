using NetWebSockets.Generators.Models;

namespace NetWebSockets.Generators.Emitting;

/// <summary>How the types of a contract are written and read, as C#.</summary>
internal sealed class Formats
{
    private readonly ClientModel _client;
    private readonly Dictionary<string, PositionalOperationModel> _positionals;

    public Formats(ContractModel contract)
    {
        _client = contract.Client;
        _positionals = contract.Methods.Positionals.ToDictionary(static p => p.Record.Type, StringComparer.Ordinal);
    }

    /// <summary>The options of the JSON context.</summary>
    public string Options => $"{_client.JsonContext}.Default.Options";

    /// <summary>The format of a type: what was generated for it, or what the context says.</summary>
    public string Of(PayloadModel payload) => Of(payload.Type, payload.Positional);

    /// <summary>The format of a type: what was generated for it, or what the context says.</summary>
    public string Of(string type, PositionalModel? positional) =>
        positional is null ? WireEmitter.TypeInfo(_client, type) : _positionals[positional.Type].FormatName;

    /// <summary>What the context says of a type.</summary>
    public string TypeInfo(string type) => WireEmitter.TypeInfo(_client, type);

    /// <summary>The class that writes and reads a record by position.</summary>
    public string ClassOf(PositionalModel positional) => _positionals[positional.Type].ClassName;
}
