using System.Globalization;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Shell for root that brings packages to a machine and takes them away.</summary>
public static class PackageScript
{
    /// <summary>Begins a line that tells a package and its version.</summary>
    public const string Marker = "INSTALLED ";

    private const string Apt = """
        export DEBIAN_FRONTEND=noninteractive LC_ALL=C
        # Daemons are started by tasks, not by their packages
        [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; }
        get() {
            n=0
            until apt-get -q -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 $insecure --no-install-recommends "$@" 2>/tmp/apt.err; do
                s=$?
                cat /tmp/apt.err >&2
                n=$((n + 1))
                grep -qi 'could not get lock' /tmp/apt.err && [ "$n" -lt 30 ] || exit "$s"
                fuser -v /var/lib/dpkg/lock-frontend >&2 2>&1 || :
                sleep 10
            done
            cat /tmp/apt.err >&2
        }

        """;

    /// <summary>Builders sign nothing, and upstream trusts them so, too.</summary>
    private const string Unsigned = "insecure='--allow-downgrades -o Acquire::AllowInsecureRepositories=true -o APT::Get::AllowUnauthenticated=true'\n";

    private const string Yum = """
        get() {
            n=0
            until yum -y "$@" 2>/tmp/yum.err; do
                s=$?
                cat /tmp/yum.err >&2
                n=$((n + 1))
                grep -qiE '503|failed to download metadata for repo' /tmp/yum.err && [ "$n" -lt 30 ] || exit "$s"
                sleep 10
            done
        }

        """;

    /// <summary>Installs, and tells the versions of the project's packages.</summary>
    /// <param name="options">What to install.</param>
    /// <param name="target">For which machine.</param>
    /// <param name="build">The build; null takes what the machine's sources have.</param>
    public static string Install(InstallOptions options, BuildTarget target, PackageBuild? build) => target.Os.PackageType == "deb"
        ? InstallDebs(options, build)
        : InstallRpms(options, target, build);

    /// <summary>Removes the packages and the source.</summary>
    /// <param name="options">What was installed.</param>
    /// <param name="target">For which machine.</param>
    public static string Remove(InstallOptions options, BuildTarget target)
    {
        var packages = ShellQuote.Join(options.Packages);
        if (target.Os.PackageType == "deb")
        {
            return $$"""
                export DEBIAN_FRONTEND=noninteractive
                for p in {{packages}}; do apt-get -q -y purge $p || true; done
                dpkg -l | awk '/^.[UH]R/ { print $2 }' | xargs -r dpkg -P --force-remove-reinstreq
                apt-get -q -y autoremove
                if [ -e {{SourceOf(options, target)}} ]; then rm -f {{SourceOf(options, target)}}; apt-get -q update || true; fi

                """;
        }

        var tool = IsSuse(target) ? "zypper -n" : "yum -y";
        return $"for p in {packages}; do {tool} remove $p || true; done\nrm -f {SourceOf(options, target)}\n{(IsSuse(target) ? "zypper -n removerepo ceph-rpm-under-test || true" : $"yum -y remove {options.Project}-release || true; yum clean all")}\n";
    }

    /// <summary>Tells a version as <c>INSTALLED</c> and the one that the machine's sources would give as <c>CANDIDATE</c>.</summary>
    public static string Versions(string package, BuildTarget target) => target.Os.PackageType == "deb"
        ? $"dpkg-query -W -f='INSTALLED ${{Version}}\\n' {package} || :\napt-cache policy {package} | sed -n 's/^  Candidate: /CANDIDATE /p'\n"
        : $"rpm -q {package} --qf 'INSTALLED %{{VERSION}}-%{{RELEASE}}\\n' || :\n";

    /// <summary>Ends with 0 when one version is greater than another, by the package tools' own order.</summary>
    public static string IsGreater(string left, string right, BuildTarget target) => target.Os.PackageType == "deb"
        ? $"dpkg --compare-versions {ShellQuote.Quote(left)} gt {ShellQuote.Quote(right)}"
        : string.Create(CultureInfo.InvariantCulture, $"[ {ShellQuote.Quote(left)} != {ShellQuote.Quote(right)} ] && [ \"$(printf '%s\\n' {ShellQuote.Quote(left)} {ShellQuote.Quote(right)} | sort -V | tail -n 1)\" = {ShellQuote.Quote(left)} ]");

    private static string InstallDebs(InstallOptions options, PackageBuild? build)
    {
        var versioned = ShellQuote.Join(options.Packages.Select(p => build is null ? p : $"{p}={build.Version}"));
        var source = build?.Repository is { } text ? $"printf %s {ShellQuote.Quote(text)} >/etc/apt/sources.list.d/{options.Project}.list\n" : "";
        return $"set -e\ninsecure=\n{(build is null ? "" : Unsigned)}{Apt}{source}get update\n"
            + (versioned.Length == 0 ? "" : $"get install {versioned}\n")
            + (options.SystemPackages.Count == 0 ? "" : $"get install {ShellQuote.Join(options.SystemPackages)}\n")
            + "rm -f /tmp/apt.err\n"
            + $"dpkg-query -W -f='{Marker}${{Package}} ${{Version}} ${{db:Status-Status}}\\n' {ShellQuote.Join(options.Packages.Concat(options.SystemPackages))} | grep ' installed$' || true\n";
    }

    private static string InstallRpms(InstallOptions options, BuildTarget target, PackageBuild? build)
    {
        var install = IsSuse(target) ? "zypper -n --no-gpg-checks install --capability" : "get install";
        var lines = new List<string> { "set -e", Yum };
        if (build is not null)
        {
            var source = build.Repository is { } text ? $"printf %s {ShellQuote.Quote(text)} >{SourceOf(options, target)}"
                : IsSuse(target) ? $"zypper -n addrepo --refresh --no-gpgcheck -p 1 {build.Url}/{target.Arch} ceph-rpm-under-test"
                : $"get install {build.Url}/noarch/{options.Project}-release-1-0.{target.Release}.noarch.rpm";
            lines.Add(source);
            if (!IsSuse(target))
                lines.Add($"! [ -e {SourceOf(options, target)} ] || sed -i -e '/^priority=/d' -e '/^gpgcheck=/i priority=1' {SourceOf(options, target)}\nyum clean all");
        }

        if (options.SystemPackages.Count > 0)
            lines.Add($"{install} {ShellQuote.Join(options.Packages.Concat(options.SystemPackages))}");
        else
            lines.AddRange(options.Packages.Select(p => $"{install} {ShellQuote.Quote(p)}"));
        lines.Add($"rpm -q --qf '{Marker}%{{NAME}} %{{VERSION}}-%{{RELEASE}} installed\\n' {ShellQuote.Join(options.Packages)} || true");
        return string.Join('\n', lines) + "\n";
    }

    private static bool IsSuse(BuildTarget target) => target.Os.Name is "opensuse" or "sle";

    private static string SourceOf(InstallOptions options, BuildTarget target) => target.Os.PackageType == "deb" ? $"/etc/apt/sources.list.d/{options.Project}.list"
        : IsSuse(target) ? $"/etc/zypp/repos.d/{options.Project}.repo"
        : $"/etc/yum.repos.d/{options.Project}.repo";
}
