using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary><see cref="PackageScript"/> for machines with rpms: yum (or dnf under its name), on SUSE zypper.</summary>
internal static class RpmScript
{
    private const string Yum = """
        get() {
            n=0
            until yum -y "$@" >/tmp/yum.out 2>/tmp/yum.err; do
                s=$?
                cat /tmp/yum.out; cat /tmp/yum.err >&2
                n=$((n + 1))
                grep -qiE 'status code: 503|failed to download metadata for repo' /tmp/yum.out /tmp/yum.err && [ "$n" -lt 30 ] || exit "$s"
                sleep 10
            done
            cat /tmp/yum.out; cat /tmp/yum.err >&2
            rm -f /tmp/yum.out /tmp/yum.err
        }

        """;

    private const string Priorities = "/etc/yum/pluginconf.d/priorities.conf";

    public static string Install(InstallOptions options, BuildTarget target, PackageBuild? build)
    {
        var script = "set -e\n" + Yum;
        if (options.Coprs.Count > 0)
            script += "dnf -y install 'dnf-command(copr)'\n" + string.Concat(options.Coprs.Select(c => $"dnf -y copr enable {ShellQuote.Quote(c)}\n"));
        script += options.Repositories.Count > 0 ? AddRepositories(options, target) : build is null ? "" : AddBuild(options, target, build);
        if (options.OnlySources)
            return script;
        var packages = options.Packages;
        if (options.Repositories.Count == 0 && build is not null && !target.IsSuse)
        {
            script += Preferred(options, target);
            if (options.Downgraded.Count > 0)
            {
                script += Downgrade(options.Downgraded, $"{build.Version}.{target.Release}", target);
                packages = [.. packages.Except(options.Downgraded, StringComparer.Ordinal)];
            }
        }

        script += target.IsSuse ? "zypper clean -a\n" : "yum clean all\n";
        var install = target.IsSuse ? "zypper -n --no-gpg-checks install --force --no-recommends" : "get install";
        if (options.SystemPackages.Count > 0)
            script += $"{install} {ShellQuote.Join(packages.Concat(options.SystemPackages))}\n";
        else
            script += string.Concat(packages.Select(p => OneByOne(options, target, install, p)));
        return script + Told(options);
    }

    public static string Upgrade(InstallOptions options, BuildTarget target, PackageBuild? build)
    {
        var script = "set -e\n" + Yum;
        if (build is not null)
            script += RemoveBuild(options, target) + AddBuild(options, target, build) + (target.IsSuse ? "" : Preferred(options, target));
        return script + (target.IsSuse
            ? $"zypper clean -a\nzypper -n install --capability --no-recommends {ShellQuote.Join(options.Packages)}\n"
            : $"yum clean all\nget upgrade {ShellQuote.Join(options.Packages)}\n") + Told(options);
    }

    public static string Remove(InstallOptions options, BuildTarget target)
    {
        var tool = target.IsSuse ? "zypper -n --no-gpg-checks remove --capability" : "yum -y remove";
        var script = options.InstallsProject ? $"for p in {ShellQuote.Join(options.Packages)}; do {tool} $p || true; done\n{(target.IsSuse ? "zypper clean -a" : "yum clean all")}\n" : "";
        script += options.Repositories.Count > 0
            ? string.Concat(options.Repositories.Select(r => target.IsSuse ? $"zypper -n removerepo {r.Name} || true\n" : $"rm -f /etc/yum.repos.d/{r.Name}.repo\n"))
            : RemoveBuild(options, target);
        if (!target.IsSuse)
            script += $"yum clean expire-cache\n[ ! -e {Priorities}.orig ] || mv -f {Priorities}.orig {Priorities}\n";
        return script + string.Concat(options.Coprs.Select(c => $"dnf -y copr disable {ShellQuote.Quote(c)}\n"));
    }

