using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Snapshooter.Xunit;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

public sealed class CephClusterTests
{
    [Fact]
    public void Plan_RolesAndConf_GivesTheClustersConfiguration()
    {
        var cluster = Plan("conf: {global: {osd pool default size: 3}, mon.a: {debug mon: 1}}", ["mon.a", "mgr.x", "osd.0", "client.0"], ["mon.b", "mds.c", "osd.1"]);
        var changed = cluster.Conf.ToString().Split('\n').Except(ConfSkeleton.Create().ToString().Split('\n'))
            .Select(l => l.Replace(cluster.Fsid.ToString(), "FSID"));
        string.Join('\n', changed).MatchSnapshot();
        Assert.Equal("3", cluster.Conf.Get("global", "osd pool default size"));
    }

    [Fact]
    public void Plan_Roles_GivesEveryoneAKey() => Assert.Equal(
        ["mon.", "client.admin", "mgr.x", "mds.c", "osd.0", "osd.1", "client.0"],
        Plan("{}", ["mon.a", "mgr.x", "osd.0", "client.0"], ["mon.b", "mds.c", "osd.1"]).Keys.Entities.Select(e => e.Name));

    [Fact]
    public async Task Clean_StaleAndMissingPgs_WaitsForAllOfThem()
    {
        var ceph = new ScriptedCeph(8, Status("active+clean", 3), Status("stale+active+clean", 8), Status("active+clean", 8));
        await Plan("{}", ceph, ["mon.a", "osd.0"]).Health.CleanAsync(CancellationToken.None);
        Assert.Equal(0, ceph.Left);
    }

    [Fact]
    public async Task Healthy_HealthOkWhileAnOsdIsDown_IsNotEnough()
    {
        var ceph = new ScriptedCeph(8, Status("active+clean", 8, osds: 1), Status("active+clean", 8, osds: 2), Status("active+clean", 8, osds: 2), Status("active+clean", 8, osds: 2));
        await Plan("{}", ceph, ["mon.a", "osd.0", "osd.1"]).Health.HealthyAsync(CancellationToken.None);
        Assert.Equal(0, ceph.Left);
    }

    [Fact]
    public void Status_Text_TellsWhatIsWrong()
    {
        var status = CephStatus.Read(JsonNode.Parse("""
            {"health":{"status":"HEALTH_WARN","checks":{"OSD_DOWN":{"summary":{"message":"1 osds down"}}}},"quorum":[0,1],
             "osdmap":{"num_up_osds":2},"mgrmap":{"available":true},
             "pgmap":{"num_pgs":9,"pgs_by_state":[{"state_name":"active+clean","count":5},{"state_name":"active+undersized+degraded","count":4}]}}
            """)!);
        Assert.Equal("HEALTH_WARN (OSD_DOWN: 1 osds down), mgr active, 2 OSDs up, 5 of 9 PGs active+clean (4 active+undersized+degraded), 2 mons in quorum", status.ToString());
    }

    [Theory]
    [InlineData("active+clean", true, true, true)]
    [InlineData("active+undersized+degraded", true, true, false)]
    [InlineData("active+recovering+degraded", true, false, false)]
    [InlineData("active+remapped+backfilling", true, false, false)]
    [InlineData("stale+active+clean", false, false, false)]
    [InlineData("down", false, false, false)]
    public void PgState_Text_TellsWhatItServes(string text, bool active, bool recovered, bool clean)
    {
        var state = new PgState(text);
        Assert.Equal((active, recovered, clean), (state.Active, state.Recovered, state.Clean));
    }

    [Fact]
    public async Task Recovered_DegradedButQuiet_IsEnough()
    {
        var ceph = new ScriptedCeph(8, Status("active+recovering+degraded", 8), Status("active+undersized+degraded", 8));
        await Plan("{}", ceph, ["mon.a", "osd.0"]).Health.RecoveredAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.Equal(0, ceph.Left);
    }

