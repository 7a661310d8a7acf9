using Microsoft.Extensions.Options;
using NetWebSockets.Connections;

namespace NetWebSockets.Hosting;

/// <summary>Checks the options of registered clients when the host starts, and names the place where each can be set.</summary>
internal sealed class ClientOptionsValidation(IEnumerable<ClientRegistration> registrations) : IValidateOptions<WebSocketClientOptions>
{
    public ValidateOptionsResult Validate(string? name, WebSocketClientOptions options)
    {
        ClientRegistration? registration = registrations.FirstOrDefault(r => r.OptionsName == name);
        if (registration is null)
            return ValidateOptionsResult.Skip;

        string[] problems = [.. ConnectionOptionsValidation.Problems(options), .. options.Problems()];
        return problems.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems.Select(p => $"{registration.Describe()}: {p}"));
    }
}
