using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>Reports what collides between the messages of one client, once all of them are known.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ContractAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Descriptors.DuplicateDiscriminator, Descriptors.MemberClash, Descriptors.UnreachableRoute, Descriptors.NotAMessage];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            Contracts contracts = new();
            start.RegisterSymbolAction(contracts.Collect, SymbolKind.NamedType);
            start.RegisterCompilationEndAction(contracts.Report);
        });
    }

    private sealed class Contracts
    {
        private readonly ConcurrentBag<ClientModel> _clients = [];
        private readonly ConcurrentBag<(MessageModel Message, Location Location)> _messages = [];

        public void Collect(SymbolAnalysisContext context)
        {
            var type = (INamedTypeSymbol)context.Symbol;
            if (ClientParser.Parse(type, null, context.CancellationToken) is { } client)
                _clients.Add(client);
            foreach (AttributeData attribute in type.GetAttributes())
            {
                if (MessageParser.Parse(type, attribute, null, context.CancellationToken) is { } message)
                    _messages.Add((message, attribute.WholeLocation(type)));
            }
        }

        public void Report(CompilationAnalysisContext context)
        {
            foreach (ClientModel client in _clients)
            {
                List<ContractComposer.Collision> collisions = [];
                ContractComposer.Compose(client, _messages.Select(static m => m.Message).Where(m => m.Client == client.Key), collisions);
                foreach (ContractComposer.Collision collision in collisions)
                {
                    Location location = _messages.First(m => ReferenceEquals(m.Message, collision.Message)).Location;
                    context.ReportDiagnostic(Diagnostic.Create(collision.Descriptor, location, collision.Arguments));
                }
            }
        }
    }
}
