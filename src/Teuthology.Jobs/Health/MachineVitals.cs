using System.Globalization;
using Teuthology.Lab;

namespace Teuthology.Jobs;

/// <summary>How a machine stands before a job starts on it: disk, memory, clock, and what a former job left.</summary>
internal sealed record MachineVitals
{
    /// <summary>Tells them in lines <c>key=value</c>; for <c>sh</c>, the test directory is <c>$1</c>. Asks /proc, as hosts may lack ps and the like.</summary>
    public const string Script = """
        echo "clock=$(date +%s.%N)"
        at=$1; while [ -n "$at" ] && [ ! -d "$at" ]; do at=${at%/*}; done
        set -- "$1" "$2" "$3" $(df -Pk "${at:-/}" 2>/dev/null | tail -n 1)
        echo "disk=$7"; echo "disk_at=$9"
        while read -r key value _; do if [ "$key" = MemAvailable: ]; then echo "memory=$value"; break; fi; done < /proc/meminfo
        left=
        for p in /proc/[0-9]*; do
          name=; read -r name 2>/dev/null < "$p/comm" || continue
          case $name in
            ceph-mon|ceph-osd|ceph-mgr|ceph-mds|ceph-fuse|radosgw|rbd-mirror|cephfs-mirror|rbd-nbd|memcheck-*|valgrind*) left="$left${left:+, }process ${p#/proc/} ($name)" ;;
          esac
        done
        while read -r _ point type _; do
          case $type:$point in ceph:*|fuse.ceph*:*|*:"$1"/*|*:/var/lib/ceph/osd/*) left="$left${left:+, }mount $point" ;; esac
        done < /proc/mounts
        echo "left=$left"
        """;

    /// <summary>Bytes free for the test directory; null when the machine did not tell.</summary>
    public long? Disk { get; init; }

    /// <summary>Where that file system is mounted.</summary>
    public string DiskAt { get; init; } = "/";

    /// <summary>Bytes of memory that a new process can have.</summary>
    public long? Memory { get; init; }

    /// <summary>Its clock less the controller's.</summary>
    public TimeSpan? Skew { get; init; }

    /// <summary>How wrong <see cref="Skew"/> can be: the way there and back.</summary>
    public TimeSpan Doubt { get; init; }

    /// <summary>Processes and mounts of a former job, with commas between; empty for none.</summary>
    public string Leftovers { get; init; } = "";

    /// <param name="facts">What the script told.</param>
    /// <param name="asked">When it was sent.</param>
    /// <param name="answered">When the answer was there.</param>
    public static MachineVitals Of(IReadOnlyDictionary<string, string> facts, DateTimeOffset asked, DateTimeOffset answered)
    {
        var clock = double.TryParse(facts.GetValueOrDefault("clock"), CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : (DateTimeOffset?)null;
        return new MachineVitals
        {
            Disk = Kilobytes("disk"),
            DiskAt = facts.GetValueOrDefault("disk_at") is { Length: > 0 } at ? at : "/",
            Memory = Kilobytes("memory"),
            Skew = clock - (asked + ((answered - asked) / 2)),
            Doubt = (answered - asked) / 2,
            Leftovers = facts.GetValueOrDefault("left") ?? "",
        };

        long? Kilobytes(string key) => long.TryParse(facts.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes * 1024 : null;
    }

    /// <summary>What keeps a job from starting, each a sentence with its remedy.</summary>
    public IEnumerable<string> Troubles(MachineLimits limits)
    {
        if (Disk < limits.Disk)
            yield return $"{DataSize.Tell(Disk.Value)} of its disk ({DiskAt}) are free, {DataSize.Tell(limits.Disk)} are needed: make room, or lower machine_checks.disk";
        if (Memory < limits.Memory)
            yield return $"{DataSize.Tell(Memory.Value)} of its memory are available, {DataSize.Tell(limits.Memory)} are needed: end what takes it, or lower machine_checks.memory";
        if (Skew is { } skew && skew.Duration() - Doubt > limits.Clock)
            yield return string.Create(CultureInfo.InvariantCulture, $"its clock is {skew.Duration().TotalSeconds:0} s {(skew < TimeSpan.Zero ? "behind" : "ahead of")} the controller's, {limits.Clock.TotalSeconds:0} s are borne: set it (`teuthology nuke --synch-clocks`), or raise machine_checks.clock");
        if (limits.Leftovers && Leftovers.Length > 0)
            yield return $"a former job left {Leftovers}: `teuthology nuke` cleans it, `use_existing_cluster: true` goes on with them";
    }
}
