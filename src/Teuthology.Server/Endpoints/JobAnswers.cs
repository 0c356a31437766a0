using System.Text;
using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>Jobs in the results server's shape.</summary>
internal static class JobAnswers
{
    /// <summary>One job.</summary>
    public static IResult One(JobRecord job, HttpRequest request) => Reply.Text(JobWire.Text(job, Log(job, request)));

    /// <summary>A list of jobs.</summary>
    public static IResult List(IEnumerable<JobRecord> jobs, HttpRequest request)
    {
        var text = new StringBuilder();
        Append(text, jobs, request);
        return Reply.Text(text.ToString());
    }

    /// <summary>Appends a list of jobs.</summary>
    public static void Append(StringBuilder text, IEnumerable<JobRecord> jobs, HttpRequest request)
    {
        var separator = '[';
        foreach (var job in jobs)
        {
            JobWire.Append(text.Append(separator), job, Log(job, request));
            separator = ',';
        }

        if (separator == '[')
            text.Append('[');
        text.Append(']');
    }

    /// <summary>Some of the properties of jobs; null when one is unknown.</summary>
    public static JsonArray? Fields(IReadOnlyList<JobRecord> jobs, string fields, HttpRequest request)
    {
        var names = fields.Trim(',').Split(',').Where(name => !name.StartsWith('_')).Distinct().ToList();
        var objects = jobs.Select(job => new JobFields(job, request)).ToList();
        if (objects.Count > 0 && names.Exists(name => !objects.Exists(job => job.Has(name))))
            return null;
        return new JsonArray([.. objects.Select(job => new JsonObject(names.Select(name => KeyValuePair.Create(name, job.Value(name)))))]);
    }

    /// <summary>Where its log is.</summary>
    public static string Log(JobRecord job, HttpRequest request) => $"{Address(job, request)}teuthology.log";

    /// <summary>Where a job is.</summary>
    public static string Address(JobRecord job, HttpRequest request) => $"{RunEndpoints.Address(request, job.RunName)}jobs/{Uri.EscapeDataString(job.JobId)}/";
}
