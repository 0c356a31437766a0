using System.Text;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>
/// Kernels of every source on machines whose boot loaders and package tools are stand-ins that do what the real ones do to /boot and note how they were
/// called: the scripts for rpm and deb hosts run for real, and the machine comes back with what its boot loader was told.
/// </summary>
public sealed class KernelInstallTests(BuilderHost host) : IClassFixture<BuilderHost>
{
    private const string Builder = "10.99.0.1:8052";
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private const string Release = "6.8.0-ceph-g0123456789ab";
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    [SkippableFact]
    public async Task Kernel_OfAGitbuilderOnEl_IsTheLoadersEntry()
    {
        const string url = "/kernel-rpm-centos9-x86_64-default/ref/testing";
        (_files[$"{url}/version"], _files[$"{url}/sha1"], _files[$"{url}/kernel.x86_64.rpm"]) = ($"v{Release}\n", $"{Commit}\n", Release);
        var result = await RunAsync("""
            roles: [[a.0], [b.0]]
            gitbuilder_host: BUILDER
            tasks:
            - test.own_kernel: {a.0: {KIND: grubby, EFI: 'yes'}, b.0: {KIND: bls, INITRD: dracut, files: {scripts: none}}}
            - test.kernel: {a.0: {branch: testing, kdb: true}, b.0: {branch: testing, kdb: false}}
            - exec:
                a.0:
                - test "$(uname -r)" = RELEASE
                - grep -x "yum upgrade -y linux-firmware" /pc/noted
                - grep -x "rpm -ivh --oldpackage --replacefiles --replacepkgs /tmp/kernel.x86_64.rpm" /pc/noted
                - grep -x "mkinitrd --allow-missing -f /boot/initramfs-RELEASE.img RELEASE" /pc/noted
                - grep -x "grubby --set-default /boot/vmlinuz-RELEASE" /pc/noted
                - grep blscfg /boot/efi/EFI/vendor/grub.cfg && ! test -e /boot/efi/EFI/BOOT/grub.cfg
                - grep -x ttyS1 /sys/module/kgdboc/parameters/kgdboc
                b.0:
                - test "$(uname -r)" = RELEASE
                - grep -x "grub2-set-default id-RELEASE" /pc/noted
                - '! grep dracut /pc/noted'
                - test -z "$(cat /sys/module/kgdboc/parameters/kgdboc)"
            """);
        result.ShouldPass();
        Assert.Equal(Commit, result.Summary()["a.0-kernel-sha1"]);
    }

    [SkippableFact]
    public async Task Kernel_OfAShamanOnEl_IsTheMenusOrTheFirstEntry()
    {
        Shaman("centos%2F9%2Fx86_64", "rpms/");
        _files["/rpms/x86_64/kernel-6.8.0_ceph_g0123456789ab-1.x86_64.rpm"] = Release;
        var result = await RunAsync("""
            roles: [[a.0], [b.0]]
            shaman: {endpoint: 'http://BUILDER/api/'}
            tasks:
            - test.own_kernel: {a.0: {KIND: menu, INITRD: dracut}, b.0: {KIND: legacy, CFG: /boot/grub/grub.conf}}
            - test.kernel: {sha1: COMMIT}
            - exec:
                a.0: ['test "$(uname -r)" = RELEASE', 'grep -x "grub2-set-default 1" /pc/noted', 'grep -x "dracut --force /boot/initramfs-RELEASE.img RELEASE" /pc/noted']
                b.0:
                - test "$(uname -r)" = RELEASE
                - '! grep grub2 /pc/noted | grep -v "^rpm -q"'
                - |
                  printf 'default=0\ntitle Old (RELEASE)\n\troot (hd0,0)\n\tkernel /vmlinuz-RELEASE ro\n\tinitrd /initrd-RELEASE.img\n\n' >/pc/expected
                  printf '\ntitle Old (4.0.0-1.x86_64)\n\troot (hd0,0)\n\tkernel /vmlinuz-4.0.0-1.x86_64 ro\n\tinitrd /initrd-4.0.0-1.x86_64.img\n\ntitle Rescue\n\tkernel /rescue\n' >>/pc/expected
                  diff /pc/expected /boot/grub/grub.conf
            """);
        result.ShouldPass();
    }

