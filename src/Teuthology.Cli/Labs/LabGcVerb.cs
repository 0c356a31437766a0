using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab gc</c>: removes what killed processes left.</summary>
internal sealed class LabGcVerb : LabVerb
{
    public LabGcVerb(Terminal terminal)
        : base(terminal, "gc", "Remove what killed processes left: machines, mounts, networks, half built images")
    {
        Remarks = ["Nothing that a living process or `lab up` holds is touched. Every run that uses the lab does this first, so it is needed only to have a clean host now."];
        Examples = [("teuthology lab gc", "Prints what it removed, a line each")];
    }

    protected override async Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken)
    {
        foreach (var removed in await lab.CollectGarbageAsync(cancellationToken))
            await Terminal.Out.WriteLineAsync(removed);
        return ExitCode.Success;
    }
}
