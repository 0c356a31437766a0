namespace Teuthology.Orchestra.Tests;

/// <summary>Ceph's programs, and those that show disks, are programs of the test.</summary>
public sealed class CephCommandsTests : IAsyncLifetime
{
    private static readonly Poll Quick = new() { Sleep = TimeSpan.FromMilliseconds(10), Tries = 3 };
    private readonly StandIns tools = new();

    public async Task InitializeAsync()
    {
        await tools.InitializeAsync();
        tools.Write("adjust-ulimits", """exec "$@" """);
        tools.Write("ceph-coverage", """shift; exec "$@" """);
    }

    public Task DisposeAsync() => tools.DisposeAsync();

    [SkippableFact]
    public async Task UntilHealthyAsync_ComesOrNot_IsWaitedFor()
    {
        tools.Write("ceph", """echo x >>"$D/looks"; [ "$(wc -l <"$D/looks")" -lt 3 ] && echo HEALTH_WARN 1 osd down || echo HEALTH_OK""");
        await using var remote = tools.Remote();
        await remote.UntilHealthyAsync("ceph", "/t", sudo: false, Quick, default);
        Assert.Contains("Ceph health: HEALTH_WARN 1 osd down", tools.Log.Lines);
        Assert.Equal(["adjust-ulimits ceph-coverage /t/archive/coverage ceph --cluster ceph health", "ceph-coverage /t/archive/coverage ceph --cluster ceph health", "ceph --cluster ceph health"], tools.Asked().Take(3));
        tools.Write("ceph", "echo HEALTH_WARN");
        var error = await Assert.ThrowsAsync<PollExhaustedException>(() => remote.UntilHealthyAsync("ceph", "/t", sudo: false, Quick, default));
        Assert.Equal("'wait_until_healthy' reached maximum tries (3) after waiting for 0.03 seconds", error.Message);
    }

    [SkippableFact]
    public async Task UntilOsdsUpAsync_AllUp_IsCountedByRoles()
    {
        tools.Write("ceph", """
            echo
            echo x >>"$D/looks"
            [ "$(wc -l <"$D/looks")" -lt 2 ] && second='"exists","new"' || second='"exists","up"'
            echo '{"osds":[{"osd":0,"state":["exists","up"]},{"osd":1,"state":['"$second"']}]}'
            """);
        await using var remote = tools.Remote();
        var cluster = new Cluster();
        cluster.Add(remote, ["osd.0", "osd.1", "other.osd.0"]);
        await using var daemons = new RemoteDaemons();
        await remote.UntilOsdsUpAsync(cluster, daemons, "ceph", "/t", Quick, default);
        Assert.Equal(["1 of 2 OSDs are up", "2 of 2 OSDs are up"], tools.Log.Lines.Where(line => line.EndsWith("OSDs are up", StringComparison.Ordinal)));
        var dead = await daemons.StartAsync("osd.0", remote, RemoteCommand.Args("false"), default);
        await LocalProcesses.UntilAsync(() => dead.Process!.Finished);
        await Assert.ThrowsAsync<CommandFailedException>(() => remote.UntilOsdsUpAsync(cluster, daemons, "ceph", "/t", Quick, default));
    }

    [SkippableFact]
    public async Task CreateMonmapAsync_MonsOfAConf_GivesTheFsid()
    {
        tools.Write("monmaptool", """echo "monmaptool: monmap file"; echo "monmaptool: generated fsid 1a-2b"; echo epoch 0""");
        await using var remote = tools.Remote();
        var conf = LegacyCephConf.Skeleton([["mon.a"], ["mon.b", "mds.x"]], ["1.1.1.1", "2.2.2.2"], vectors: true);
        Assert.Equal("1a-2b", await remote.CreateMonmapAsync(conf, null, "/t", vectors: true, default));
        Assert.Equal("monmaptool --create --clobber --addv a v1:1.1.1.1:6789 --addv b v1:2.2.2.2:6789 --print /t/monmap", tools.Asked()[^1]);
        var none = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        Assert.Equal("There are no monitors in config!", (await Assert.ThrowsAsync<ConfigurationException>(() => remote.CreateMonmapAsync(none, null, "/t", vectors: false, default))).Message);
    }

    [SkippableFact]
    public async Task ScratchDevicesAsync_UpToTheFirstThatIsOfNoUse_AreListed()
    {
        Skip.If(File.Exists("/scratch_devs"), "This machine has scratch devices of its own.");
        tools.Write("ls", """case $* in -d*) exec /bin/ls "$@" ;; esac; printf '/dev/%s\n' vda vdb vdc vdd vde""");
        tools.Write("stat", """case $1 in /dev/vd?) ;; *) exec /usr/bin/stat "$@" ;; esac""");
        tools.Write("dd", "");
        tools.Write("mount", "echo /dev/vdd on /mnt type ext4; echo devtmpfs on /dev type devtmpfs");
        await using var remote = tools.Remote();
        Assert.Equal(["/dev/vdb", "/dev/vdc"], await remote.ScratchDevicesAsync(default));
        Assert.Contains("Removing root device: /dev/vda from device list", tools.Log.Lines);
        Assert.Contains("get_scratch_devices: /dev/vdd is in use", tools.Log.Lines);
    }
}
