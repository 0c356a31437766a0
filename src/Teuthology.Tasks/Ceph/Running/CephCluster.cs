using System.Collections.Concurrent;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>A cluster of a job, from the moment its files are written.</summary>
public sealed class CephCluster
{
    private readonly CancellationTokenSource _dead = new();

    /// <summary>Its name.</summary>
    public string Name => Layout.Cluster;

    /// <summary>The job that it is part of.</summary>
    public required JobContext Job { get; init; }

    /// <summary>Cancelled when the watchdog gave the cluster up: its daemons are gone, and nothing that asks it will be answered.</summary>
    public CancellationToken Dead => _dead.Token;

    /// <summary>Roles of daemons that were started again and are not ready yet.</summary>
    internal ConcurrentDictionary<string, bool> Reviving { get; } = new();

    /// <summary>Its pools.</summary>
    public CephPools Pools => field ??= new CephPools(this);

    /// <summary>Its unique id.</summary>
    public required Guid Fsid { get; init; }

    /// <summary>What the job said about it.</summary>
    public required CephOptions Options { get; init; }

    /// <summary>Its daemons and where they are.</summary>
    public required CephLayout Layout { get; init; }

    /// <summary>Its ceph.conf.</summary>
    public required CephConf Conf { get; init; }

    /// <summary>Everyone's keys.</summary>
    public required Keyring Keys { get; init; }

    /// <summary>Addresses of the monitors, by id.</summary>
    public required IReadOnlyDictionary<string, string> MonAddresses { get; init; }

    /// <summary>Unique ids of the OSDs, by number.</summary>
    public required IReadOnlyDictionary<string, Guid> OsdUuids { get; init; }

    /// <summary>Takes commands for the cluster.</summary>
    public required ICephCommands Commands { get; init; }

    /// <summary>Its running daemons.</summary>
    public required CephProcesses Processes { get; init; }

    /// <summary>Waits for states of it.</summary>
    public required CephHealth Health { get; init; }

    /// <summary>Lays a cluster out; nothing is done on the machines yet.</summary>
    /// <param name="job">The job.</param>
    /// <param name="options">What the job says about it.</param>
    /// <param name="channel">Opens the way for commands to the layout's first monitor.</param>
    /// <exception cref="ConfigurationException">Roles or configuration make no cluster.</exception>
    public static CephCluster Plan(JobContext job, CephOptions options, Func<CephLayout, ICephCommands> channel)
    {
        var layout = CephLayout.From(job.Cluster, options.Cluster);
        if (!options.SkipMgrDaemons)
            layout = layout.WithManager();
        var addresses = Tasks.MonAddresses.Assign(layout.Mons.Select(m => (m.Id, m.Remote.Address)), options.MonBindMsgr2, options.MonBindAddrvec);
        var fsid = Guid.NewGuid();
        var conf = ConfSkeleton.Create();
        conf.Set("global", "fsid", fsid.ToString());
        conf.Set("global", "mon host", string.Join(',', addresses.Values));
        foreach (var daemon in layout.Mons.Concat(layout.OfType("mds")))
            conf.Touch(daemon.Name);
        conf.Merge(options.Conf);
        var commands = channel(layout);
        var processes = new CephProcesses(job) { Wrap = new DaemonWrapper(job, options).Words };
        return new CephCluster
        {
            Job = job,
            Fsid = fsid,
            Options = options,
            Layout = layout,
            Conf = conf,
            Keys = MakeKeys(layout, job.Time.GetUtcNow()),
            MonAddresses = addresses,
            OsdUuids = layout.Osds.ToDictionary(o => o.Id, _ => Guid.NewGuid()),
            Commands = commands,
            Processes = processes,
            Health = new CephHealth(layout, commands, processes, job.Time),
        };
    }

    internal void GiveUp() => _dead.Cancel();

    private static Keyring MakeKeys(CephLayout layout, DateTimeOffset now)
    {
        var keys = new Keyring();
        keys.Add(CephEntity.Create("mon.", now));
        keys.Add(CephEntity.Create("client.admin", now));
        foreach (var type in new[] { "mgr", "mds", "osd", "client" })
        {
            foreach (var daemon in layout.OfType(type))
                keys.Add(CephEntity.Create(daemon.Name, now));
        }

        return keys;
    }
}
