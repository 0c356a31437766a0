using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Playbooks of a small repository in the form of the real ones, played for real on machines of their own root.</summary>
public sealed class CephAnsibleTests(BuilderHost host) : IClassFixture<BuilderHost>
{
    private const string Site = """
        - hosts: mons
          gather_facts: false
          become: true
          tasks:
          - shell: |
              mkdir -p /etc/ceph /var/log/ceph && echo logged > /var/log/ceph/ceph.log
              printf '#!/bin/sh\necho "$*" >> /var/tmp/ceph\n[ "$3" != health ] || echo HEALTH_WARN slow\n' > /usr/local/bin/ceph && chmod 755 /usr/local/bin/ceph
        - hosts: clients
          gather_facts: false
          become: true
          tasks:
          - copy: {dest: /etc/ceph/, content: '', mode: '0700'}
            when: false
          - shell: "mkdir -p /etc/ceph && install -m 600 /dev/null /etc/ceph/{{ cluster }}.client.admin.keyring && echo '{{ monitor_interface }} {{ public_network }} {{ devices | length }} {{ ceph_dev }} {{ ceph_dev_branch }}' > /var/tmp/vars"
        """;

    private const string Purge = """
        - hosts: "mons:clients"
          gather_facts: false
          become: true
          tasks:
          - shell: "[ {{ ireallymeanit }} = yes ] && echo purged > /var/tmp/purged"
        """;

    [SkippableFact]
    public async Task CephAnsible_SetsUpWaitsAndPurges()
    {
        Skip.IfNot(AnsibleTests.CanHaveAnsible, "ansible is not on this host: apt-get install ansible-core");
        using var repo = await GitRepository.MakeAsync("main", ("site.yml.sample", Site), ("infrastructure-playbooks/purge-cluster.yml", Purge));
        var result = await host.RunAsync($$"""
            roles: [[mon.a, osd.0], [client.0]]
            branch: wip
            tasks:
            - sequential:
              - ceph_ansible: {repo: {{repo.Path}}, ansible-version: 2.5, vars: {cluster: c1} }
              - exec:
                  client.0:
                  - test "$(cat /var/tmp/vars)" = "eth0 10.99.0.0/24 0 True wip"
                  - test "$(stat -c %a /etc/ceph/c1.client.admin.keyring)" = 604
                  mon.a:
                  - test "$(tr '\n' , < /var/tmp/ceph)" = "--cluster c1 osd tree,--cluster c1 -s,--cluster c1 health,--cluster c1 osd pool create rbd 128 128,--cluster c1 osd pool application enable rbd rbd --yes-i-really-mean-it,"
                  - test ! -e /var/tmp/purged
            - exec:
                all-hosts: [test -e /var/tmp/purged]
            """);
        result.ShouldPass();
        Assert.Single(Directory.GetFiles(Path.Combine(result.ArchivePath!, "remote"), "ceph.log*", SearchOption.AllDirectories));
        Assert.Matches(@"\[clients\]\nn\d+ devices='\[\]' monitor_interface='eth0' public_network='10\.99\.0\.0/24' radosgw_interface='eth0'\n\n\[mons\]\n", result.Log());
    }

    [SkippableFact]
    public async Task CephMetrics_PlaysAndThenTests()
    {
        Skip.IfNot(AnsibleTests.CanHaveAnsible, "ansible is not on this host: apt-get install ansible-core");
        using var repo = await GitRepository.MakeAsync(
            "main",
            ("ansible/playbook.yml", "- hosts: ceph-grafana\n  gather_facts: false\n  tasks: [{shell: 'touch /tmp/dashboard'}]\n"),
            ("check", "#!/bin/sh\necho tested with $1; cat $2; exit $1\n"));
        string Job(int status) => $$"""
            roles: [[mon.a, osd.0], [cephmetrics.0]]
            tasks:
            - cephmetrics: {repo: {{repo.Path}}, wait: 0.1, tests: ./check {{status}} }
            - exec: {cephmetrics.0: [test -e /tmp/dashboard], mon.a: ['! test -e /tmp/dashboard']}
            """;
        var good = await host.RunAsync(Job(0));
        good.ShouldPass();
        Assert.Matches(@"tested with 0\n", good.Log());
        Assert.Matches(@":\[ceph-grafana\]\n[^\n]*:n\d+ ansible_user='ubuntu'\n", good.Log());
        var bad = await host.RunAsync(Job(3));
        Assert.Matches(@"^Command failed with status 3: './check 3 /\S+/inventory'$", bad.FailureReason);
    }

    [SkippableFact]
    public async Task CephAnsible_NoSuchBranch_NamesItAndTheRepository()
    {
        Skip.IfNot(AnsibleTests.CanHaveAnsible, "ansible is not on this host: apt-get install ansible-core");
        using var repo = await GitRepository.MakeAsync("main", ("x", "y"));
        var error = await PaperJob.RefusalAsync($"ceph_ansible: {{repo: {repo.Path}, branch: gone}}", ["mon.a"]);
        Assert.StartsWith($"job.yaml:3:3: task 'ceph_ansible': branch 'gone' of 'repo' {repo.Path} cannot be cloned: ", error.Message);
    }
}
