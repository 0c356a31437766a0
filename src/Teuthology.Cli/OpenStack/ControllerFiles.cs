using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Teuthology.Lab;
using Teuthology.OpenStack;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>What a controller has of ours, below <see cref="Home"/> of the login user: program, runtime, suites, configuration, credentials.</summary>
/// <param name="remote">The controller.</param>
/// <param name="progress">Told what is copied.</param>
internal sealed class ControllerFiles(Remote remote, IProgress<string> progress)
{
    /// <summary>Directory of all of it.</summary>
    public const string Home = "teuthology";

    private static readonly string Program = typeof(ControllerFiles).Assembly.GetName().Name!;

    // What of the site's configuration means the same everywhere; paths and services of this host do not.
    private static readonly string[] SiteKeys =
    [
        "openstack", "machine_types", "lab_domain", "test_path", "test_user", "max_job_time", "results_timeout", "results_email", "results_sending_email", "smtp_server", "archive_upload", "archive_server",
        "ceph_git_base_url", "ceph_git_url", "ceph_qa_suite_git_url", "teuthology_git_url", "githelper_base_url", "package_source", "shaman", "pulp", "gitbuilder_host", "baseurl_template", "canonical_tags",
        "suite_verify_ceph_hash", "suite_allow_missing_packages", "job_threshold", "default_machine_type", "sentry_dsn", "sentry_server", "defaults",
    ];

    /// <summary>Copies the program, and the runtime where it needs one; what is there already stays.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CopyProgramAsync(CancellationToken cancellationToken)
    {
        var (programAt, needsRuntime) = await PushProgramAsync(cancellationToken);
        var runtimeAt = needsRuntime ? await PushRuntimeAsync(cancellationToken) : "";
        var script = $"""
            #!/bin/sh
            home=$(cd "$(dirname "$0")" && pwd)
            export TEUTHOLOGY_CONFIG="$home/site.yaml" OS_CLIENT_CONFIG_FILE="$home/clouds.yaml" TEUTHOLOGY_STATE="$home/state" TEUTHOLOGY_ARCHIVE="$home/archive" {ControllerHost.Variable}=1
            [ -z "{runtimeAt}" ] || export DOTNET_ROOT="$home/{runtimeAt}"
            [ ! -x "$home/{programAt}/{Program}" ] || exec "$home/{programAt}/{Program}" "$@"
            exec "$DOTNET_ROOT/dotnet" "$home/{programAt}/{Program}.dll" "$@"

            """;
        await WriteAsync(Program, script, "0755", cancellationToken);
    }

    /// <summary>Copies configuration and credentials, which nobody but the login user can read.</summary>
    /// <param name="site">The site's configuration, the line's options in it.</param>
    /// <param name="credentials">Who asks which cloud.</param>
    /// <param name="options">How servers are made.</param>
    /// <param name="address">The web interface's address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CopySiteAsync(SiteConfig site, OpenStackCredentials credentials, CloudOptions options, string address, CancellationToken cancellationToken)
    {
        var home = (await remote.ShAsync("echo \"$HOME\"", cancellationToken)).Trim();
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        string Beside(string file)
        {
            secrets[file] = $"file{secrets.Count.ToString(CultureInfo.InvariantCulture)}-{Path.GetFileName(file)}";
            return $"{home}/{Home}/{secrets[file]}";
        }

        var all = new YamlMap();
        foreach (var key in SiteKeys.Where(site.All.ContainsKey))
            all[key] = YamlCopy.DeepCopy(site.All.Get(key));
        var section = all.Get("openstack") as YamlMap ?? [];
        foreach (var key in (string[])["openrc", "namespace", "key_file"])
            section.Remove(key);
        section["cloud"] = CredentialsFile.Cloud;
        if (options.KeyFile is { } own)
            section["key_file"] = Beside(own);
        if (section.Get("user-data") is string data && !data.Contains('{', StringComparison.Ordinal) && File.Exists(options.UserData as string))
            section["user-data"] = YamlLoader.LoadFile((string)options.UserData!);
        all["openstack"] = section;
        all["results_ui_server"] = address;
        if (site.ArchiveUpload is { } upload)
            all["archive_upload"] = upload;
        if (site.ArchiveUploadKey is { } uploadKey)
            all["archive_upload_key"] = Beside(uploadKey);
        var clouds = CredentialsFile.Text(credentials, Beside);
        await WriteAsync("clouds.yaml", clouds, "0600", cancellationToken);
        await WriteAsync("site.yaml", YamlDumper.Dump(all), "0600", cancellationToken);
        foreach (var (file, name) in secrets)
            await WriteAsync(name, await File.ReadAllTextAsync(file, cancellationToken), "0600", cancellationToken);
    }

