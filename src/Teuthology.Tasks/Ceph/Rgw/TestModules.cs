using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Python modules that tests of gateways import: the distribution's packages where apt has them, else what the tests' own <c>bootstrap</c> fetches.</summary>
internal static class TestModules
{
    // module, and Debian's package of it
    private static readonly (string Module, string Package)[] All =
    [
        ("yaml", "python3-yaml"), ("nose", "python3-nose"), ("boto", "python3-boto"), ("boto3", "python3-boto3"), ("munch", "python3-munch"), ("gevent", "python3-gevent"),
        ("isodate", "python3-isodate"), ("requests", "python3-requests"), ("pytz", "python3-tz"), ("httplib2", "python3-httplib2"), ("lxml", "python3-lxml"), ("pytest", "python3-pytest"),
    ];

    // Names of modules that a program cannot import, a line each
    private const string Missing = """
        import importlib.util, sys
        for name in sys.argv[1:]:
            if importlib.util.find_spec(name) is None:
                print(name)
        """;

    /// <summary>Has a machine ready to run tests.</summary>
    /// <param name="run">The task.</param>
    /// <param name="remote">The machine.</param>
    /// <param name="directory">Where the tests' sources are on it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The Python to run them with, and the module that runs them: <c>nose</c>, or <c>pytest</c> of tests that are later than 2023.</returns>
    /// <exception cref="JobSkippedException">Modules are missing, and cannot be had.</exception>
    public static async Task<(string Python, string Runner)> ReadyAsync(TaskRun run, Remote remote, string directory, CancellationToken cancellationToken)
    {
        var asked = await remote.RunAsync(RemoteCommand.Args("sh", "-c", "cat -- \"$1/requirements.txt\"; [ ! -e \"$1/pytest.ini\" ] || echo pytest", "sh", directory) with { Quiet = true, Label = "requirements" }, cancellationToken);
        var wanted = asked.Stdout.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(l => !l.StartsWith('#')).Select(l => l.Split(' ', '<', '>', '=', '!', '~')[0].ToLowerInvariant()).Select(n => n == "pyyaml" ? "yaml" : n).ToHashSet(StringComparer.Ordinal);
        var modules = All.Where(m => wanted.Contains(m.Module)).ToList();
        var runner = wanted.Contains("pytest") ? "pytest" : "nose";
        var missing = await MissingAsync("python3");
        if (missing.Count > 0)
        {
            var packages = modules.Where(m => missing.Contains(m.Module)).Select(m => m.Package);
            await remote.RunAsync(
                RemoteCommand.Script($"sudo DEBIAN_FRONTEND=noninteractive apt-get -y install {string.Join(' ', packages)} >/dev/null") with { CheckStatus = false, Label = "modules of tests" }, cancellationToken);
            missing = await MissingAsync("python3");
        }

        if (missing.Count == 0)
            return ("python3", runner);
        CephLog.Note(run.Log, $"{run.Name}: {remote.ShortName} has no {string.Join(", ", missing)}; the tests' own bootstrap fetches what they need");
        var bootstrap = await remote.RunAsync(RemoteCommand.Script("[ -x bootstrap ] && ./bootstrap") with { Cwd = directory, CheckStatus = false, Label = "bootstrap" }, cancellationToken);
        var python = $"{directory}/virtualenv/bin/python";
        return bootstrap.ExitStatus == 0
            ? (python, runner)
            : throw new JobSkippedException($"task '{run.Name}' needs the Python modules {string.Join(", ", missing)} on {remote.ShortName}: its apt sources have no packages of them, and the tests' bootstrap could not fetch them");

        async Task<IReadOnlyCollection<string>> MissingAsync(string program) => (await remote.RunAsync(
            RemoteCommand.Args([program, "-c", Missing, .. modules.Select(m => m.Module)]) with { Quiet = true, Label = "modules" }, cancellationToken)).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
