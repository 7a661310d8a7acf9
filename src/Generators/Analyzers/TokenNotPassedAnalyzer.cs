using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using NetWebSockets.Generators.Diagnostics;
using NetWebSockets.Generators.Parsing;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>Reports calls of a client's methods without the cancellation token that the caller was given.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TokenNotPassedAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The property with the name of the token that is at hand.</summary>
    internal const string Token = "Token";

    /// <summary>The property with the name of the parameter that it is for.</summary>
    internal const string Parameter = "Parameter";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [MethodDescriptors.TokenNotPassed];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(static operation => Analyze(operation), OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        var invocation = (IInvocationOperation)context.Operation;
        IArgumentOperation? missing = invocation.Arguments.FirstOrDefault(
            static a => a.ArgumentKind == ArgumentKind.DefaultValue && a.Parameter is { } parameter && parameter.Type.Is("System.Threading", "CancellationToken"));
        if (missing is null || !ClientMethods.IsOfClient(invocation.TargetMethod) || TokenAtHand(invocation, context.ContainingSymbol) is not { } token)
            return;
        ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty.Add(Token, token.Name).Add(Parameter, missing.Parameter!.Name);
        context.ReportDiagnostic(Diagnostic.Create(MethodDescriptors.TokenNotPassed, invocation.Syntax.GetLocation(), properties, token.Name, invocation.TargetMethod.Name));
    }

    // The nearest function that has one, unless a static one stands between.
    private static IParameterSymbol? TokenAtHand(IOperation operation, ISymbol containing)
    {
        for (IOperation? current = operation.Parent; current is not null; current = current.Parent)
        {
            IMethodSymbol? function = current switch
            {
                IAnonymousFunctionOperation anonymous => anonymous.Symbol,
                ILocalFunctionOperation local => local.Symbol,
                _ => null,
            };
            if (function is null)
                continue;
            if (TokenOf(function) is { } token)
                return token;
            if (function.IsStatic)
                return null;
        }

        return containing is IMethodSymbol method ? TokenOf(method) : null;
    }

    private static IParameterSymbol? TokenOf(IMethodSymbol function) =>
        function.Parameters.FirstOrDefault(static p => p.RefKind != RefKind.Out && p.Type.Is("System.Threading", "CancellationToken"));
}
