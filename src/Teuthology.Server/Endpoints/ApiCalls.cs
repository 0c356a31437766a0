namespace Teuthology.Server;

/// <summary>The calls of the server. Paths work with and without a slash at their end.</summary>
internal static class ApiCalls
{
    private const string Paging = "count page";

    // What is a text is not named.
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["count"] = "integer",
        ["page"] = "integer",
        ["locked"] = "boolean",
        ["up"] = "boolean",
        ["is_vm"] = "boolean",
        ["lease_seconds"] = "number",
        ["wait_seconds"] = "number",
        ["ticket"] = "integer",
        ["fence"] = "integer",
        ["names"] = "array",
        ["targets"] = "object",
        ["success"] = "boolean",
        ["duration"] = "number",
        ["pause_duration"] = "number",
        ["since_days"] = "integer",
    };

    /// <summary>JSON Schema's word for the values of a key, of a body or a query.</summary>
    public static string TypeOf(string key) => Types.GetValueOrDefault(key, "string");

    public static IReadOnlyList<ApiCall> All { get; } =
    [
        new("/nodes/", "GET", "Machines.", "locked machine_type os_type os_version locked_by up count"),
        new("/nodes/", "POST", "Adds a machine.", Body: "name machine_type up is_vm vm_host os_type os_version arch description mac_address ssh_pub_key locked locked_by"),
        new("/nodes/{name}/", "GET DELETE", "A machine; takes it out."),
        new("/nodes/{name}/", "PUT", "Changes what is known of a machine.", Body: "machine_type up is_vm vm_host os_type os_version arch description mac_address ssh_pub_key locked locked_by"),
        new("/nodes/{name}/lock/", "PUT POST", "Locks or unlocks a machine; lease_seconds gives the lock an end.", Body: "name locked locked_by description lease_seconds request_id"),
        new("/nodes/lock_many/", "POST", "Locks machines, all or none; wait_seconds keeps a place in line.", Body: "count locked_by machine_type description os_type os_version arch lease_seconds wait_seconds ticket request_id"),
        new("/nodes/unlock_many/", "POST", "Unlocks machines, all or none.", Body: "names locked_by"),
        new("/nodes/heartbeat/", "PUT POST", "Moves the end of a lease.", Body: "fence names lease_seconds"),
        new("/nodes/machine_types/", "GET", "Types of machines."),
        new("/nodes/job_stats/", "GET", "How many jobs of each state each machine had.", "machine_type since_days"),
        new("/nodes/{name}/jobs/", "GET", "Jobs that had a machine.", "name status " + Paging),
        new("/nodes/{name}/job_stats/", "GET", "How many jobs of each state a machine had."),
        new("/runs/", "GET", "Runs, the newest first.", "fields " + Paging),
        new("/runs/", "POST", "Makes a run.", Body: "name"),
        new("/runs/{name}/", "GET DELETE", "A run with its jobs; forgets it."),
        new("/runs/{name}/jobs/", "GET", "Jobs of a run, the newest first.", "status fields"),
        new("/runs/{name}/jobs/", "POST", "Adds a job, and its run where that is missing; any key is kept.", Body: "job_id status description machine_type targets"),
        new("/runs/{name}/jobs/{id}/", "GET DELETE", "A job; forgets it."),
        new("/runs/{name}/jobs/{id}/", "PUT", "Tells what is new of a job.", Body: "status success failure_reason duration targets updated"),
        new("/runs/{name}/jobs/{id}/teuthology.log", "GET", "A job's log."),
        new("/runs/queued/", "GET", "Runs with a job in the queue."),
        new("/runs/{property}/", "GET", "Values of branch, date, machine_type, status, suite, sha1, user or flavors."),
        new("/runs/{property}/{value}/", "GET", "Runs by a property; pairs can follow each other, and a property at the end lists its values.", "since " + Paging),
        new("/runs/date/from/{first}/to/{last}/", "GET", "Runs of some days."),
        new("/jobs/", "GET", "Jobs, the newest first.", "description status sha1 branch user posted_after posted_before " + Paging),
        new("/queue/", "GET", "Queues.", "machine_type paused_by"),
        new("/queue/", "POST PUT", "Makes a queue; pauses it or goes on.", Body: "queue paused_by pause_duration paused_until"),
        new("/queue/pop_queue", "GET", "Takes the next job of a queue; it comes back when nobody tells of it for ten minutes.", "queue"),
        new("/queue/stats/", "GET POST", "How many jobs a queue has.", "queue"),
        new("/queue/queued_jobs/", "POST", "Jobs of a queue.", "user run_name", "queue"),
        new("/archive/{run}/{id}/{path}", "GET", "Files of a job's archive, and what a directory of it holds."),
        new("/audit/", "GET", "Who locked or changed what, the latest first.", "path count"),
        new("/health", "GET", "Whether the stores answer; 503 when not."),
        new("/health/ready", "GET", "The same."),
        new("/health/live", "GET", "Whether the server answers."),
        new("/metrics", "GET", "Figures for Prometheus."),
        new("/openapi.json", "GET", "This, for programs."),
        new("/api", "GET", "This, for people."),
    ];
}
