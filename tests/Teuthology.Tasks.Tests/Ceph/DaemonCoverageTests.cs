using System.Diagnostics;
using System.IO.Compression;
using Teuthology.Lab;

namespace Teuthology.Tasks.Tests;

/// <summary>Counts of a daemon that was built with gcov and that the task <c>ceph</c> keeps.</summary>
public sealed class DaemonCoverageTests(BuilderHost host) : IClassFixture<BuilderHost>
{
    // Stands before the real monitor, and like it ends by itself when it is asked to.
    private const string Daemon = """
        #include <signal.h>
        #include <stdio.h>
        #include <sys/wait.h>
        #include <unistd.h>

        static pid_t child;

        static void ask(int signal)
        {
            kill(child, signal);
        }

        int main(int argc, char **argv)
        {
            int status = 0;
            (void)argc;
            child = fork();
            if (child == 0) {
                execv("/usr/bin/ceph-mon.real", argv);
                _exit(127);
            }
            signal(SIGTERM, ask);
            while (waitpid(child, &status, 0) < 0)
                ;
            return WEXITSTATUS(status);
        }

        """;

    [SkippableFact]
    public async Task Ceph_DaemonBuiltWithGcov_LeavesItsCountsWhenItIsStopped()
    {
        await ToolsAsync("gcc");
        var build = Directory.CreateDirectory(Path.Combine(host.Root, "build")).FullName;
        await File.WriteAllTextAsync($"{build}/standin.c", Daemon);
        await RunAsync(build, "gcc", "--coverage", "-O0", "standin.c", "-o", "standin");
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            await gzip.WriteAsync(await File.ReadAllBytesAsync($"{build}/standin"));

        var result = await host.RunAsync($$"""
            roles: [[mon.a, mgr.x, osd.0, client.0]]
            tasks:
            - install: {coverage: true, packages: {deb: [ceph-mon, ceph-mgr, ceph-osd, ceph-common] } }
            - exec:
                mon.a:
                - mv /usr/bin/ceph-mon /usr/bin/ceph-mon.real
                - 'echo {{Convert.ToBase64String(packed.ToArray())}} | base64 -d | gunzip >/usr/bin/ceph-mon; chmod 755 /usr/bin/ceph-mon'
            - ceph: {create_rbd_pool: false, wait-for-healthy: false}
            """);

        result.ShouldPass();
        Assert.Equal("gcov", result.Summary()["flavor"]);
        var counts = Directory.GetFiles(Path.Combine(result.ArchivePath!, "remote"), "*.gcda", SearchOption.AllDirectories);
        var file = Assert.Single(counts);
        File.Copy(file, $"{build}/{Path.GetFileName(file)}");
        var report = await RunAsync(build, "gcov", "-t", "-o", build, Path.ChangeExtension(Path.GetFileName(file), ".gcno"));
        Assert.Matches(@"\n\s*[1-9]\d*\*?: +10: +kill\(child, signal\);", report); // only a SIGTERM brings it there
        Assert.Matches(@"\n\s*[1-9]\d*\*?: +25: +return WEXITSTATUS", report);
    }

    private static async Task ToolsAsync(string program)
    {
        if (ToolRun.Find(program) is not null)
            return;
        Skip.IfNot(Environment.IsPrivilegedProcess && ToolRun.Find("apt-get") is not null, $"{program} is not on this host: apt-get install {program}");
        await ToolRun.RunAsync("apt-get", ["-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", program, "libc6-dev"], CancellationToken.None);
    }

    private static async Task<string> RunAsync(string directory, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
