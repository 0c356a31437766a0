using System.Reflection;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>A playbook made ready: its repository, inventory and the ways to the machines.</summary>
internal sealed class AnsiblePlay : IAsyncDisposable
{
    private readonly TaskRun _run;
    private readonly AnsibleOptions _options;
    private readonly IReadOnlyList<Remote> _machines;
    private readonly List<SshDoor> _doors = [];
    private readonly string _work = Directory.CreateTempSubdirectory("teuth_ansible_").FullName;
    private string _repo = "";
    private string _playbook = "";

    private AnsiblePlay(TaskRun run, AnsibleOptions options, IReadOnlyList<Remote> machines) => (_run, _options, _machines) = (run, options, machines);

    private string FailureLog => Path.Combine(_work, "failures.yaml");

    /// <exception cref="ConfigurationException">The playbook or the repository is not there.</exception>
    public static async Task<AnsiblePlay> PrepareAsync(TaskRun run, AnsibleOptions options, IReadOnlyList<Remote> machines, string? group, CancellationToken cancellationToken)
    {
        var play = new AnsiblePlay(run, options, machines);
        try
        {
            play._repo = await play.FindRepositoryAsync(cancellationToken);
            play._playbook = await play.FindPlaybookAsync(cancellationToken);
            await play.WriteInventoryAsync(group, cancellationToken);
            return play;
        }
        catch
        {
            await play.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs it.</summary>
    /// <param name="cleanup">Set the variable <c>cleanup</c>.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="TeuthologyException">It failed.</exception>
    public async Task RunAsync(bool cleanup, CancellationToken cancellationToken)
    {
        var variables = (YamlMap)DeepMerge.Merge(new YamlMap { ["ansible_ssh_user"] = _machines[0].User }, _options.Vars)!;
        if (cleanup)
            variables["cleanup"] = true;
        List<string> arguments = ["-v", "--extra-vars", CanonicalJson.Write(variables), "-i", Path.Combine(_work, "inventory")];
        if (_options.Inventory is { } own)
            arguments.AddRange(["-i", Path.GetFullPath(own, _repo)]);
        arguments.AddRange(["--limit", string.Join(',', _machines.Select(m => m.HostName)), _playbook]);
        if (_options.Tags is { } tags)
            arguments.AddRange(["--tags", tags]);
        if (_options.SkipTags is { } skipped)
            arguments.AddRange(["--skip-tags", skipped]);

        var command = "ansible-playbook " + ShellQuote.Join(arguments);
        TasksLog.Text(_run.Log, $"Running {command}");
        File.Delete(FailureLog);
        await using var log = _run.Job.ArchivePath is { } archive ? new StreamWriter(Path.Combine(archive, "ansible.log"), append: true) { AutoFlush = true } : StreamWriter.Null;
        var status = await AnsibleProgram.RunAsync(_repo, arguments, Environment(), Take, cancellationToken);
        if (status != 0)
            throw Failure(command, status);

        void Take(string line)
        {
            log.WriteLine(line);
            TasksLog.Text(_run.Log, line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var door in _doors)
            await door.DisposeAsync();
        Directory.Delete(_work, recursive: true);
    }

    private async Task<string> FindRepositoryAsync(CancellationToken cancellationToken)
    {
        var repo = _options.Repo ?? ".";
        if (!repo.Contains("://", StringComparison.Ordinal) && !repo.StartsWith("git@", StringComparison.Ordinal))
            return Directory.Exists(repo) ? Path.GetFullPath(repo) : throw _run.Wrong($"'repo' {Path.GetFullPath(repo)} is no directory", "repo");
        var clone = Path.Combine(_work, "repo");
        // Not shallow: that asks for more than a web server with files. Git would ask at the terminal where a server wants a name.
        await ToolRun.RunAsync("env", ["GIT_TERMINAL_PROMPT=0", "git", "clone", "--quiet", "--single-branch", "--branch", _options.Branch, "--", repo, clone], cancellationToken);
        return clone;
    }

    private async Task<string> FindPlaybookAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(_work, "playbook.yml");
        switch (_options.Playbook)
        {
            case YamlList plays:
                await File.WriteAllTextAsync(path, YamlDumper.Dump(plays), cancellationToken);
                return path;
            case string url when PlaybookDownload.IsUrl(url):
                await PlaybookDownload.FetchAsync(url, path, cancellationToken);
                return path;
            case string name:
                var places = new[] { Path.GetFullPath(name, _repo), Path.GetFullPath(name) };
                return Array.Find(places, File.Exists) ?? throw _run.Wrong($"Unable to read playbook file {name}: it is neither at {string.Join(" nor at ", places.Distinct(StringComparer.Ordinal))}", "playbook");
            default:
                throw _run.Wrong("playbook value must either be a list, URL or a filename", "playbook");
        }
    }

    // The addresses are kept out of a user's own inventory: ansible merges what several say of a host.
    private async Task WriteInventoryAsync(string? group, CancellationToken cancellationToken)
    {
        var inventory = Directory.CreateDirectory(Path.Combine(_work, "inventory")).FullName;
        var known = Path.Combine(_work, "known_hosts");
        var lines = new List<string>();
        foreach (var remote in _machines)
        {
            var (host, port) = (remote.Address, remote.Endpoint.Port);
            if (remote.Endpoint.Dial is not null)
            {
                _doors.Add(new SshDoor(remote.Endpoint));
                (host, port) = ("127.0.0.1", _doors[^1].Port);
            }

            await File.AppendAllTextAsync(known, $"{remote.HostName} {remote.Endpoint.HostKey}\n", cancellationToken);
            var options = $"-o UserKnownHostsFile={known} -o StrictHostKeyChecking=yes -o HostKeyAlias={remote.HostName}";
            lines.Add($"{remote.HostName} ansible_host={host} ansible_port={port} ansible_user={remote.User} ansible_ssh_private_key_file={remote.Endpoint.IdentityFile} "
                + $"ansible_python_interpreter=/usr/bin/python3 ansible_ssh_common_args={ShellQuote.Quote(options)}");
        }

        lines.Sort(StringComparer.Ordinal);
        if (group is not null)
            lines.Insert(0, $"[{group}]");
        await File.WriteAllLinesAsync(Path.Combine(inventory, "hosts"), lines, cancellationToken);
        if (_options.GroupVars.Count == 0)
            return;
        var variables = Directory.CreateDirectory(Path.Combine(inventory, "group_vars")).FullName;
        foreach (var (name, values) in _options.GroupVars)
            await File.WriteAllTextAsync(Path.Combine(variables, Path.GetFileName($"{name}") + ".yml"), YamlDumper.Dump(values), cancellationToken);
    }

    private Dictionary<string, string> Environment()
    {
        var plugins = Directory.CreateDirectory(Path.Combine(_work, "plugins")).FullName;
        using (var plugin = Assembly.GetExecutingAssembly().GetManifestResourceStream("Ansible.teuthology_failures.py")!)
        using (var file = File.Create(Path.Combine(plugins, "teuthology_failures.py")))
            plugin.CopyTo(file);

        // A repository with a plugin of upstream's writes the same log itself.
        var own = File.Exists(Path.Combine(_repo, "callback_plugins", "failure_log.py"));
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ANSIBLE_SSH_PIPELINING"] = "1",
            ["ANSIBLE_FAILURE_LOG"] = FailureLog,
            ["ANSIBLE_ROLES_PATH"] = Path.Combine(_repo, "roles"),
            ["ANSIBLE_NOCOLOR"] = "1",
            ["ANSIBLE_LOCAL_TEMP"] = Path.Combine(_work, "tmp"),
            ["ANSIBLE_SSH_CONTROL_PATH_DIR"] = Path.Combine(_work, "cp"),
            ["LC_ALL"] = "C.UTF-8",
        };
        if (!own)
            (environment["ANSIBLE_CALLBACK_PLUGINS"], environment["ANSIBLE_CALLBACKS_ENABLED"]) = (plugins, "teuthology_failures");
        return environment;
    }

    private TeuthologyException Failure(string command, int status)
    {
        var kind = _run.Name.EndsWith(".cephlab", StringComparison.Ordinal) ? FailureKind.Infrastructure : FailureKind.Test;
        var log = File.Exists(FailureLog) ? File.ReadAllText(FailureLog) : "";
        if (log.Trim().Length == 0)
            return new TeuthologyException(kind, $"Command failed with status {status}: {PythonRepr.Of(command)}");
        if (_run.Job.ArchivePath is { } archive)
        {
            var kept = Path.Combine(archive, "ansible_failures.yaml");
            File.Copy(FailureLog, kept, overwrite: true);
            File.SetUnixFileMode(kept, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead);
        }

        IReadOnlyList<string> lines;
        try
        {
            lines = AnsibleFailures.Analyze(log);
        }
        catch (ConfigurationException e)
        {
            TasksLog.Text(_run.Log, $"Failed to parse ansible failure log: {e.Message}");
            lines = [];
        }

        return new AnsibleFailedException(kind, lines.Count > 0 ? lines : [log.ReplaceLineEndings("")]);
    }
}
