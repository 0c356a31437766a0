using System.IO.Compression;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>A machine that says it runs CentOS, with programs that note how they were called in place of SELinux's.</summary>
public sealed class SelinuxTests(BuilderHost host) : IClassFixture<BuilderHost>
{
    private const string Denial = "type=AVC msg=audit(1.2:3): avc:  denied  { read } for comm=\"rbd\"";

    private const string CentOs = """
        roles: [[a.0], [b.0]]
        tasks:
        - exec:
            a.0:
            - |
              printf 'ID=centos\nVERSION_ID=9\n' > /etc/new-release && rm /etc/os-release && mv /etc/new-release /etc/os-release
              mkdir -p /var/log/audit && echo 'avc: denied before comm="x"' > /var/log/audit/audit.log
              printf '#!/bin/sh\necho Enforcing\n' > /usr/sbin/getenforce
              for p in /usr/sbin/setenforce /usr/local/sbin/service; do printf '#!/bin/sh\necho "$(basename $0) $*" >> /var/tmp/noted\n' > $p; chmod 755 $p; done
              chmod 755 /usr/sbin/getenforce
        - test.forget_facts:

        """;

    [SkippableFact]
    public async Task Selinux_NewDenial_FailsTheJobAndKeepsTheAuditLog()
    {
        var result = await host.RunAsync($$"""
            {{CentOs}}
            - sequential:
              - selinux: {allowlist: ['comm="fine"']}
              - exec:
                  a.0:
                  - test "$(tr '\n' , < /var/tmp/noted)" = "service auditd rotate,setenforce permissive,"
                  - |
                    echo 'avc:  denied  for comm="dmidecode"' >> /var/log/audit/audit.log
                    echo 'avc:  denied  for comm="fine"' >> /var/log/audit/audit.log
                    echo '{{Denial}}' >> /var/log/audit/audit.log
            """);
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.Matches(@"^SELinux denials found on ubuntu@n\d+: \['type=AVC msg=audit\(1\.2:3\): avc:  denied  \{ read \} for comm=""rbd""'\]$", result.FailureReason);
        Assert.Contains("does not support SELinux", result.Log());
        var audit = Assert.Single(Directory.GetFiles(Path.Combine(result.ArchivePath!, "remote"), "audit.log.gz", SearchOption.AllDirectories));
        await using var file = File.OpenRead(audit);
        using var text = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        Assert.Contains(Denial, await text.ReadToEndAsync());
    }

    [SkippableFact]
    public async Task Selinux_OldAndKnownDenials_PassAndTheModeIsPutBack()
    {
        var result = await host.RunAsync($$"""
            {{CentOs}}
            - sequential:
              - selinux: {hosts: [a.0]}
              - exec:
                  a.0:
                  - |
                    echo 'avc:  denied  for name="cephtest"' >> /var/log/audit/audit.log
            - exec: {a.0: [test "$(tail -n 1 /var/tmp/noted)" = "setenforce enforcing"]}
            """);
        result.ShouldPass();
        Assert.Contains("Putting SELinux into permissive mode", result.Log());
    }

    [SkippableFact]
    public async Task Selinux_BadPatternInTheAllowlist_IsTold()
    {
        var result = await host.RunAsync($$"""
            {{CentOs}}
            - selinux: {hosts: [a.0], allowlist: ['x\{ y \}']}
            """);
        Assert.Matches(@"^job\.yaml:\d+:\d+: task 'selinux': denials on n\d+ cannot be told apart: grep: ", result.FailureReason);
    }

    [SkippableFact]
    public async Task Selinux_SkipTeardown_LeavesTheModeAndTheDenials() => (await host.RunAsync($$"""
        {{CentOs}}
        - sequential:
          - selinux: {hosts: [a.0], mode: enforcing, skip_teardown: true}
          - exec:
              a.0:
              - |
                echo '{{Denial}}' >> /var/log/audit/audit.log
        - exec: {a.0: [test "$(tail -n 1 /var/tmp/noted)" = "setenforce enforcing"]}
        """)).ShouldPass();
}
