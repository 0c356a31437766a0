using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Teuthology.Interactive;

/// <summary>What the editor asks about C#: by the compiler's own view of what was typed so far.</summary>
/// <param name="session">What was typed and run before.</param>
/// <param name="ready">Done when the compiler is warm; completion waits for it.</param>
/// <param name="strings">What could be meant within a text; gets the code before it.</param>
internal sealed class ScriptLanguage(ScriptSession session, Task ready, Func<string, IEnumerable<string>> strings) : ILineLanguage
{
    private static readonly string[] Keywords = ["await", "foreach", "true", "false", "null", "using", "var", "while", "return", "throw", "typeof", "string", "async", "catch", "finally"];
    private static readonly HashSet<string> OfEveryObject = [nameof(Equals), nameof(GetHashCode), nameof(GetType), nameof(ToString), nameof(ReferenceEquals), nameof(MemberwiseClone), "Finalize"];

    // two empty lines send what is not understood, for the compiler to tell why
    public bool IsComplete(string text) => text.EndsWith("\n\n", StringComparison.Ordinal) || ScriptSession.IsComplete(text);

    public async Task<Completions> CompleteAsync(string text, int caret, CancellationToken cancellationToken)
    {
        await ready.WaitAsync(cancellationToken);
        return await Task.Run(() => Complete(text[..caret], cancellationToken), cancellationToken);
    }

    private Completions Complete(string head, CancellationToken cancellationToken)
    {
        var compilation = session.Next(head).GetCompilation();
        var tree = compilation.SyntaxTrees.Single();
        var token = tree.GetRoot(cancellationToken).FindToken(Math.Max(0, head.Length - 1));
        if (token.IsKind(SyntaxKind.StringLiteralToken) && token.Span.End >= head.Length && IsOpen(token))
        {
            var open = token.SpanStart + 1;
            return Match(head, open, strings(head[..open]).Select(word => word + '"'));
        }

        var start = head.Length;
        while (start > 0 && (char.IsLetterOrDigit(head[start - 1]) || head[start - 1] == '_'))
            start--;
        if (start < head.Length && char.IsDigit(head[start]))
            return Completions.None;

        var model = compilation.GetSemanticModel(tree);
        var symbols = LeftOfDot(tree, head, start) is { } left ? Members(model, left) : InScope(model, head.Length, bare: start == head.Length);
        var words = symbols.Where(s => s.CanBeReferencedByName && (start < head.Length || !OfEveryObject.Contains(s.Name))).GroupBy(s => s.Name).SelectMany(Words);
        return Match(head, start, LeftOfDot(tree, head, start) is null && start < head.Length ? words.Concat(Keywords) : words);
    }

    private static bool IsOpen(SyntaxToken token) => token.Text.Length == 1 || !token.Text.EndsWith('"') || token.Text[0] != '"';

    private static ExpressionSyntax? LeftOfDot(SyntaxTree tree, string head, int start)
    {
        var dot = head[..start].TrimEnd();
        if (dot.Length == 0 || dot[^1] != '.')
            return null;
        return tree.GetRoot().FindToken(dot.Length - 1).Parent switch
        {
            MemberAccessExpressionSyntax access => access.Expression,
            QualifiedNameSyntax name => name.Left,
            MemberBindingExpressionSyntax { Parent: ConditionalAccessExpressionSyntax access } => access.Expression,
            MemberBindingExpressionSyntax binding => binding.Ancestors().OfType<ConditionalAccessExpressionSyntax>().FirstOrDefault()?.Expression,
            _ => null,
        };
    }

    private static IEnumerable<ISymbol> Members(SemanticModel model, ExpressionSyntax left)
    {
        var position = left.SpanStart;
        if (model.GetSymbolInfo(left).Symbol is INamespaceOrTypeSymbol container)
            return Lookup(container).Where(s => container is INamespaceSymbol || s.IsStatic || s is ITypeSymbol);
        // what stands alone at the start of a line is read as the beginning of a declaration, its left side as a type
        var type = model.GetTypeInfo(left).Type is { TypeKind: not TypeKind.Error } known
            ? known
            : model.GetSpeculativeTypeInfo(position, SyntaxFactory.ParseExpression(left.ToString()), SpeculativeBindingOption.BindAsExpression).Type;
        if (type is { TypeKind: not TypeKind.Error })
            return Lookup(type).Where(s => !s.IsStatic || s is IMethodSymbol { IsExtensionMethod: true });
        return [];

        IEnumerable<ISymbol> Lookup(INamespaceOrTypeSymbol of) => model.LookupSymbols(position, of, includeReducedExtensionMethods: of is ITypeSymbol);
    }

    // With nothing typed yet, only what belongs to the session: the hundreds of types in scope would bury it.
    private static IEnumerable<ISymbol> InScope(SemanticModel model, int position, bool bare) => model.LookupSymbols(position)
        .Where(s => !bare || s is ILocalSymbol or IParameterSymbol || (s is IFieldSymbol or IPropertySymbol or IMethodSymbol && s.ContainingType is { SpecialType: not SpecialType.System_Object }))
        .Where(s => !OfEveryObject.Contains(s.Name));

    // a list's Count and LINQ's Count() are two things
    private static IEnumerable<string> Words(IGrouping<string, ISymbol> group)
    {
        var methods = group.OfType<IMethodSymbol>().ToList();
        if (methods.Count < group.Count())
            yield return group.Key;
        if (methods.Count > 0)
            yield return group.Key + (methods.TrueForAll(m => m.Parameters.Length == 0) ? "()" : "(");
    }

    private static Completions Match(string head, int start, IEnumerable<string> words)
    {
        var typed = head[start..];
        var all = words.Distinct().Order(StringComparer.Ordinal).ToList();
        var found = all.FindAll(word => word.StartsWith(typed, StringComparison.Ordinal));
        return new Completions(start, found.Count > 0 ? found : all.FindAll(word => word.StartsWith(typed, StringComparison.OrdinalIgnoreCase)));
    }
}
