using System.CommandLine;

namespace Teuthology.Cli;

/// <summary>A verb that only holds others: <c>lab</c>, <c>suite</c>.</summary>
internal sealed class VerbGroup : Command
{
    public VerbGroup(string name, string description, params IEnumerable<Command> verbs)
        : base(name, description)
    {
        foreach (var verb in verbs)
            Add(verb);
    }
}
