using System.Text.RegularExpressions;

namespace Teuthology.Bench;

/// <summary>
/// What differs between the commands of two logs, and why. Wrappers that one of the two puts before a command are taken off first; what then is not in both, in
/// the same order, has to have a reason from a list.
/// </summary>
internal static partial class QaDifferences
{
    public const string Files = "keys, map and configuration are made by the controller; all files, directories and stores of a machine are one script each";
    public const string Questions = "ours asks the monitors over one connection that stays open, not by a program for each question";
    public const string Orders = "ours gives orders over the same connection; the monitors' audit log, below, has them of both";
    public const string Tree = "ours brings the scripts as an archive over SSH and clears them away by one command; upstream clones them";
    public const string Sockets = "ours looks once for the name of a socket, since a client's has the number of its process in it; upstream also clears away tests that the job has not";
    public const string Bench = "ours gives the program `concurrency`, which the tree's task reads but passes on only where it makes data to be read";
    public const string Ending = "ours looks through logs, compresses and clears away by one script each";

    // First match counts. `<` is a command of upstream's, `>` one of ours.
    private static readonly (Regex Pattern, string Why)[] Reasons =
    [
        (new(@"^< .*\bceph-(authtool|osd --no-mon-config|mon --cluster ceph --mkfs)|^< monmaptool|^> (ceph files|ceph-osd --mkfs)>"), Files),
        (new(@"^< (dd |tee |chmod |chown |mkdir |rm |install ).*(/etc/ceph|/var/lib/ceph|/var/run/ceph|monmap|ceph\.data|ceph\.tmp\.conf)"), Files),
        (new(@"^< (chmod 777 /var/log/ceph|rm -f -- /etc/logrotate)|^> clear logs>"), Files),
        (new(@"^< ceph (osd dump|osd pool get|mgr dump|osd last-stat-seq|pg dump|health|tell osd\.\d+ flush_pg_stats|quorum_status)|^> (ceph commands|write TESTDIR/ceph\.mon-channel\.py)>"), Questions),
        (new(@"^< ceph (osd (new|crush tunables|pool|deep-scrub)|config set global|tell osd\.\d+ config set)"), Orders),
        (new(@"^< (rm -rf TESTDIR/clone|cd -- TESTDIR/clone|dd if=TESTDIR/workunits|rm -rf -- TESTDIR/workunits|stat -- TESTDIR/mnt|mkdir -- TESTDIR/mnt|cd -- TESTDIR/mnt|rm -rf -- TESTDIR/mnt|rmdir -- TESTDIR/mnt)"), Tree),
        (new(@"^> (workunit scripts|workunit clean-up|workunits of)|^> rm -rf (--one-file-system )?-- TESTDIR/(clone|mnt)"), Tree),
        (new(@"^> ls -t /var/run/ceph/|^< rm -rf -- TESTDIR/admin_socket_"), Sockets),
        (new(@"^[<>] (/bin/sh -c )?rados --no-log-to-stderr .* bench "), Bench),
        (new(@"^< (egrep|zgrep|tar c|rm -rf -- /etc/ceph)|^> (cluster log scan|ceph clean-up|compress logs|valgrind)"), Ending),
    ];

    /// <summary>The lines that differ, in order, with the reason; null where the list has none.</summary>
    /// <param name="theirs">Upstream's commands.</param>
    /// <param name="ours">Our commands.</param>
    public static IReadOnlyList<(string Line, string? Why)> Of(IReadOnlyList<string> theirs, IReadOnlyList<string> ours) =>
        [.. Lines(Plain(theirs), Plain(ours)).Select(line => (line, Reasons.FirstOrDefault(reason => reason.Pattern.IsMatch(line)).Why))];

    /// <summary>Lines of either list that are not in both in the same order.</summary>
    public static IReadOnlyList<string> Lines(IReadOnlyList<string> theirs, IReadOnlyList<string> ours)
    {
        var common = new int[theirs.Count + 1, ours.Count + 1];
        for (var i = theirs.Count - 1; i >= 0; i--)
        {
            for (var j = ours.Count - 1; j >= 0; j--)
                common[i, j] = theirs[i] == ours[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var lines = new List<string>();
        for (int i = 0, j = 0; i < theirs.Count || j < ours.Count;)
        {
            if (i < theirs.Count && j < ours.Count && theirs[i] == ours[j])
                (i, j) = (i + 1, j + 1);
            else if (i < theirs.Count && (j == ours.Count || common[i + 1, j] >= common[i, j + 1]))
                lines.Add("< " + theirs[i++]);
            else
                lines.Add("> " + ours[j++]);
        }

        return lines;
    }

    private static List<string> Plain(IReadOnlyList<string> commands) =>
        [.. commands.Where(command => command is not "set -ex").Select(command => Spaces().Replace(Wrappers().Replace(command, "").Replace("ceph --cluster ceph ", "ceph ", StringComparison.Ordinal), " ").Trim())];

    // Labels of daemons and workunits are ours alone, and CEPH_MNT is of later versions of the tree; root, limits of time and the daemon's stop are given beside a command by ours.
    [GeneratedRegex(@"^(?:(?:(?:mon|mgr|osd|mds)\.\w+|workunit test \S+|admin socket of \S+|radosbench \w+ of \S+)> )|\bsudo |\badjust-ulimits |\bceph-coverage \S+ |\bdaemon-helper (?:kill|term) |\btimeout 120 |\bMALLOC_CHECK_=3 |\bTESTDIR=['""]?TESTDIR['""]? (?=bash)|\bCEPH_MNT=\S+ |['""]")]
    private static partial Regex Wrappers();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
