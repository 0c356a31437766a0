using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>The task <c>kernel</c> on a machine with a kernel of its own, which it changes and restarts: from a distribution, a file and a builder.</summary>
public sealed class KernelBootTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    private const string Newest = "6.1.0-99-amd64";
    private const string Commit = "0123456789ab";

    [SkippableFact]
    public async Task Kernel_OfEverySource_IsInstalledAndBooted()
    {
        // An emulated processor takes minutes for what a real one does in seconds: too long for every run of all tests.
        Skip.If(Environment.GetEnvironmentVariable("TEUTHOLOGY_VM_TESTS") != "1", "takes 4 to 8 minutes of two processors; set TEUTHOLOGY_VM_TESTS=1 to run it (as root; installs qemu-system-x86)");
        var image = await VmImage.EnsureAsync(Newest, $"6.1.0-ceph-g{Commit}");
        await using var machine = VirtualMachine.Start(image.Disk, host.Root);
        using var server = await HubServer.StartAsync("/proc/self/ns/net", "127.0.0.1", 0, await FilesAsync(image));
        await File.WriteAllTextAsync(Path.Combine(host.Root, "ssh_config"), $"Host vm\n HostName 127.0.0.1\n Port {machine.Port}\n IdentityFile {image.IdentityFile}\n");
        var builder = $"10.0.2.2:{server.Port}";

        var result = await RunAsync(image, $"tasks: [exec: {{osd.0: ['echo \"deb [trusted=yes] http://{builder}/apt ./\" >/etc/apt/sources.list', '[ $(uname -r) = {image.Release} ]']}}]");
        result.ShouldPass();

        result = await RunAsync(image, $"kernel: {{client: {{sha1: distro, kdb: true}}}}\ntasks: [exec: {{osd.0: ['[ $(uname -r) = {Newest} ]']}}]");
        Assert.True(result.Status == JobStatus.Pass, $"{result.FailureReason}\n{result.Log()}\n{await File.ReadAllTextAsync(machine.Console)}");
        Assert.Contains($"vm runs kernel {Newest} now", result.Log());
        Assert.Contains("Kernel does not support kdb", result.Log()); // Debian's cloud kernel has no kgdboc

        // An older release than the newest: grub takes it only because it is told to.
        var commit = $"[ $(uname -r) = 6.1.0-ceph-g{Commit} ]";
        result = await RunAsync(image, $$"""
            linux_firmware_git_url: http://{{builder}}/firmware.git
            kernel: {osd.0: {branch: distro, sha1: distro} }
            overrides: {kernel: {osd: {deb: {{image.Package($"6.1.0-ceph-g{Commit}")}}} } }
            tasks: [exec: {osd.0: ['{{commit}}', 'grep -q "^set default=.Advanced.*>.*g{{Commit}}" /boot/grub/grub.cfg', 'grep news /lib/firmware/updates/WHENCE']}]
            """);
        Assert.True(result.Status == JobStatus.Pass, $"{result.FailureReason}\n{result.Log()}\n{await File.ReadAllTextAsync(machine.Console)}");
        Assert.Equal(Commit, result.Summary()["osd.0-kernel-sha1"]);

        result = await RunAsync(image, $"gitbuilder_host: {builder}\nkernel: {{branch: testing}}\ntasks: [nop: ]");
        result.ShouldPass();
        Assert.Equal(Commit.PadRight(40, '0'), result.Summary()["client.0-kernel-sha1"]);
        Assert.DoesNotContain("Installing kernel", result.Log());
    }

    private Task<JobResult> RunAsync(VmImage image, string yaml) =>
        host.RunAsync(host.Job($"roles: [[client.0, osd.0]]\ntest_path: /home/ubuntu/cephtest\ntargets: {{ubuntu@vm: {image.HostKey}}}\n{yaml}\n") with { OwnTargets = true });

    // An apt repository with the distribution's meta-package, a gitbuilder, and a git repository as plain files.
    private async Task<Func<string, byte[]?>> FilesAsync(VmImage image)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var meta = Path.Combine(host.Root, "meta");
        Directory.CreateDirectory($"{meta}/DEBIAN");
        await File.WriteAllTextAsync($"{meta}/DEBIAN/control", $"Package: linux-image-amd64\nVersion: 6.1.99\nArchitecture: amd64\nDepends: linux-image-{Newest} (= {Newest}-1)\nMaintainer: nobody <nobody@localhost>\nDescription: newest\n");
        await RunAsync("dpkg-deb", "--root-owner-group", "-Znone", "-b", meta, $"{meta}.deb");
        var index = new StringBuilder();
        foreach (var deb in new[] { $"{meta}.deb", image.Package(Newest) })
        {
            var content = await File.ReadAllBytesAsync(deb);
            files[$"/apt/./{Path.GetFileName(deb)}"] = files[$"/apt/{Path.GetFileName(deb)}"] = content;
            index.Append(await RunAsync("dpkg-deb", "-f", deb)).Append($"Filename: ./{Path.GetFileName(deb)}\nSize: {content.Length}\nSHA256: {Convert.ToHexStringLower(SHA256.HashData(content))}\n\n");
        }

        files["/apt/Packages"] = files["/apt/./Packages"] = Encoding.UTF8.GetBytes(index.ToString());
        const string build = "/kernel-deb-bookworm-x86_64-default/ref/testing";
        files[$"{build}/version"] = Encoding.UTF8.GetBytes($"6.1.0-ceph-g{Commit}\n");
        files[$"{build}/sha1"] = Encoding.UTF8.GetBytes(Commit.PadRight(40, '0') + "\n");

        var (tree, bare) = (Path.Combine(host.Root, "firmware"), Path.Combine(host.Root, "firmware.git"));
        await RunAsync("git", "init", "-q", "-b", "main", tree);
        await File.WriteAllTextAsync($"{tree}/WHENCE", "news\n");
        await RunAsync("git", "-C", tree, "add", ".");
        await RunAsync("git", "-C", tree, "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-q", "-m", "firmware");
        await RunAsync("git", "clone", "-q", "--bare", tree, bare);
        await RunAsync("git", "-C", bare, "update-server-info");
        return path => files.GetValueOrDefault(path)
            ?? (path.StartsWith("/firmware.git/", StringComparison.Ordinal) && File.Exists($"{bare}/{path.Split('?')[0][14..]}") ? File.ReadAllBytes($"{bare}/{path.Split('?')[0][14..]}") : null);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