    [Fact]
    public async Task Thrasher_ThatFails_IsSeenAndMendsAndThrows()
    {
        var thrasher = new FailingThrasher(Plan("{}", ["mon.a", "osd.0"]));
        thrasher.Start();
        await thrasher.Failed;
        var error = await Assert.ThrowsAsync<TeuthologyException>(() => thrasher.StopAsync(CancellationToken.None));
        Assert.Equal(("no more", true), (error.Message, thrasher.Mended));
    }

    [Theory]
    [InlineData("ceph.healthy", null, "no cluster 'ceph' is up; the job must have a ceph task before this one")]
    [InlineData("ceph.restart", "[osd.0]", "no cluster 'ceph' is up")]
    [InlineData("ceph.stop", "{cluster: backup}", "no cluster 'backup' is up")]
    [InlineData("ceph.healthy", "word", "its configuration must be a list of daemons or a mapping")]
    public async Task Subtask_WithoutItsCluster_SaysSo(string name, string? config, string expected)
    {
        var job = Job(TestMachines.With(["mon.a"]));
        IJobTask task = name switch { "ceph.healthy" => new CephHealthyTask(), "ceph.stop" => new CephStopTask(), _ => new CephRestartTask() };
        var run = new TaskRun
        {
            Job = job, Name = name, Config = config is null ? null : YamlLoader.Load(config, "job.yaml"), Mark = new YamlMark("job.yaml", 7, 3), Log = NullLogger.Instance,
        };
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => task.RunAsync(run, CancellationToken.None));
        Assert.Contains(expected, error.Message);
        Assert.StartsWith("job.yaml:7:3", error.Message);
    }

    private static CephCluster Plan(string options, params string[][] roles) => Plan(options, new ScriptedCeph(0), roles);

    private static CephCluster Plan(string options, ICephCommands ceph, params string[][] roles) => CephCluster.Plan(
        Job(TestMachines.With(roles)),
        CephOptions.Read((YamlMap)YamlLoader.Load(options, "job.yaml")!, (message, _) => new ConfigurationException(message)),
        _ => ceph);

    private static JobContext Job(Cluster machines)
    {
        var job = new JobContext
        {
            Spec = new JobSpec { Config = [], RunName = "run", JobId = "1" },
            Config = [],
            Services = new ServiceCollection().BuildServiceProvider(),
            Loggers = NullLoggerFactory.Instance,
        };
        foreach (var (remote, roles) in machines.Hosts)
            job.Cluster.Add(remote, roles);
        return job;
    }

    private static string Status(string state, int pgs, int osds = 1) => $$$"""
        {"health":{"status":"HEALTH_OK","checks":{}},"quorum":[0],"osdmap":{"num_up_osds":{{{osds}}}},"mgrmap":{"available":true},
         "pgmap":{"num_pgs":{{{pgs}}},"pgs_by_state":[{"state_name":"{{{state}}}","count":{{{pgs}}}}]}}
        """;

    /// <summary>Answers <c>status</c> from a list, and <c>osd dump</c> with one pool.</summary>
    private sealed class ScriptedCeph(int pgs, params string[] statuses) : ICephCommands
    {
        private readonly Queue<string> _statuses = new(statuses);

        public int Left => _statuses.Count;

        public Task<MonAnswer> AskAsync(string to, JsonObject command, CancellationToken cancellationToken) => Task.FromResult((string?)command["prefix"] switch
        {
            "status" => new MonAnswer(0, "\n" + _statuses.Dequeue(), ""),
            "osd dump" => new MonAnswer(0, $$"""{"pools":[{"pg_num":{{pgs}}}]}""", ""),
            var prefix => new MonAnswer(-22, "", $"unexpected {prefix}"),
        });
    }

    private sealed class FailingThrasher(CephCluster cluster) : Thrasher("test", 1, NullLogger.Instance, cluster)
    {
        private readonly TaskCompletionSource _failing = new();

        public Task Failed => _failing.Task;

        public bool Mended { get; private set; }

        public override Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        protected override Task ThrashAsync(CancellationToken cancellationToken)
        {
            _failing.SetResult();
            throw new TeuthologyException(FailureKind.Product, "no more");
        }

        protected override Task MendAsync(CancellationToken cancellationToken)
        {
            Mended = true;
            return Task.CompletedTask;
        }
    }
}