    [SkippableFact]
    public async Task Kernel_OfAKojiOnEl_IsOfTheBuildOrTheTask()
    {
        const string build = "6.5.1-200.fc40";
        const string task = "6.6.0-0.rc2.git2.1.fc40.x86_64";
        _files[$"/packages/kernel/6.5.1/200.fc40/x86_64/kernel-{build}.x86_64.rpm"] = $"{build}.x86_64";
        _files[$"/work/tasks/6745/9/kernel-{task}.rpm"] = task;
        var result = await RunAsync($$"""
            roles: [[a.0], [b.0]]
            kojihub_url: http://BUILDER/hub
            kojiroot_url: http://BUILDER/packages/
            koji_task_url: http://BUILDER/work
            tasks:
            - test.own_kernel: {a.0: &koji {files: {koji.py: "{{Koji}}"} }, b.0: *koji}
            - test.kernel: {a.0: {koji: 412677}, b.0: {koji_task: '9678206'} }
            - exec:
                a.0: ['test "$(uname -r)" = {{build}}.x86_64', 'grep -x "yum -y install koji" /pc/noted']
                b.0: ['test "$(uname -r)" = {{task}}']
            """);
        result.ShouldPass();
    }

    [SkippableFact]
    public async Task Kernel_OfTheDistributionOrAFileOnEl_IsInstalled()
    {
        const string newest = "5.14.0-427.el9.x86_64";
        var package = Path.Combine(host.Root, "kernel-6.8.0_ceph_g0123456789ab-2.x86_64.rpm");
        await File.WriteAllTextAsync(package, Release);
        var result = await RunAsync($$"""
            roles: [[a.0], [b.0]]
            tasks:
            - test.own_kernel: {a.0: {files: {newest: {{newest}}, again: installed} }, b.0: {} }
            - test.kernel: {a.0: {sha1: distro}, b.0: {rpm: {{package}} } }
            - exec:
                a.0: ['test "$(uname -r)" = {{newest}}', 'grep -x "yum reinstall -y kernel" /pc/noted', '! grep -e "-ivh" -e firmware /pc/noted']
                b.0: ['test "$(uname -r)" = RELEASE']
            - exec: {a.0: ['echo >/pc/noted']}
            - test.kernel: {a.0: {branch: distro, sha1: distro} }
            - exec: {a.0: ['! grep grub /pc/noted']}
            """);
        result.ShouldPass();
        Assert.Equal("0123456789ab", result.Summary()["b.0-kernel-sha1"]);
    }

    [SkippableFact]
    public async Task Kernel_OnUbuntu_IsOfTheEnablementStackOrAShaman()
    {
        Shaman("ubuntu%2F22.04%2Fx86_64", "debs/");
        _files["/debs/pool/main/l/linux-6.8.0-ceph-g0123456789ab/linux-image-6.8.0-ceph-g0123456789ab_6.8.0_ceph_g0123456789ab-1_amd64.deb"] = Release;
        var result = await RunAsync("""
            roles: [[a.0], [b.0]]
            shaman: {endpoint: 'http://BUILDER/api/'}
            tasks:
            - test.own_kernel:
                a.0: &ubuntu {OS: ubuntu, VERSION: '22.04', KIND: deb, CFG: /boot/grub/grub.cfg, files: {newest: 6.8.0-40-generic}}
                b.0: *ubuntu
            - test.kernel: {a.0: {sha1: distro, hwe: true}, b.0: {sha1: COMMIT}}
            - exec:
                a.0: ['test "$(uname -r)" = 6.8.0-40-generic', 'grep "apt-get .* install linux-image-generic-hwe-22.04$" /pc/noted']
                b.0: ['test "$(uname -r)" = RELEASE', 'grep -x "dpkg -i /tmp/linux-image.deb" /pc/noted', '! test -e /tmp/linux-image.deb']
            """);
        result.ShouldPass();
    }