    /// <summary>Copies a run's suites.</summary>
    /// <param name="directory">Directory of suites, or a checkout.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Where they are.</returns>
    public async Task<string> CopySuitesAsync(string directory, CancellationToken cancellationToken)
    {
        // Of a checkout of Ceph the suites and what is beside them: tasks, workunits.
        var qa = Path.Combine(directory, "qa");
        return Directory.Exists(Path.Combine(qa, "suites"))
            ? Path.GetDirectoryName(await PushOnceAsync(qa, "suites", cancellationToken, "/qa"))!
            : await PushOnceAsync(directory, "suites", cancellationToken);
    }

    /// <summary>Copies a file of the user's.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Where it is.</returns>
    public async Task<string> CopyYamlAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            throw new ConfigurationException($"File not found: {file}");
        var text = await File.ReadAllTextAsync(file, cancellationToken);
        var name = $"yaml/{Digest(text)}-{Path.GetFileName(file)}";
        await WriteAsync(name, text, "0644", cancellationToken);
        return name;
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];

    // Under another name until it is whole: half of it is never taken for it, and what runs keeps what it began with.
    private async Task<string> PushOnceAsync(string directory, string kind, CancellationToken cancellationToken, string below = "")
    {
        var to = $"{kind}-{Digest(Listing(new DirectoryInfo(directory)))}";
        if (await IsThereAsync(to, cancellationToken))
            return to + below;
        progress.Report($"copying {directory} to the controller");
        await remote.ShAsync($"rm -rf {Home}/{to}.part", cancellationToken);
        await remote.PushDirectoryAsync(directory, $"{Home}/{to}.part{below}", sudo: false, cancellationToken);
        await remote.ShAsync($"mv {Home}/{to}.part {Home}/{to}", cancellationToken);
        return to + below;
    }

    // As it was built or installed; or the one file that has the runtime in it.
    private async Task<(string At, bool NeedsRuntime)> PushProgramAsync(CancellationToken cancellationToken)
    {
        var directory = AppContext.BaseDirectory.TrimEnd('/');
        if (File.Exists(Path.Combine(directory, $"{Program}.dll")))
            return (await PushOnceAsync(directory, "program", cancellationToken), !File.Exists(Path.Combine(directory, "libhostpolicy.so")));
        var file = new FileInfo(OwnProgram.Path);
        var to = $"program-{Digest(string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks}"))}";
        if (!await IsThereAsync(to, cancellationToken))
        {
            progress.Report($"copying {file.FullName} to the controller");
            await remote.ShAsync($"rm -rf {Home}/{to}.part && mkdir -p {Home}/{to}.part", cancellationToken);
            await remote.PutFileAsync(file.FullName, $"{Home}/{to}.part/{Program}", "0755", cancellationToken);
            await remote.ShAsync($"mv {Home}/{to}.part {Home}/{to}", cancellationToken);
        }

        return (to, false);
    }

    private async Task<string> PushRuntimeAsync(CancellationToken cancellationToken)
    {
        var runtime = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
        var version = Environment.Version.ToString(3);
        var to = $"dotnet-{version}";
        if (await IsThereAsync(to, cancellationToken))
            return to;
        progress.Report($"copying the runtime {version} to the controller");
        await remote.ShAsync($"rm -rf {Home}/{to}.part", cancellationToken);
        foreach (var part in (string[])[$"host/fxr/{version}", $"shared/Microsoft.NETCore.App/{version}", $"shared/Microsoft.AspNetCore.App/{version}"])
        {
            var from = Path.Combine(runtime, part);
            if (!Directory.Exists(from))
                throw new TeuthologyException(FailureKind.Infrastructure, $"this host's own runtime has no {from} to copy: publish the program with --self-contained");
            await remote.PushDirectoryAsync(from, $"{Home}/{to}.part/{part}", sudo: false, cancellationToken);
        }

        await remote.PutFileAsync(Path.Combine(runtime, "dotnet"), $"{Home}/{to}.part/dotnet", "0755", cancellationToken);
        await remote.ShAsync($"mv {Home}/{to}.part {Home}/{to}", cancellationToken);
        return to;
    }

    private async Task<bool> IsThereAsync(string name, CancellationToken cancellationToken) =>
        (await remote.RunAsync(RemoteCommand.Args("test", "-d", $"{Home}/{name}") with { CheckStatus = false, Quiet = true }, cancellationToken)).ExitStatus == 0;

    private Task WriteAsync(string name, string text, string mode, CancellationToken cancellationToken) =>
        remote.WriteFileAsync($"{Home}/{name}", text, new RemoteFileOptions { Mode = mode, Mkdir = true }, cancellationToken);

    // Names, sizes and times, which is enough to know a program again. Links are not followed: suites have some that lead upwards.
    private static string Listing(DirectoryInfo directory) => string.Concat(directory.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None })
        .OrderBy(entry => entry.Name, StringComparer.Ordinal)
        .Select(entry => entry is DirectoryInfo { LinkTarget: null } below
            ? $"{entry.Name}/\n{Listing(below)}/\n"
            : string.Create(CultureInfo.InvariantCulture, $"{entry.Name}\t{entry.LinkTarget}\t{(entry is FileInfo { LinkTarget: null } file ? file.Length : 0)}\t{entry.LastWriteTimeUtc.Ticks}\n")));
}
