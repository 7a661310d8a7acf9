using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetWebSockets.Tests.Architecture;

/// <summary>
/// Compiles the sources and resolves every name in them to the file that declares it: a use of a folder that stands later in the order
/// is a violation, whatever namespace it hides behind. Names in comments and XML documentation are free.
/// </summary>
internal sealed class FolderOrderChecker
{
    // What a build adds by ImplicitUsings.
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    // Names that cannot be resolved would be uses that cannot be judged.
    private static readonly string[] Unresolved = ["CS0103", "CS0234", "CS0246", "CS1061", "CS0117"];

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(p => Path.GetFileNameWithoutExtension(p) != "NetWebSockets") // what is checked must not also be referenced
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    private readonly IReadOnlyList<string> _order;
    private readonly CSharpCompilation _compilation;

    /// <param name="order">The folders, first to last.</param>
    /// <param name="sources">Path relative to the project, with '/', and text.</param>
    public FolderOrderChecker(IReadOnlyList<string> order, IEnumerable<(string Path, string Text)> sources)
    {
        _order = order;
        CSharpParseOptions parse = new(LanguageVersion.CSharp14);
        _compilation = CSharpCompilation.Create(
            "NetWebSockets.Checked",
            sources.Select(s => CSharpSyntaxTree.ParseText(s.Text, parse, s.Path)).Append(CSharpSyntaxTree.ParseText(ImplicitUsings, parse, "")),
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>Each violation as <c>file:line: what</c>.</summary>
    public IReadOnlyList<string> Check()
    {
        List<string> violations = [];
        foreach (Diagnostic diagnostic in _compilation.GetDiagnostics().Where(d => Unresolved.Contains(d.Id)))
            violations.Add($"{Place(diagnostic.Location)}: cannot be checked: {diagnostic.GetMessage(null)}");

        foreach (SyntaxTree tree in _compilation.SyntaxTrees.Where(t => t.FilePath.Length > 0))
        {
            int own = IndexOf(tree.FilePath);
            if (own < 0)
            {
                violations.Add($"{tree.FilePath}:1: stands in no folder of the allowed order");
                continue;
            }

            SemanticModel model = _compilation.GetSemanticModel(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                SymbolInfo info = model.GetSymbolInfo(name);
                foreach (ISymbol symbol in info.Symbol is { } found ? [found] : info.CandidateSymbols)
                {
                    int used = FolderOf(symbol);
                    if (used > own)
                        violations.Add($"{Place(name.GetLocation())}: {_order[own]} uses {name.Identifier.ValueText} of {_order[used]}, which stands later");
                }
            }
        }

        return [.. violations.Distinct()];
    }

    private static string Place(Location location)
    {
        FileLinePositionSpan span = location.GetLineSpan();
        return $"{span.Path}:{span.StartLinePosition.Line + 1}";
    }

    private int FolderOf(ISymbol symbol)
    {
        switch (symbol)
        {
            case IAliasSymbol alias:
                return FolderOf(alias.Target);
            case INamespaceSymbol ns:
                // A namespace is declared in many files; its own last name says whose it is.
                return ns.ToDisplayString().StartsWith("NetWebSockets.", StringComparison.Ordinal) ? IndexOfFolder(ns.Name) : -1;
            default:
                if (symbol is { IsImplicitlyDeclared: true, ContainingType: { } type })
                    return FolderOf(type); // a constructor nobody wrote
                // A partial type may stand in several files; using it is allowed from where its first part is.
                IEnumerable<int> folders = symbol.OriginalDefinition.DeclaringSyntaxReferences.Select(r => IndexOf(r.SyntaxTree.FilePath)).Where(i => i >= 0);
                return folders.DefaultIfEmpty(-1).Min();
        }
    }

    private int IndexOf(string path)
    {
        int slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? -1 : IndexOfFolder(path[..slash]);
    }

    private int IndexOfFolder(string folder)
    {
        for (int i = 0; i < _order.Count; i++)
        {
            if (_order[i] == folder)
                return i;
        }

        return -1;
    }
}
