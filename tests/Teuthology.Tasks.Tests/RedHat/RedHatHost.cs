using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>A root lab and the site of somebody who tests a downstream product; its machines pass for RHEL, with tools that note how they are called.</summary>
public sealed class RedHatHost : LabHost
{
    private const string Product = """
        versions: {supported: ['8.0'], rpm: {mapped: {'8.0': 18.2.0}}}
        pkgs: {rpm: [ceph-common]}
        rhel_repos: {'8': [rhel-8-base, rhel-8-tools]}
        """;

    // Each notes its words and, where it is given any, its input.
    private const string StandIns = """
        mkdir -p /etc/yum.repos.d /noted
        printf 'ID=rhel\nVERSION_ID="8.9"\n' >/etc/os-release
        for tool in subscription-manager yum wget podman git rpm; do
            cat >/usr/local/sbin/$tool <<'TOOL'
        #!/bin/sh
        tool=${0##*/}
        echo "$tool $*" >>/noted/calls
        case "$tool $*" in
            wget*) [ "$1" = -O ] && echo "[added]" >"$2" ;;
            podman*--password-stdin) cat >/noted/secret ;;
            'git config --system --get '*) exit 1 ;;
            'rpm -q'*NAME*) echo INSTALLED ceph-common 18.2.0-1 ;;
            'rpm -q'*) echo INSTALLED 18.2.0-1 ;;
            'subscription-manager unregister') exit 1 ;;
        esac
        exit 0
        TOOL
            chmod 755 /usr/local/sbin/$tool
        done
        touch /etc/yum.repos.d/rhold.repo /run/.containerenv
        chmod -R 777 /noted
        """;

    public RedHatHost()
        : this(Directory.CreateTempSubdirectory("teuthology-redhat-").FullName)
    {
    }

    private RedHatHost(string root)
        : base("root", machines: 1, site: Site(root), root: root)
    {
    }

    /// <summary>Runs a job whose machine is made ready after it was locked and before anything is done with it.</summary>
    /// <param name="yaml">The job.</param>
    public async Task<JobResult> RunPreparedAsync(string yaml)
    {
        await using var session = await Engine.StartAsync(Job(yaml), null, CancellationToken.None);
        Skip.If(session.SkipReason is not null, session.SkipReason);
        var machine = (await Provisioner.FindAsync("n1", CancellationToken.None))!;
        await using (var remote = Remote(machine))
            await remote.RunAsync(RemoteCommand.Args("sh", "-s") with { Sudo = true, Stdin = System.Text.Encoding.UTF8.GetBytes(StandIns) }, CancellationToken.None);
        await session.RunAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await session.UnwindAsync();
    }

    private static SiteConfig Site(string root)
    {
        File.WriteAllText(Path.Combine(root, "8.0.yaml"), Product);
        var site = $$"""
            ds_yaml_dir: {{root}}
            cdn-config: {username: tester, password: 'sec ret'}
            registries: {registry.example: {username: puller, password: hidden} }
            """;
        return SiteConfig.Empty with { All = (YamlMap)YamlLoader.Load(site, "site.yaml")! };
    }

    private static Remote Remote(Machine machine) => new(
        new RemoteEndpoint
        {
            HostName = machine.Name, User = machine.User, Address = machine.Address, Port = machine.SshPort, HostKey = machine.HostKey, IdentityFile = machine.IdentityFile, Dial = machine.Dial,
        },
        NullLogger.Instance);
}
