using System.Diagnostics;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;

namespace Teuthology.Interactive;

/// <summary>An error of what was typed, on one line, with its place in it.</summary>
internal static class ErrorLine
{
    public static string Of(Exception error)
    {
        if (error is CompilationErrorException { Diagnostics: var all })
        {
            var errors = all.Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
            var at = errors[0].Location.GetLineSpan().StartLinePosition;
            return $"line {at.Line + 1}, column {at.Character + 1}: {errors[0].Id}: {errors[0].GetMessage()}{(errors.Count > 1 ? $" (and {errors.Count - 1} more)" : "")}{ErrorHint.Of(errors[0])}";
        }

        var place = new StackTrace(error, fNeedFileInfo: true).GetFrames().FirstOrDefault(f => f.GetFileName() == ScriptSession.FileName)?.GetFileLineNumber();
        var cause = error is AggregateException { InnerExceptions.Count: 1 } or TargetInvocationException ? error.InnerException! : error;
        var text = cause.Message.Split('\n')[0].TrimEnd();
        return $"{(place is > 0 ? $"line {place}: " : "")}{(cause is TeuthologyException ? "" : cause.GetType().Name + ": ")}{text}";
    }
}
