using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Models;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>Reports partial methods of a client that send or call and that nobody can abandon.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TakesNoTokenAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [MethodDescriptors.TakesNoToken];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);

        // By their class: of a partial method the compiler would show the generated half alone.
        context.RegisterSymbolAction(
            static symbol =>
            {
                foreach (IMethodSymbol method in ((INamedTypeSymbol)symbol.Symbol).GetMembers().OfType<IMethodSymbol>())
                    Analyze(symbol, method.PartialDefinitionPart ?? method);
            },
            SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context, IMethodSymbol method)
    {
        // A stream ends with its reader, and what a token would abandon is a task.
        if (!method.IsPartialDefinition
            || !method.GetAttributes().Any(static a => MethodAttributes.KindOf(a) is ClientMethodKind.Call or ClientMethodKind.Send or ClientMethodKind.SendBinary)
            || method.ReturnType is not INamedTypeSymbol { Name: "Task" or "ValueTask" }
            || method.Parameters.Any(static p => p.Type.Is("System.Threading", "CancellationToken") || p.IsParams)
            || method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.CancellationToken) is not MethodDeclarationSyntax declaration)
        {
            return;
        }

        context.ReportDiagnostic(Diagnostic.Create(MethodDescriptors.TakesNoToken, declaration.Identifier.GetLocation(), method.Name));
    }
}
