using System.Diagnostics;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Real playbooks on real machines.</summary>
public sealed class AnsibleTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    internal static readonly bool CanHaveAnsible = File.Exists("/usr/bin/ansible-playbook") || Environment.IsPrivilegedProcess;

    [SkippableFact]
    public async Task Ansible_FailingPlay_ReasonHasItsLinesAndArchiveItsLog()
    {
        Skip.IfNot(CanHaveAnsible, "ansible is not on this host: apt-get install ansible-core");
        var result = await host.RunAsync("""
            roles: [[a.0], [b.0]]
            tasks:
            - ansible:
                hosts: [b.0]
                playbook:
                - hosts: all
                  gather_facts: false
                  tasks:
                  - shell: 'echo "W: a warning" >&2; echo "E: http://a.b/c.deb cannot be had" >&2; exit 4'
            """);
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.Contains("E: <package> cannot be had", result.FailureReason);
        Assert.DoesNotContain("a warning", result.FailureReason);
        Assert.Contains("PLAY RECAP", await File.ReadAllTextAsync(Path.Combine(result.ArchivePath!, "ansible.log")));
        Assert.Contains("cannot be had", await File.ReadAllTextAsync(Path.Combine(result.ArchivePath!, "ansible_failures.yaml")));
    }

    [SkippableFact]
    public async Task Cephlab_FromAGitRepository_IsDeadWhenItFails()
    {
        Skip.IfNot(CanHaveAnsible, "ansible is not on this host: apt-get install ansible-core");
        var repo = Directory.CreateTempSubdirectory("teuthology-ansible-").FullName;
        try
        {
            Directory.CreateDirectory($"{repo}/roles/lab/tasks");
            await File.WriteAllTextAsync($"{repo}/roles/lab/tasks/main.yml", "- fail: {msg: 'the lab is {{ mood }}'}\n");
            await File.WriteAllTextAsync($"{repo}/cephlab.yml", "- hosts: testnodes\n  gather_facts: false\n  roles: [lab]\n");
            foreach (var command in new[] { "init -q -b lab-1", "add .", "-c user.name=t -c user.email=t@localhost commit -q -m lab" })
            {
                using var git = Process.Start("git", $"-C {repo} {command}");
                await git.WaitForExitAsync();
                Assert.Equal(0, git.ExitCode);
            }

            var result = await host.RunAsync($$"""
                roles: [[a.0]]
                overrides: {ansible.cephlab: {vars: {mood: low} } }
                tasks:
                - ansible.cephlab: {repo: 'file://{{repo}}', branch: lab-1}
                """);
            Assert.Equal(JobStatus.Dead, result.Status);
            Assert.EndsWith("the lab is low", result.FailureReason);
        }
        finally
        {
            Directory.Delete(repo, recursive: true);
        }
    }

    [Theory]
    [InlineData("ansible: {playbook: 7}", "task 'ansible': playbook value must either be a list or a filename")]
    [InlineData("ansible: {playbook: gone.yml}", "task 'ansible': Unable to read playbook file gone.yml: it is neither at /")]
    [InlineData("ansible: {playbok: []}", "task 'ansible': unknown key 'playbok'; did you mean 'playbook'?")]
    [InlineData("ansible: {playbook: [], repo: /nowhere}", "task 'ansible': 'repo' /nowhere is no directory")]
    [InlineData("ansible: {playbook: [], hosts: [z.1]}", "task 'ansible': 'hosts' names 'z.1', which is neither a role nor a machine of this job")]
    [InlineData("ansible: {playbook: [], inventory: x, group_vars: {a: {}}}", "'group_vars' goes into a generated inventory")]
    [InlineData("ansible.cephlab:", "task 'ansible.cephlab': it needs a 'repo'")]
    public async Task Ansible_WrongConfiguration_NamesTheKey(string task, string message)
    {
        var error = await PaperJob.RefusalAsync(task, ["a.0"]);
        Assert.StartsWith("job.yaml:3:", error.Message);
        Assert.Contains(message, error.Message);
    }
}
