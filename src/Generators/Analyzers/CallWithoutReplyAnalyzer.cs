using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>
/// Reports <c>[Call&lt;ChatClient&gt;]</c>. The compiler reports it too, but only counts type arguments; this says which one is missing.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CallWithoutReplyAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.CallWithoutReply];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSyntaxNodeAction(static node => Analyze(node), SyntaxKind.Attribute);
    }

    private static void Analyze(SyntaxNodeAnalysisContext context)
    {
        var attribute = (AttributeSyntax)context.Node;
        SimpleNameSyntax name = attribute.Name switch
        {
            QualifiedNameSyntax qualified => qualified.Right,
            AliasQualifiedNameSyntax aliased => aliased.Name,
            SimpleNameSyntax simple => simple,
            _ => throw new InvalidOperationException($"An attribute named by a {attribute.Name.Kind()} is new to this analyzer."),
        };
        if (name.Identifier.ValueText is not ("Call" or "CallAttribute") || name.Arity > 1)
            return;

        // With too few type arguments no constructor is bound; an alias with all of them would bind one.
        bool isOurs = context.SemanticModel.GetSymbolInfo(attribute, context.CancellationToken).Symbol is null
            && context.SemanticModel.GetTypeInfo(attribute, context.CancellationToken).Type.Is("NetWebSockets", "CallAttribute`2");
        if (!isOurs)
            return;

        string client = name is GenericNameSyntax { TypeArgumentList.Arguments: { Count: 1 } arguments } ? arguments[0].ToString() : "TClient";
        context.ReportDiagnostic(Diagnostic.Create(Descriptors.CallWithoutReply, attribute.GetLocation(), client));
    }
}
