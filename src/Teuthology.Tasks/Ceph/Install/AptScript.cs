using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary><see cref="PackageScript"/> for machines with debs.</summary>
internal static class AptScript
{
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
                for pid in $(fuser /var/lib/dpkg/lock-frontend 2>/dev/null); do
                    echo "lock-frontend is held by:" >&2
                    ps -p "$pid" -o pid,ppid,user,stat,start,etime,args >&2 || :
                done
                sleep 10
            done
            cat /tmp/apt.err >&2
        }

        """;

    /// <summary>Builders sign nothing, and upstream trusts them so, too; this is what its --force-yes means.</summary>
    private const string Unsigned = "insecure='--allow-downgrades --allow-change-held-packages -o Acquire::AllowInsecureRepositories=true -o APT::Get::AllowUnauthenticated=true'\n";

    public static string Install(InstallOptions options, BuildTarget target, PackageBuild? build)
    {
        ArgumentNullException.ThrowIfNull(target);
        var exact = build is not null && options.Repositories.Count == 0;
        var versioned = ShellQuote.Join(options.Packages.Select(p => exact ? $"{p}={build!.Version}" : p));
        var script = $"set -e\ninsecure=\n{(exact ? Unsigned : "")}{Apt}";
        foreach (var source in options.Repositories)
        {
            script += PackageScript.Write($"/etc/apt/sources.list.d/{source.Name}.list", source.AptText());
            if (source.AptPreferences() is { } preferences)
                script += PackageScript.Write($"/etc/apt/preferences.d/{source.Name}", preferences);
        }

        if (exact && build!.Repository is { } text)
            script += PackageScript.Write(ListOf(options), text);
        script += "get update\n";
        if (options.OnlySources)
            return script + "rm -f /tmp/apt.err\n";
        return script
            + (versioned.Length == 0 ? "" : $"get install {versioned}\n")
            + (options.SystemPackages.Count == 0 ? "" : $"get install {ShellQuote.Join(options.SystemPackages)}\n")
            + (options.LocalDirectory is { } local ? $"for deb in {ShellQuote.Quote(local)}/*.deb; do dpkg -i \"$deb\"; done\n" : "")
            + "rm -f /tmp/apt.err\n"
            + $"dpkg-query -W -f='{PackageScript.Marker}${{Package}} ${{Version}} ${{db:Status-Status}}\\n' {ShellQuote.Join(options.Packages.Concat(options.SystemPackages))} | grep ' installed$' || true\n";
    }

    public static string Remove(InstallOptions options, BuildTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var sources = string.Join(' ', options.Repositories.Select(r => $"/etc/apt/sources.list.d/{r.Name}.list /etc/apt/preferences.d/{r.Name}").Append(ListOf(options)));
        return $$"""
            export DEBIAN_FRONTEND=noninteractive
            for p in {{ShellQuote.Join(options.Packages)}}; do apt-get -q -y purge $p || true; done
            dpkg -l | awk '/^.[UH]R/ { print $2 }' | xargs -r dpkg -P --force-remove-reinstreq
            apt-get -q -y autoremove
            rm -f {{sources}}
            apt-get -q update || true

            """;
    }

    private static string ListOf(InstallOptions options) => $"/etc/apt/sources.list.d/{options.Project}.list";
}
