using System.Globalization;
using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Interactive;

/// <summary>What the prompt does on the job's machines.</summary>
internal sealed class MachineCommands(JobContext job, TextWriter output)
{
    private readonly ILogger _log = job.Loggers.CreateLogger("teuthology.orchestra.run");
    private int _running;
    private string? _shown;

    public TextWriter Out => output;

    /// <summary>Whether a command runs, which takes its time to be killed.</summary>
    public bool IsBusy => Volatile.Read(ref _running) > 0;

    /// <summary>Names that <see cref="Find"/> knows.</summary>
    public IEnumerable<string> Names => [.. job.Cluster.AllRoles, .. job.Cluster.Remotes.Select(r => r.ShortName), "all"];

    /// <summary>Whether a value is the output that was shown just now, so that it need not be shown again.</summary>
    public bool WasShown(object value) => ReferenceEquals(value, _shown);

    /// <exception cref="ConfigurationException">There is no such machine.</exception>
    public IReadOnlyList<Remote> Find(string where)
    {
        var found = job.Cluster.Only(where).Remotes;
        if (found.Count == 0)
            found = [.. job.Cluster.Remotes.Where(r => where == "all" || r.ShortName == where || r.HostName == where || r.Name == where)];
        return found.Count > 0 ? found : throw new ConfigurationException($"no machine has the role or the name '{where}'; there are {string.Join(", ", Names)}");
    }

    public async Task<string> ShAsync(IReadOnlyList<Remote> where, string script, bool sudo, CancellationToken ct)
    {
        var outputs = await InParallel.ForEachAsync(where, (remote, token) => RunAsync(remote, RemoteCommand.Script(script) with { Sudo = sudo }, where.Count > 1, token), ct);
        return _shown = string.Concat(outputs.Select(o => o.Stdout));
    }

    public Task<CommandResult> RunAsync(Remote remote, string[] words, CancellationToken ct) =>
        RunAsync(remote, RemoteCommand.Args(words) with { CheckStatus = false }, false, ct);

    public Task UploadAsync(IReadOnlyList<Remote> where, string localPath, string remotePath, CancellationToken ct)
    {
        var file = new FileInfo(localPath);
        if (!file.Exists)
            throw new FileNotFoundException($"there is no file {file.FullName}", localPath);
        return InParallel.ForEachAsync(
            where,
            async (remote, token) =>
            {
                var target = remotePath.EndsWith('/') ? remotePath + file.Name : remotePath;
                await CountedAsync(async () => { await remote.PutFileAsync(localPath, target, mode: null, token); return true; });
                Tell($"{file.FullName} → {remote.ShortName}:{target} ({Size(file.Length)})");
            },
            ct);
    }

    public async Task DownloadAsync(Remote remote, string remotePath, string localPath, CancellationToken ct)
    {
        var sudo = job.HasSudo(remote);
        var kind = await remote.RunAsync(RemoteCommand.Args("test", "-d", remotePath) with { Sudo = sudo, CheckStatus = false, Quiet = true }, ct);
        if (kind.ExitStatus == 0)
        {
            await CountedAsync(async () => { await remote.PullDirectoryAsync(remotePath, localPath, sudo, ct); return true; });
            Tell($"{remote.ShortName}:{remotePath}/ → {Path.GetFullPath(localPath)}/");
            return;
        }

        var content = await CountedAsync(() => remote.ReadFileAsync(remotePath, sudo, ct));
        var target = Directory.Exists(localPath) ? Path.Combine(localPath, Path.GetFileName(remotePath)) : localPath;
        await File.WriteAllBytesAsync(target, content, ct);
        Tell($"{remote.ShortName}:{remotePath} → {Path.GetFullPath(target)} ({Size(content.Length)})");
    }

    private Task<CommandResult> RunAsync(Remote remote, RemoteCommand command, bool named, CancellationToken ct) =>
        CountedAsync(() => remote.RunAsync(command with { Log = new OutputEcho(_log, output, named) }, ct));

    private async Task<T> CountedAsync<T>(Func<Task<T>> work)
    {
        Interlocked.Increment(ref _running);
        try
        {
            return await work();
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private void Tell(string text) => output.WriteLine(text);

    private static string Size(long bytes) => bytes.ToString("#,0", CultureInfo.InvariantCulture) + " bytes";
}
