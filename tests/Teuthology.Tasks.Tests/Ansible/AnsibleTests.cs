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
        var vault = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".vault_pass.txt");
        var hasVault = File.Exists(vault);
        try
        {
            Directory.CreateDirectory($"{repo}/roles/lab/tasks");
            await File.WriteAllTextAsync($"{repo}/roles/lab/tasks/main.yml", "- fail: {msg: 'the lab is {{ mood }}'}\n");
            await File.WriteAllTextAsync($"{repo}/cephlab.yml", "- hosts: testnodes\n  gather_facts: false\n  roles: [lab]\n");
            await GitAsync(repo, "init -q -b lab-1", "add .", "-c user.name=t -c user.email=t@localhost commit -q -m lab");
            var result = await host.RunAsync($$"""
                roles: [[a.0]]
                overrides: {ansible.cephlab: {vars: {mood: low} } }
                tasks:
                - ansible.cephlab: {repo: 'file://{{repo}}', branch: lab-1}
                """);
            Assert.Equal(JobStatus.Dead, result.Status);
            Assert.EndsWith("the lab is low", result.FailureReason);
            Assert.True(File.Exists(vault));
        }
        finally
        {
            Directory.Delete(repo, recursive: true);
            if (!hasVault)
                File.Delete(vault);
        }
    }

    [SkippableFact]
    public async Task Ansible_AllFromAWebServer_PlaysWithItsInventoryAndCleansUp()
    {
        Skip.IfNot(CanHaveAnsible, "ansible is not on this host: apt-get install ansible-core");
        var (repo, bare, said) = (Path.Combine(host.Root, "roles.tree"), Path.Combine(host.Root, "roles.git"), Path.Combine(host.Root, "said"));
        Directory.CreateDirectory($"{repo}/roles/say/tasks");
        await File.WriteAllTextAsync($"{repo}/roles/say/tasks/main.yml", $"- shell: 'echo {{{{ word }}}} {{{{ cleanup | default(\"no\") }}}} >> {said}'\n");
        await File.WriteAllTextAsync($"{repo}/lab.ini", $"[mine]\n{string.Join('\n', host.Provisioner.MachineNames)}\n[mine:vars]\nword=hello\n");
        await GitAsync(repo, "init -q -b main", "add .", "-c user.name=t -c user.email=t@localhost commit -q -m roles", $"clone -q --bare . {bare}", $"-C {bare} update-server-info");
        await using var server = new WebServer(path => path == "/site.yml" ? "- hosts: mine\n  gather_facts: false\n  roles: [say]\n"u8.ToArray()
            : path.StartsWith("/roles.git/", StringComparison.Ordinal) && File.Exists(host.Root + path) ? File.ReadAllBytes(host.Root + path) : null);
        var result = await host.RunAsync($$"""
            roles: [[a.0]]
            tasks:
            - sequential:
              - ansible: {repo: '{{server.Url}}/roles.git', playbook: '{{server.Url}}/site.yml', inventory: lab.ini, cleanup: true}
              - exec: {a.0: ['test "$(cat {{said}})" = "hello no"']}
            """);
        result.ShouldPass();
        Assert.Equal("hello no\nhello True\n", await File.ReadAllTextAsync(said));
    }

    [SkippableFact]
    public async Task Ansible_WebServerHasNoPlaybookOrRepository_IsToldWithTheAddress()
    {
        Skip.IfNot(CanHaveAnsible, "ansible is not on this host: apt-get install ansible-core");
        await using var server = new WebServer(_ => null);
        var result = await host.RunAsync($"roles: [[a.0]]\ntasks:\n- ansible: {{playbook: '{server.Url}/gone.yml'}}\n");
        Assert.Equal((JobStatus.Dead, $"the playbook {server.Url}/gone.yml cannot be had: 404 Not Found"), (result.Status, result.FailureReason));
        result = await host.RunAsync($"roles: [[a.0]]\ntasks:\n- ansible: {{playbook: [], repo: '{server.Url}/gone.git'}}\n");
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Contains($"fatal: repository '{server.Url}/gone.git/' not found", result.FailureReason);
    }

    [Fact]
    public async Task VaultPassword_FileThatIsThere_IsLeftAlone()
    {
        var home = Directory.CreateTempSubdirectory("teuthology-ansible-").FullName;
        try
        {
            var file = Path.Combine(home, ".vault_pass.txt");
            VaultPassword.Ensure(home);
            Assert.Equal(("foo", UnixFileMode.UserRead | UnixFileMode.UserWrite), (await File.ReadAllTextAsync(file), File.GetUnixFileMode(file)));
            await File.WriteAllTextAsync(file, "secret");
            VaultPassword.Ensure(home);
            Assert.Equal("secret", await File.ReadAllTextAsync(file));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Theory]
    [InlineData("ansible: {playbook: 7}", "task 'ansible': playbook value must either be a list, URL or a filename")]
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

    private static async Task GitAsync(string repo, params string[] commands)
    {
        foreach (var command in commands)
        {
            using var git = Process.Start("git", $"-C {repo} {command}");
            await git.WaitForExitAsync();
            Assert.Equal(0, git.ExitCode);
        }
    }
}
