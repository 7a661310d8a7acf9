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
        [Descriptors.DuplicateDiscriminator, Descriptors.MemberClash, Descriptors.UnreachableRoute, Descriptors.AmbiguousRoutes, Descriptors.NotAMessage];

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
        private readonly ConcurrentBag<(ClientModel Model, INamedTypeSymbol Symbol)> _clients = [];
        private readonly ConcurrentBag<(MessageModel Message, Location Location)> _messages = [];
        private readonly ConcurrentBag<(SubscribeModel Record, Location Location)> _subscribes = [];
        private readonly ConcurrentBag<(MethodModel Method, Location Location)> _methods = [];

        public void Collect(SymbolAnalysisContext context)
        {
            var type = (INamedTypeSymbol)context.Symbol;
            if (ClientParser.Parse(type, null, context.CancellationToken) is { } client)
                _clients.Add((client, type));
            foreach (AttributeData attribute in type.GetAttributes())
            {
                List<Problem> problems = [];
                if (MessageParser.Parse(type, attribute, problems, context.CancellationToken) is { } message)
                    _messages.Add((message, attribute.WholeLocation(type)));
                else if (problems.Count > 0)
                    _messages.Add((MessageModel.Faulty(MessageParser.ClientOf(attribute)!.FullName()), Location.None));
                if (SubscribeParser.Parse(type, attribute, null, context.CancellationToken) is { } record)
                    _subscribes.Add((record, attribute.WholeLocation(type)));
            }

            foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
            {
                foreach (AttributeData attribute in method.GetAttributes())
                {
                    if (MethodParser.Parse(method, attribute, null, context.CancellationToken) is { } model)
                        _methods.Add((model, attribute.WholeLocation(method)));
                }
            }
        }

        public void Report(CompilationAnalysisContext context)
        {
            foreach ((ClientModel client, INamedTypeSymbol symbol) in _clients)
            {
                List<ContractComposer.Collision> collisions = [];
                ContractComposer.Compose(
                    client,
                    _messages.Select(static m => m.Message).Where(m => m.Client == client.Key),
                    _methods.Select(static m => m.Method).Where(m => m.Client == client.Key),
                    _subscribes.Select(static s => s.Record).Where(s => s.Client == client.Key),
                    collisions);
                foreach (ContractComposer.Collision collision in collisions)
                {
                    Location location = collision.Source is { } source
                        ? LocationOf(source)
                        : LocationOf(symbol, collision, context.CancellationToken);
                    context.ReportDiagnostic(Diagnostic.Create(collision.Descriptor, location, collision.Arguments));
                }
            }
        }

        private Location LocationOf(object source) =>
            _messages.Where(m => ReferenceEquals(m.Message, source)).Select(static m => m.Location)
                .Concat(_subscribes.Where(r => ReferenceEquals(r.Record, source)).Select(static r => r.Location))
                .Concat(_methods.Where(m => ReferenceEquals(m.Method, source)).Select(static m => m.Location))
                .First();

        private static Location LocationOf(INamedTypeSymbol client, ContractComposer.Collision collision, CancellationToken cancellationToken)
        {
            AttributeData? attribute = client.GetAttributes().FirstOrDefault(a => a.AttributeClass?.Name == collision.Attribute);
            return attribute is null ? client.Locations[0]
                : collision.Argument is null ? attribute.WholeLocation(client)
                : attribute.LocationOf(collision.Argument, client, cancellationToken);
        }
    }
}
