using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;

namespace Teuthology.Interactive;

/// <summary>C# that is typed piece by piece; each piece sees what the ones before it declared.</summary>
/// <param name="globals">Its members can be used by their bare names.</param>
/// <param name="assemblies">Assemblies whose types can be named, besides the framework's.</param>
internal sealed class ScriptSession(object globals, IEnumerable<Assembly> assemblies)
{
    /// <summary>What stands in stack traces where the file would.</summary>
    public const string FileName = "input";

    private static readonly CSharpParseOptions Syntax = new(LanguageVersion.Latest, Microsoft.CodeAnalysis.DocumentationMode.None, Microsoft.CodeAnalysis.SourceCodeKind.Script);

    private readonly ScriptOptions _options = ScriptOptions.Default
        .AddReferences(assemblies.Concat(
        [
            typeof(object).Assembly, typeof(Console).Assembly, typeof(Enumerable).Assembly, typeof(HashSet<>).Assembly, typeof(System.Text.RegularExpressions.Regex).Assembly,
            typeof(System.Diagnostics.Process).Assembly, typeof(System.Text.Json.JsonDocument).Assembly, typeof(System.Net.Http.HttpClient).Assembly,
        ]).Distinct())
        .AddImports(
            "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Text", "System.Text.RegularExpressions", "System.Threading", "System.Threading.Tasks",
            "Teuthology", "Teuthology.Jobs", "Teuthology.Orchestra", "Teuthology.Yaml")
        .WithLanguageVersion(LanguageVersion.Latest)
        .WithFilePath(FileName).WithFileEncoding(Encoding.UTF8).WithEmitDebugInformation(true);

    private ScriptState<object>? _state;

    /// <summary>Whether a text is a whole piece of code; an unclosed bracket or text goes on in the next line.</summary>
    public static bool IsComplete(string text) => SyntaxFactory.IsCompleteSubmission(CSharpSyntaxTree.ParseText(Finish(text), Syntax));

    /// <summary>The code that would follow the pieces so far, not run.</summary>
    public Script<object> Next(string text) =>
        _state is null ? CSharpScript.Create<object>(text, _options, globals.GetType()) : _state.Script.ContinueWith<object>(text, _options);

    /// <summary>Runs a piece; what it declared before an error stays declared.</summary>
    /// <param name="text">The code.</param>
    /// <param name="cancellationToken">Cancels it before it runs; running code is cancelled by its own token.</param>
    /// <returns>The value of its last expression, awaited if it is a task; null when there is none.</returns>
    /// <exception cref="CompilationErrorException">It cannot be compiled.</exception>
    /// <exception cref="Exception">Whatever it threw.</exception>
    public async Task<object?> RunAsync(string text, CancellationToken cancellationToken)
    {
        var script = Next(Finish(text));
        var state = _state is null
            ? await script.RunAsync(globals, static _ => true, cancellationToken)
            : await script.RunFromAsync(_state, static _ => true, cancellationToken);
        if (!cancellationToken.IsCancellationRequested || state.Exception is null)
            _state = state;
        if (state.Exception is { } error)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        return await AwaitedAsync(state.ReturnValue);
    }

    // `var x = 1` lacks its semicolon and nothing else; nobody wants to be asked for it.
    private static string Finish(string text)
    {
        var closed = text.TrimEnd() + ";";
        if (SyntaxFactory.IsCompleteSubmission(CSharpSyntaxTree.ParseText(text, Syntax)))
            return text;
        var root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(closed, Syntax).GetRoot();
        if (root.ContainsDiagnostics)
            return text;
        var last = root.Members.LastOrDefault();
        return (last is null && root.Usings.Count > 0) || last is FieldDeclarationSyntax or GlobalStatementSyntax { Statement: LocalDeclarationStatementSyntax or ExpressionStatementSyntax } ? closed : text;
    }

    private static async Task<object?> AwaitedAsync(object? value)
    {
        if (value?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            value = type.GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(value, null);
        else if (value is ValueTask bare)
            value = bare.AsTask();
        if (value is not Task task)
            return value;
        await task;
        for (var result = task.GetType(); result is not null; result = result.BaseType)
        {
            if (result.IsGenericType && result.GetGenericTypeDefinition() == typeof(Task<>))
                return result.GetGenericArguments()[0].Name == "VoidTaskResult" ? null : result.GetProperty("Result")!.GetValue(task);
        }

        return null;
    }
}