    private static string OneByOne(InstallOptions options, BuildTarget target, string install, string package)
    {
        var plain = $"{install} {ShellQuote.Quote(package)}";
        if (options.LocalDirectory is not { } directory)
            return plain + "\n";

        // A file of the package's name or, as rpmbuild names files, of its name and version.
        var file = $"{ShellQuote.Quote(directory)}/{ShellQuote.Quote(package)}";
        var remove = target.IsSuse ? "zypper -n remove --capability" : "yum -y remove";
        return $"local=$(ls {file} {file}-[0-9]*.rpm 2>/dev/null | head -n 1)\nif [ -n \"$local\" ]; then {remove} {ShellQuote.Quote(package)} || :; {install} \"$local\"; else {plain}; fi\n";
    }

    private static string AddRepositories(InstallOptions options, BuildTarget target) => (target.IsSuse, target.Os.Name) switch
    {
        (true, _) => "zypper repos -upEP && rm -f /etc/zypp/repos.d/* || true\n" + string.Concat(options.Repositories.Select(r =>
            $"zypper -n addrepo --refresh --no-gpgcheck {(r.Priority is { } p ? $"-p {p} " : "")}{ShellQuote.Quote(r.Url)} {r.Name}\nzypper ref {r.Name}\n")),
        (_, "centos" or "rocky" or "alma") => string.Concat(options.Repositories.Select(r => PackageScript.Write($"/etc/yum.repos.d/{r.Name}.repo", r.YumText()))),
        _ => throw new TeuthologyException(FailureKind.Configuration, $"Custom repos were specified for {target.Os.Name} {target.Os.Version} but these are currently not supported"),
    };

    private static string AddBuild(InstallOptions options, BuildTarget target, PackageBuild build) => build.Repository is { } text ? PackageScript.Write(FileOf(options, target), text)
        : target.IsSuse ? $"zypper -n addrepo --refresh --no-gpgcheck -p 1 {build.Url}/{target.Arch} ceph-rpm-under-test\n"
        : $"get install {build.Url}/noarch/{options.Project}-release-1-0.{target.Release}.noarch.rpm\n";

    private static string RemoveBuild(InstallOptions options, BuildTarget target) => target.IsSuse
        ? $"rm -f {FileOf(options, target)}\nzypper -n removerepo ceph-rpm-under-test || true\n"
        : $"rm -f {FileOf(options, target)}\n! rpm -q {options.Project}-release >/dev/null 2>&1 || yum -y remove {options.Project}-release\n";

    // The build beats the distribution's own packages, also where one replaces another.
    private static string Preferred(InstallOptions options, BuildTarget target) => $$"""
        ! [ -e {{FileOf(options, target)}} ] || sed -i -e '/^priority=/d' -e '/^gpgcheck=/i priority=1' {{FileOf(options, target)}}
        mkdir -p {{Path.GetDirectoryName(Priorities)}}
        touch -a {{Priorities}}
        [ -e {{Priorities}}.orig ] || cp -af {{Priorities}} {{Priorities}}.orig
        if grep -q check_obsoletes {{Priorities}}; then sed -i 's/check_obsoletes.*0/check_obsoletes = 1/g' {{Priorities}}; else echo 'check_obsoletes = 1' >>{{Priorities}}; fi

        """;

    private static string Downgrade(IReadOnlyList<string> packages, string version, BuildTarget target) =>
        $"has=$(rpm -q {ShellQuote.Quote(packages[0])} --qf '%{{VERSION}}-%{{RELEASE}}') || {{ echo 'failed to get version of {packages[0]}' >&2; exit 1; }}\n"
        + $"wanted={ShellQuote.Quote(version)}\n"
        + "if [ \"$has\" = \"$wanted\" ] || [ \"$(printf '%s\\n' \"$has\" \"$wanted\" | sort -V | tail -n 1)\" != \"$has\" ]; then echo \"" + packages[0] + " $has is not higher than $wanted: nothing to downgrade\" >&2; exit 1; fi\n"
        + $"yum -y downgrade {ShellQuote.Join(packages.Select(p => $"{p}-{version}"))}\n";

    private static string Told(InstallOptions options) =>
        $"rpm -q --qf '{PackageScript.Marker}%{{NAME}} %{{VERSION}}-%{{RELEASE}} installed\\n' {ShellQuote.Join(options.Packages)} || true\n";

    private static string FileOf(InstallOptions options, BuildTarget target) => target.IsSuse ? $"/etc/zypp/repos.d/{options.Project}.repo" : $"/etc/yum.repos.d/{options.Project}.repo";
}
