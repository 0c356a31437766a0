using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab image build|path|rm</c>: the image that machines start from.</summary>
internal sealed class LabImageVerb : LabVerb
{
    private readonly Argument<string> _action = new("ACTION") { Description = "build: make it unless it is there; path: where it is; rm: remove it" };

    public LabImageVerb(Terminal terminal)
        : base(terminal, "image", "Build, find or remove the image that machines start from")
    {
        _action.AcceptOnlyFromAmong("build", "path", "rm");
        Add(_action);
        Remarks = ["The first machine builds the image by itself; to build it beforehand saves that wait. It is kept under the cache directory ($XDG_CACHE_HOME/teuthology) and built anew when its recipe changes."];
        Examples =
        [
            ("teuthology lab image build", "As CI does it before its first job"),
            ("du -sh $(teuthology lab image path)", "What it takes"),
            ("teuthology lab image rm", "The next machine builds it anew"),
        ];
    }

    /// <summary>Nothing: the actions are known.</summary>
    public override Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<string>>([]);

    protected override async Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken)
    {
        if (lab.Provisioner is not IMachineImage image)
            throw new ConfigurationException($"machines of the {lab.Provisioner.Kind} lab start from no image");
        switch (line.GetRequiredValue(_action))
        {
            case "build":
                await lab.Provisioner.PrepareAsync(new LineProgress(Terminal.Error), cancellationToken);
                await lab.CollectGarbageAsync(cancellationToken);
                await Terminal.Out.WriteLineAsync(image.ImageDirectory);
                return ExitCode.Success;
            case "path":
                await Terminal.Out.WriteLineAsync(image.ImageDirectory);
                return image.ImageExists ? ExitCode.Success : ExitCode.Failure;
            default:
                await image.RemoveImageAsync(cancellationToken);
                return ExitCode.Success;
        }
    }
}
