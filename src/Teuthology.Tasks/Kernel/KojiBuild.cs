using System.Text.Json;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>A kernel of a koji, asked for on the host itself by koji's Python library: only rpm hosts have that.</summary>
internal static class KojiBuild
{
    /// <summary>Finds the kernel of the build <c>koji</c> or of the task <c>koji_task</c>.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the host has debs, the site names no koji, or koji does not know it.</exception>
    public static async Task<KernelOrigin.Download> FindAsync(TaskRun run, Remote remote, OsFacts os, YamlMap config, CancellationToken cancellationToken)
    {
        if (os.PackageType != "rpm")
            throw new TeuthologyException(FailureKind.Infrastructure, $"Installing a kernel from koji is only supported on rpm based systems. System type is {os.Name}.");
        var (hub, root, work) = (Site("kojihub_url"), Site("kojiroot_url"), Site("koji_task_url"));
        await remote.RunAsync(RemoteCommand.Args(os.Name is "opensuse" or "sle" ? ["zypper", "--non-interactive", "install", "koji"] : ["yum", "-y", "install", "koji"]) with { Sudo = true, Label = "install koji" }, cancellationToken);
        if (Number("koji") is { } build)
        {
            var told = await AskAsync(remote, hub, $"getBuild({build})", cancellationToken);
            var (version, release) = (told.GetProperty("version").GetString(), told.GetProperty("release").GetString());
            return new KernelOrigin.Download($"{version}-{release}.x86_64", $"{root}/{told.GetProperty("package_name").GetString()}/{version}/{release}/x86_64/kernel-{version}-{release}.x86_64.rpm");
        }

        var task = Number("koji_task") ?? throw run.Wrong("'koji' and 'koji_task' must be numbers");
        var rpms = (await AskAsync(remote, hub, $"getTaskResult({task})", cancellationToken)).GetProperty("rpms").EnumerateArray().Select(r => r.GetString()!).ToList();
        var path = rpms.Find(r => NameOf(r) == "kernel")
            ?? throw new TeuthologyException(FailureKind.Infrastructure, $"The package kernel was not found in: {string.Join(", ", rpms)}");
        return new KernelOrigin.Download(Path.GetFileName(path)["kernel-".Length..^".rpm".Length], $"{work}/{path}");

        string Site(string key) => (run.Job.Config.Get(key) ?? run.Job.Options.Site.All.Get(key)) is string url
            ? url.TrimEnd('/')
            : throw new TeuthologyException(FailureKind.Infrastructure, $"a kernel from koji needs '{key}' in the site's configuration, e.g. https://kojipkgs.fedoraproject.org/…");

        long? Number(string key) => config.Get(key) switch { long number => number, string text when long.TryParse(text, out var number) => number, _ => null };
    }

    // A package's name ends where a part begins with a digit.
    private static string NameOf(string path) => string.Join('-', Path.GetFileName(path).Split('-').TakeWhile(part => part.Length == 0 || !char.IsAsciiDigit(part[0])));

    private static async Task<JsonElement> AskAsync(Remote remote, string hub, string question, CancellationToken cancellationToken)
    {
        const string program = "import json, sys, koji; print(json.dumps(eval('koji.ClientSession(sys.argv[1]).' + sys.argv[2]), default=str))";
        var result = await remote.RunAsync(
            RemoteCommand.Script($"$(command -v python3 || echo python) -c {ShellQuote.Quote(program)} {ShellQuote.Quote(hub)} {ShellQuote.Quote(question)}") with { CheckStatus = false, Label = "ask koji" },
            cancellationToken);
        try
        {
            if (result.ExitStatus == 0)
                return JsonDocument.Parse(result.Stdout).RootElement;
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new TeuthologyException(FailureKind.Infrastructure, $"{hub} does not answer {remote.ShortName}'s {question}: {result.Stderr.Trim()}");
    }
}
