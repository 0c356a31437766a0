namespace Teuthology.Tasks;

/// <summary>
/// A hang-up signal for daemons of Ceph, on which they reopen their logs. One that has just been started has no handler for it yet and would die of it, so
/// only those get it that catch it now.
/// </summary>
public static class HangUp
{
    /// <summary>Shell text of one line that sends it; a process that is gone does not matter.</summary>
    /// <param name="pids">What the shell expands to process ids, such as <c>$(pidof ceph-osd)</c>.</param>
    public static string Script(string pids) =>
        $"for pid in {pids}; do case $(sed -n 's/^SigCgt:[[:space:]]*//p' /proc/$pid/status 2>/dev/null) in (*[13579bdf]) kill -s HUP $pid || true ;; esac; done";
}
