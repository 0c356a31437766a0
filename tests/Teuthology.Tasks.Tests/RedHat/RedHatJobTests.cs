using System.Text;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Jobs of downstream builds, on a machine that passes for RHEL: what they set up, and what of it is left.</summary>
public sealed class RedHatJobTests(RedHatHost host) : IClassFixture<RedHatHost>
{
    [SkippableFact]
    public async Task Redhat_RepositoriesRegistryAndBuild_AreSetUpInOrderAndTakenBack()
    {
        await using var web = new WebServer(path => path is "/base/compose/OSD/x86_64/os/" or "/base/compose/Tools/x86_64/os/" ? Encoding.ASCII.GetBytes("there") : null);
        var result = await host.RunPreparedAsync($$"""
            roles: [[a.0]]
            redhat:
              rhbuild: '8.0'
              base-repo-url: {{web.Url}}/base/
              set-add-repo: http://somewhere.example/internal.repo
              setup_container_registry: registry.example
            overrides: {install: {ceph: {rhbuild: '8.0'} } }
            tasks:
            - exec:
                a.0:
                - grep -x "subscription-manager register --force --serverurl=subscription.rhsm.stage.redhat.com:443/subscription --baseurl=https://cdn.stage.redhat.com --username=tester --password=sec ret --auto-attach" /noted/calls
                - grep -x "subscription-manager repos --enable=rhel-8-base --enable=rhel-8-tools" /noted/calls
                - grep -x "git config --system http.sslverify false" /noted/calls
                - test ! -e /etc/yum.repos.d/rhold.repo
                - grep -x "baseurl={{web.Url}}/base/compose/OSD/x86_64/os/" /etc/yum.repos.d/rh_ceph.repo
                - test "$(grep -c baseurl= /etc/yum.repos.d/rh_ceph.repo)" = 2
                - grep -xF "[added]" /etc/yum.repos.d/rh_add.repo
                - grep -x "podman login registry.example --username puller --password-stdin" /noted/calls
                - test "$(cat /noted/secret)" = hidden
                - grep "^yum .*install ceph-common" /noted/calls
            - print: done
            """);
        Assert.True(result.Status == JobStatus.Pass, result.Error?.ToString());
        var log = await File.ReadAllTextAsync(Path.Combine(result.ArchivePath!, "teuthology.log"));
        Assert.DoesNotContain("internal.check_packages", log, StringComparison.Ordinal);
        Assert.Equal(
            ["setup_stage_cdn", "git_ignore_ssl", "setup_base_repo", "setup_additional_repo", "setup_container_registry"],
            log.Split('\n').Where(line => line.Contains("Running task internal.", StringComparison.Ordinal)).Select(line => line.Split("internal.")[1].TrimEnd('.')).Where(name => name.StartsWith("setup_", StringComparison.Ordinal) || name == "git_ignore_ssl"));
        Assert.Contains("subscription-manager unregister", log[log.LastIndexOf("Unwinding manager internal.setup_stage_cdn", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("git config --system --unset http.sslverify", log, StringComparison.Ordinal);
        Assert.Contains("logout registry.example", log, StringComparison.Ordinal);

        // Only the test's own commands, which look for them, name the passwords.
        var framework = log[log.IndexOf("Running task internal.save_config", StringComparison.Ordinal)..log.IndexOf("Running task exec", StringComparison.Ordinal)];
        Assert.DoesNotContain("sec ret", framework, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", framework, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redhat: 8.0", "job.yaml:2:1: 'redhat' must be a mapping with 'rhbuild', not")]
    [InlineData("redhat: {}", "job.yaml:2:9: redhat: Provide rhbuild attribute")]
    [InlineData("redhat: {rhbuild: 8.0, set-cdn-repo: {rhbuild: 2.0}}", "redhat: it needs the task set_repo.set_cdn_repo")]
    [InlineData("redhat: {rhbuild: 8.0, base-repo-url: mirror}", "redhat: 'base-repo-url' must be an address, http://… or https://…, not 'mirror'")]
    [InlineData("redhat: {rhbuild: 8.0, base-repo-url: 'http://x', base-rh-repos: OSD}", "redhat: 'base-rh-repos' must be a list of names")]
    [InlineData("redhat: {rhbuild: 8.0, setup_container_registry: other.example}", "redhat: Registry not found: 'registries' of the site's configuration needs 'other.example'")]
    [InlineData("redhat: {rhbuild: 8.0, install_latest_rh_kernel: true}", "it needs machines that run Red Hat's Linux and that can reboot")]
    public void Check_Mistakes_AreToldBeforeMachinesAreLocked(string section, string message)
    {
        var error = Assert.Throws<ConfigurationException>(() => host.Engine.Check(host.Job($"roles: [[a.0]]\n{section}\ntasks:\n- print: x\n")));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
