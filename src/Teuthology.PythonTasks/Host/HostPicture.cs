using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.PythonTasks;

/// <summary>What Python is told of a job at first.</summary>
internal static class HostPicture
{
    public static JsonObject Of(JobContext job) => new()
    {
        ["config"] = WireValue.Encode(job.Config),
        ["site"] = WireValue.Encode(job.Options.Site.All),
        ["hosts"] = new JsonArray([.. job.Cluster.Hosts.Select(host => (JsonNode)new JsonObject
        {
            ["remote"] = Of(host.Key, job),
            ["roles"] = new JsonArray([.. host.Value.Select(role => (JsonNode)role)]),
        })]),
        ["testdir"] = job.TestDirectory,
        ["archive"] = job.ArchivePath,
        ["name"] = job.Spec.RunName,
        ["job_id"] = job.Spec.JobId,
        ["owner"] = job.Owner,
        ["machine_type"] = job.Config.Get("machine_type") as string ?? job.Spec.MachineType,
    };

    private static JsonObject Of(Remote remote, JobContext job) => new()
    {
        ["name"] = remote.Name,
        ["shortname"] = remote.ShortName,
        ["hostname"] = remote.HostName,
        ["user"] = remote.User,
        ["ip_address"] = remote.Address,
        ["machine_type"] = job.Config.Get("machine_type") as string,
    };
}
