namespace Teuthology.OpenStack.Tests;

/// <summary>Progress that is told at once, by whoever makes it.</summary>
internal sealed class Immediate(Action<string> told) : IProgress<string>
{
    public void Report(string value) => told(value);
}
