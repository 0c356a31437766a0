using Teuthology.Lab;

namespace Teuthology.Bench;

/// <summary>The files of one comparison: the job, the site's configuration and ssh's.</summary>
internal sealed class JobBenchFiles
{
    public JobBenchFiles(string directory, Machine machine, int tasks)
    {
        Directory = directory;
        File.WriteAllText(SshConfig, $"Host *\n IdentityFile {machine.IdentityFile}\n StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n LogLevel ERROR\n");
        File.WriteAllText(Site, $"lock_server: ''\nresults_server: ''\nlab_domain: ''\nssh_key: {machine.IdentityFile}\nssh_config_path: {SshConfig}\nverify_host_keys: false\n");
        File.WriteAllText(Job, $"""
            roles: [[a.0]]
            targets:
              {machine.User}@{machine.Address}: {machine.HostKey}
            ceph_cm_ansible: false
            verify_ceph_hash: false
            tasks:

            """ + string.Concat(Enumerable.Range(0, tasks).Select(i => $"- exec: {{a.0: ['echo step {i}']}}\n")));
    }

    public string Directory { get; }

    public string SshConfig => Path.Combine(Directory, "ssh_config");

    public string Site => Path.Combine(Directory, "site.yaml");

    public string Job => Path.Combine(Directory, "job.yaml");
}
