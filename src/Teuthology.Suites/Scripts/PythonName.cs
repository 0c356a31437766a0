namespace Teuthology.Suites;

/// <summary>Something of Python that a script can only print: <c>None</c> in a loop, <c>&lt;class 'dict'&gt;</c>.</summary>
/// <param name="Text">Python's text of it.</param>
internal sealed record PythonName(string Text)
{
    public static readonly PythonName None = new("None");
}
