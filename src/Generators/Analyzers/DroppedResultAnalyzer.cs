using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using NetWebSockets.Generators.Diagnostics;

namespace NetWebSockets.Generators.Analyzers;

/// <summary>Reports code that drops what a client's method returns: the outcome of a message, or a stream that nobody reads.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DroppedResultAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [MethodDescriptors.DroppedTask, MethodDescriptors.DroppedStream];

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
        bool isTask = ClientMethods.IsTask(invocation.TargetMethod.ReturnType);
        if ((!isTask && !ClientMethods.IsStream(invocation.TargetMethod.ReturnType)) || !ClientMethods.IsOfClient(invocation.TargetMethod))
            return;

        // client?.SayAsync() is dropped when the whole of it is.
        IOperation value = invocation;
        while (value.Parent is IConditionalAccessOperation whole && ReferenceEquals(whole.WhenNotNull, value))
            value = whole;
        bool isDropped = value.Parent is IExpressionStatementOperation || (!isTask && (IsDiscarded(value) || IsUnused(value)));
        if (isDropped)
            context.ReportDiagnostic(Diagnostic.Create(isTask ? MethodDescriptors.DroppedTask : MethodDescriptors.DroppedStream, value.Syntax.GetLocation(), invocation.TargetMethod.Name));
    }

    // Of a task a discard says that its outcome is of no interest; a stream is of no use unread.
    private static bool IsDiscarded(IOperation value) =>
        value.Parent is ISimpleAssignmentOperation { Target: IDiscardOperation, Parent: IExpressionStatementOperation };

    private static bool IsUnused(IOperation value)
    {
        if (value.Parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator })
            return false;
        IOperation root = declarator;
        while (root.Parent is not null)
            root = root.Parent;
        return !root.Descendants().OfType<ILocalReferenceOperation>().Any(r => SymbolEqualityComparer.Default.Equals(r.Local, declarator.Symbol));
    }
}
