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
        if (name.Identifier.ValueText is not ("Call" or "CallAttribute") || name.Arity != 1)
            return;

        // No attribute of this name has one type argument: the compiler binds it to the nearest, or to none and says which it might have been.
        ITypeSymbol? type = context.SemanticModel.GetTypeInfo(attribute, context.CancellationToken).Type;
        if (type is IErrorTypeSymbol { CandidateSymbols: { Length: > 0 } candidates })
            type = candidates[0] as ITypeSymbol;
        bool isOurs = type.Is("NetWebSockets", "CallAttribute`2") || type.Is("NetWebSockets", "CallAttribute");
        if (!isOurs)
            return;

        string client = ((GenericNameSyntax)name).TypeArgumentList.Arguments[0].ToString();
        context.ReportDiagnostic(Diagnostic.Create(Descriptors.CallWithoutReply, attribute.GetLocation(), client));
    }
}
