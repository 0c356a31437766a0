using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Teuthology.OpenStack.Tests;

/// <summary>
/// Real keystone, glance, placement, nova and cinder of Debian (nova and cinder with their fake drivers) and a stand-in for neutron, on ports of the loopback, with
/// all state in one directory. They run in a process namespace that ends with this process, however that ends. One for all tests.
/// </summary>
internal sealed class RealCloud
{
    // The input of the inner shell is the life line: when it ends, the namespace does, and the outer shell, which outlives a signal to the
    // whole group, removes the directory.
    private const string Watch = """
        root=$1
        trap : TERM INT HUP
        unshare --mount --pid --fork --kill-child=KILL --propagation private --mount-proc bash -c 'bash "$1/cloud.sh" "$@"; kill -KILL -1' bash "$@"
        rm -rf "$root"
        """;

    private static readonly SemaphoreSlim Starting = new(1, 1);
    private static RealCloud? _cloud;
    private static Exception? _failure;
    private static string? _obstacle;

    private readonly Process _process;
    private readonly SemaphoreSlim _talking = new(1, 1);
    private readonly int _keystone;

    private RealCloud(Process process, string root, int keystone) => (_process, Root, _keystone) = (process, root, keystone);

    /// <summary>Directory of its state.</summary>
    public string Root { get; }

    /// <summary>Keystone's address, as an openrc of version 3 has it.</summary>
    public string AuthUrl => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_keystone}/v3");

    /// <summary>Credentials of the user <c>demo</c>, who is a plain member of the project <c>demo</c>.</summary>
    public OpenStackCredentials Demo => new()
    {
        AuthUrl = new Uri(AuthUrl), Username = "demo", Password = "demo secret", ProjectName = "demo", Source = "the test",
    };

    /// <summary>Credentials of the operator.</summary>
    public OpenStackCredentials Admin => Demo with { Username = "admin", Password = "secret", ProjectName = "admin" };

    /// <summary>Patience for a host that is busy with other tests.</summary>
    public static OpenStackOptions Patient { get; } = new() { Tries = 12, FirstPause = TimeSpan.FromSeconds(0.25), LongestPause = TimeSpan.FromSeconds(5), CallTimeout = TimeSpan.FromMinutes(4) };

    /// <summary>How long something may take on a host that is busy with other tests.</summary>
    public static TimeSpan Deadline { get; } = TimeSpan.FromMinutes(5);

    /// <summary>The cloud, started by the first test that asks.</summary>
    public static async Task<RealCloud> GetAsync()
    {
        await Starting.WaitAsync();
        try
        {
            Skip.If(_obstacle is not null, _obstacle ?? "");
            if (_failure is { } failure)
                throw new InvalidOperationException($"the cloud did not start: {failure.Message}", failure);
            return _cloud ??= await StartAsync();
        }
        catch (SkipException e)
        {
            _obstacle = e.Message;
            throw;
        }
        catch (Exception e)
        {
            _failure ??= e;
            throw;
        }
        finally
        {
            Starting.Release();
        }
    }

    /// <summary>Kills a service as a crash does.</summary>
    /// <param name="service"><c>keystone</c>, <c>nova-api</c>, …</param>
    public Task StopAsync(string service) => TellAsync($"stop {service}");

    /// <summary>Starts it again.</summary>
    /// <param name="service">Its name.</param>
    public Task StartServiceAsync(string service) => TellAsync($"start {service}");

    private static async Task<RealCloud> StartAsync()
    {
        var root = Directory.CreateTempSubdirectory("teuthology-openstack-").FullName;
        var packages = Directory.CreateDirectory(Path.Combine(root, "packages")).FullName;
        try
        {
            await CloudPackages.PrepareAsync(packages);
        }
        catch
        {
            Directory.Delete(root, recursive: true);
            throw;
        }

        foreach (var name in (string[])["cloud.sh", "seed.py", "neutron.py"])
        {
            await using var from = typeof(RealCloud).Assembly.GetManifestResourceStream(name)!;
            await using var to = File.Create(Path.Combine(root, name));
            await from.CopyToAsync(to);
        }

        var ports = FreePorts(9);
        string[] arguments = ["-c", Watch, "bash", root, packages, .. ports.Select(p => p.ToString(CultureInfo.InvariantCulture))];
        var process = Process.Start(new ProcessStartInfo("/bin/bash", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var errors = process.StandardError.ReadToEndAsync();
        var cloud = new RealCloud(process, root, ports[0]);
        if (await process.StandardOutput.ReadLineAsync() is not "ready")
            throw new InvalidOperationException($"OpenStack's services do not start:\n{await errors}");
        await cloud.SettleAsync();
        return cloud;
    }

    // The ports answer before all the daemons behind them have found each other: what counts is that a server and a volume come up.
    private async Task SettleAsync()
    {
        using var admin = OpenStackCloud.Open(Admin, Patient);
        await RawCalls.MakeVolumeTypeAsync(await admin.TokenAsync(default), "fake", Deadline);
        var flavor = await admin.Compute.CreateFlavorAsync("m1.tiny", 1, 512, 1, default);
        await admin.Compute.CreateFlavorAsync("m1.small", 1, 2048, 20, default);
        await admin.Compute.CreateFlavorAsync("m1.huge", 1, 1 << 30, 1, default);
        var image = await admin.Images.CreateImageAsync(new ImageOrder { Name = "tiny", DiskFormat = "raw", Visibility = "public" }, default);
        using var data = new MemoryStream(new byte[1024]);
        await admin.Images.UploadAsync(image.Id, data, null, default);
        await RawCalls.SendAsync(HttpMethod.Put, await admin.TokenAsync(default), "compute", $"os-quota-sets/{(await admin.TokenAsync(default)).ProjectId}", new { quota_set = new { ram = -1 } });
        for (var start = Stopwatch.StartNew(); ;)
        {
            var server = await admin.Compute.CreateServerAsync(new ServerOrder { Name = "first", FlavorId = flavor.Id, ImageId = image.Id, NoNetwork = true }, default);
            var volume = await admin.Volumes.CreateVolumeAsync(new VolumeOrder { Name = "first", Size = 1 }, default);
            try
            {
                await admin.Compute.WaitForServerAsync(server.Id, Deadline, default);
                await admin.Volumes.WaitForVolumeAsync(volume.Id, Deadline, default);
                return;
            }
            catch (OpenStackException e) when (start.Elapsed < Deadline)
            {
                _ = e; // e.g. the scheduler has not heard of the host yet
            }
            finally
            {
                await admin.Compute.DeleteServerAsync(server.Id, default);
                await admin.Volumes.DeleteVolumeAsync(volume.Id, default);
            }
        }
    }

    private async Task TellAsync(string order)
    {
        await _talking.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(order);
            await _process.StandardInput.FlushAsync();
            if (await _process.StandardOutput.ReadLineAsync() is not "done")
                throw new InvalidOperationException($"the cloud has ended at '{order}'");
        }
        finally
        {
            _talking.Release();
        }
    }

    // Below the ports that the kernel gives to outgoing connections: one of those could be taken between now and the service's start.
    private static int[] FreePorts(int count)
    {
        var probes = new List<TcpListener>();
        var random = new Random();
        while (probes.Count < count)
        {
            var probe = new TcpListener(IPAddress.Loopback, random.Next(20000, 32000));
            try
            {
                probe.Start();
                probes.Add(probe);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                probe.Dispose();
            }
        }

        var ports = probes.Select(p => ((IPEndPoint)p.LocalEndpoint).Port).ToArray();
        probes.ForEach(p => p.Dispose());
        return ports;
    }
}
