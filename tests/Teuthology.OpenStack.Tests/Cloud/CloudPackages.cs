using System.Diagnostics;

namespace Teuthology.OpenStack.Tests;

/// <summary>OpenStack's packages of Debian 12: libraries are installed where this process may, and the daemons' few files unpacked beside the system.</summary>
internal static class CloudPackages
{
    private const string Remedy =
        "sudo apt-get install --no-install-recommends python3-nova python3-keystone python3-glance python3-placement python3-cinder uwsgi-core uwsgi-plugin-python3 rabbitmq-server sqlite3 curl";

    // Their packages would configure and start services of the host's own.
    private static readonly string[] Daemons = ["nova-api", "nova-common", "cinder-api", "cinder-common", "glance-api", "glance-common"];

    private static readonly (string File, string Package)[] Libraries =
    [
        ("/usr/lib/python3/dist-packages/nova/__init__.py", "python3-nova"), ("/usr/bin/keystone-wsgi-public", "python3-keystone"),
        ("/usr/lib/python3/dist-packages/glance/__init__.py", "python3-glance"), ("/usr/bin/placement-api", "python3-placement"),
        ("/usr/lib/python3/dist-packages/cinder/__init__.py", "python3-cinder"), ("/usr/bin/uwsgi-core", "uwsgi-core"), ("/usr/bin/uwsgi_python3", "uwsgi-plugin-python3"),
        ("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server"), ("/usr/bin/sqlite3", "sqlite3"), ("/usr/bin/curl", "curl"), ("/usr/bin/unshare", "util-linux"),
    ];

    /// <summary>Makes them be there, or skips the test.</summary>
    /// <param name="directory">Where the daemons' files go.</param>
    public static async Task PrepareAsync(string directory)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "OpenStack's services are started as root on Linux: they get a process namespace of their own");
        var missing = Libraries.Where(l => !File.Exists(l.File)).Select(l => l.Package).ToList();
        Skip.If(!File.Exists("/usr/bin/apt-get") || !Directory.Exists("/usr/lib/python3"), $"OpenStack's services are Debian's: {Remedy}");
        if (missing.Count > 0)
            await InstallAsync(missing);
        var (exit, output) = await RunAsync("/bin/sh", ["-c", "cd \"$1\" && shift && apt-get -q download \"$@\" 2>&1 && for d in *.deb; do dpkg -x \"$d\" . || exit; done", "sh", directory, .. Daemons]);
        Skip.If(exit != 0, $"the files of {string.Join(", ", Daemons)} cannot be had (apt-get update, apt-get download):\n{output}");
    }

    private static async Task InstallAsync(IReadOnlyList<string> missing)
    {
        // Debian's packages would start services.
        const string policy = "/usr/sbin/policy-rc.d";
        var isOurs = !File.Exists(policy);
        if (isOurs)
        {
            await File.WriteAllTextAsync(policy, "#!/bin/sh\nexit 101\n");
            File.SetUnixFileMode(policy, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var (exit, output) = await RunAsync("/usr/bin/apt-get", ["-o", "DPkg::Lock::Timeout=600", "install", "-y", "-q", "--no-install-recommends", .. missing]);
        if (isOurs)
            File.Delete(policy);
        Skip.If(exit != 0, $"OpenStack's packages cannot be installed: {Remedy}\n{output}");
    }

    private static async Task<(int Exit, string Output)> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
