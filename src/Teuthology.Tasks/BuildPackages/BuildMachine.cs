using System.Globalization;
using System.Text;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Builds on a machine: brings the sources, runs the script, takes the packages home.</summary>
/// <param name="run">The task.</param>
/// <param name="remote">The machine.</param>
/// <param name="options">What script, and how long it may take.</param>
internal sealed class BuildMachine(TaskRun run, Remote remote, BuildPackagesOptions options)
{
    private const string Place = "teuthology-build";

    // Both scripts find their directories in the environment; what they start in the background must not hold the output open.
    private const string Start = """
        cd teuthology-build && OUT=$PWD/packages REPOSITORY=$PWD/repository CPUS=$(nproc) && export OUT REPOSITORY CPUS &&
        mkdir -p "$OUT" "$REPOSITORY" && cd source && exec bash "../$1" </dev/null 2>&1
        """;

    /// <summary>Leaves the build in <c>repository</c> below <paramref name="scratch"/>.</summary>
    public async Task BuildAsync(WantedBuild wanted, BuildTarget target, PackageSources sources, string commit, string scratch, CancellationToken cancellationToken)
    {
        var tree = Path.Combine(scratch, "source");
        var version = await sources.CheckOutAsync(commit, tree, cancellationToken);
        CephLog.Note(run.Log, $"building {wanted} for {target.Dist} on {remote.ShortName}");
        await remote.PushDirectoryAsync(tree, $"{Place}/source", sudo: false, cancellationToken);
        Directory.Delete(tree, recursive: true);
        var script = options.Script is { } own ? await File.ReadAllTextAsync(own, cancellationToken) : Read("build-deb.sh");
        await remote.WriteFileAsync($"{Place}/build.sh", script, null, cancellationToken);
        await remote.WriteFileAsync($"{Place}/repository.sh", Read("repository-deb.sh"), null, cancellationToken);

        var path = LogPath(wanted, commit);
        await using var log = new BuildLog(path, $"{wanted} for {target.Dist}", run.Log, run.Job.Time);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PROJECT"] = wanted.Project,
            ["FLAVOR"] = wanted.Flavor,
            ["COMMIT"] = commit,
            ["CODENAME"] = target.Os.Codename,
            ["VERSION"] = version,
        };
        try
        {
            foreach (var step in new[] { "build.sh", "repository.sh" })
            {
                await remote.RunAsync(
                    RemoteCommand.Args("sh", "-c", Start, "sh", step) with { Environment = environment, Timeout = options.Timeout, StdoutTo = log, Label = $"{step} of {wanted.Project}" },
                    cancellationToken);
            }
        }
        catch (CommandException e) when (e.Kind is FailureKind.Test or FailureKind.Timeout or FailureKind.Product)
        {
            throw Failed(wanted, target, commit, path, log, e);
        }

        await remote.PullDirectoryAsync($"{Place}/repository", Path.Combine(scratch, "repository"), sudo: false, cancellationToken);
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(BuildMachine).Assembly.GetManifestResourceStream("BuildPackages." + name)!);
        return reader.ReadToEnd();
    }

    private TeuthologyException Failed(WantedBuild wanted, BuildTarget target, string commit, string? path, BuildLog log, CommandException error)
    {
        var text = new StringBuilder();
        var why = error is CommandTimeoutException ? string.Create(CultureInfo.InvariantCulture, $"it was not done after {options.Timeout.TotalSeconds:0} s (`timeout`)") : error.Message;
        text.Append(CultureInfo.InvariantCulture, $"{wanted} ({commit[..12]}) cannot be built for {target.Dist}: {why}");
        text.Append(path is null ? "; its output ended:" : $"; {path} ends:");
        foreach (var line in log.Tail)
            text.Append('\n').Append(line);
        return new TeuthologyException(error.Kind == FailureKind.Timeout ? FailureKind.Timeout : FailureKind.Product, text.ToString(), error);
    }

    private string? LogPath(WantedBuild wanted, string commit)
    {
        if (run.Job.ArchivePath is not { } archive)
            return null;
        var directory = Path.Combine(archive, "buildpackages");
        Directory.CreateDirectory(directory);
        return Path.Combine(directory, $"{wanted.Project}-{wanted.Flavor}-{commit[..12]}.log");
    }
}