    [SkippableFact]
    public async Task Kernel_OfAPulp_IsTheSourcesDeb()
    {
        _files["/pulp/distributions/deb/apt?pulp_label_select=project=kernel,flavors=default,distro=ubuntu,distro_version=22.04,arch=x86_64,sha1=" + Commit] =
            $$"""{"results": [{"base_url": "/content/kernel/x86_64/", "pulp_labels": {"version": "{{Release}}", "sha1": "{{Commit}}"} }]}""";
        _files[$"/content/kernel/x86_64/pool/main/l/linux-{Release}/linux-image-{Release}_{Release}_amd64.deb"] = Release;
        var result = await RunAsync("""
            roles: [[a.0]]
            pulp: {endpoint: 'http://BUILDER/pulp/', username: me, password: hush}
            tasks:
            - test.own_kernel: {a.0: {OS: ubuntu, VERSION: '22.04', KIND: deb, CFG: /boot/grub/grub.cfg}}
            - test.kernel: {sha1: COMMIT}
            - exec: {a.0: ['test "$(uname -r)" = RELEASE']}
            """);
        result.ShouldPass();
    }

    [SkippableFact]
    public async Task Kernel_OfAKojiOnDebian_IsDead()
    {
        var result = await RunAsync("""
            roles: [[a.0]]
            tasks:
            - test.own_kernel: {a.0: {OS: debian, VERSION: '12', KIND: deb, CFG: /boot/grub/grub.cfg}}
            - test.kernel: {koji: 412677}
            """);
        Assert.Equal((JobStatus.Dead, "Installing a kernel from koji is only supported on rpm based systems. System type is debian."), (result.Status, result.FailureReason));
    }

    [SkippableFact]
    public async Task Kernel_OfAKojiThatDoesNotKnowIt_IsDeadWithItsAnswer()
    {
        var result = await RunAsync("""
            roles: [[a.0]]
            kojihub_url: http://BUILDER/hub
            kojiroot_url: http://BUILDER/packages/
            koji_task_url: http://BUILDER/work
            tasks:
            - test.own_kernel: {a.0: {files: {koji.py: "raise Exception('no such build')"}}}
            - test.kernel: {koji: 1}
            """);
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Matches("^http://10.99.0.1:8052/hub does not answer n\\d+'s getBuild\\(1\\): (?s:.*)no such build", result.FailureReason);
    }

    // Koji's library: answers have more than JSON knows.
    private const string Koji = """
        import datetime\nclass ClientSession:\n  def __init__(self, hub): assert hub.endswith('/hub')\n  def getBuild(self, n): assert n == 412677; return dict(package_name='kernel', version='6.5.1', release='200.fc40', at=datetime.datetime.min)\n  def getTaskResult(self, n): assert n == 9678206; return dict(rpms=['tasks/6745/9/kernel-modules-6.6.0-0.rc2.git2.1.fc40.x86_64.rpm', 'tasks/6745/9/kernel-6.6.0-0.rc2.git2.1.fc40.x86_64.rpm'])\n
        """;

    private void Shaman(string distro, string path)
    {
        _files[Uri.UnescapeDataString($"/api/search?status=ready&project=kernel&flavor=default&distros={distro}&sha1={Commit}")] =
            $$"""[{"url": "http://{{Builder}}/{{path}}", "chacra_url": "http://{{Builder}}/chacra/", "sha1": "{{Commit}}", "extra": {"version": "{{Release}}", "package_manager_version": "6.8.0_ceph_g0123456789ab-1"} }]""";
        _files["/chacra/repo"] = "repository";
    }

    private Task<JobResult> RunAsync(string yaml) => host.RunAsync(
        yaml.Replace("BUILDER", Builder, StringComparison.Ordinal).Replace("RELEASE", Release, StringComparison.Ordinal).Replace("COMMIT", Commit, StringComparison.Ordinal),
        "10.99.0.1",
        8052,
        path => _files.TryGetValue(path, out var text) ? Encoding.UTF8.GetBytes(text) : null);
}
