using System.Collections.Concurrent;
using System.Globalization;
using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>Servers of an OpenStack cloud, made for each lease and destroyed after it. Kind <c>openstack</c>.</summary>
/// <param name="type">Their machine type.</param>
/// <param name="options">How they are made.</param>
/// <param name="cloud">The cloud.</param>
/// <param name="fleet">The lab's servers in it.</param>
/// <param name="maker">Makes them.</param>
/// <param name="resources">What the servers of a run share.</param>
/// <param name="idle">Servers that wait for the next job of their run.</param>
/// <param name="ledger">What was made.</param>
/// <param name="keys">Keys of the machines.</param>
/// <param name="shell">Runs commands on them.</param>
/// <param name="site">Login user.</param>
/// <param name="directory">For consoles.</param>
/// <param name="time">Clock.</param>
internal sealed class OpenStackProvisioner(
    MachineTypeSettings type, CloudOptions options, OpenStackCloud cloud, ServerFleet fleet, ServerMaker maker, RunResourceMaker resources, IdleServers idle, ServerLedger ledger, GuestKeys keys,
    IMachineShell shell, SiteConfig site, string directory, TimeProvider time)
    : IProvisioner, ICloudRemains
{
    private const LabFeatures Unless = LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.OwnNetwork | LabFeatures.CephPackages | LabFeatures.Fuse | LabFeatures.Systemd;
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(5);

    // How long what others left may take: whoever looks holds the names of the machines meanwhile.
    private static readonly TimeSpan CollectPatience = TimeSpan.FromMinutes(4);

    // Servers of the machines that this process holds, by name.
    private readonly ConcurrentDictionary<string, HeldServer> _held = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Kind => "openstack";

    /// <inheritdoc/>
    public string MachineType => type.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> MachineNames { get; } = [.. Enumerable.Range(1, options.Servers).Select(i => type.Name + i.ToString("D3", CultureInfo.InvariantCulture))];

    /// <inheritdoc/>
    public async Task<LabOffer> DescribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await cloud.TokenAsync(cancellationToken);
            return new LabOffer(MachineType, options.Servers, type.Features ?? Unless, null);
        }
        catch (TeuthologyException e) when (e.Kind != FailureKind.Configuration)
        {
            return new LabOffer(MachineType, 0, LabFeatures.None, e.Message);
        }
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(IProgress<string>? progress, CancellationToken cancellationToken) => await cloud.TokenAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<Machine> StartAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken) => StartAsync(new MachineOrder(name), progress, cancellationToken);

    /// <inheritdoc/>
    public async Task<Machine> StartAsync(MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await ForgetAsync(order.Name);

        // Servers of runs that have no job now make room.
        var runs = _held.Values.Select(held => held.Run).Append(order.Run).ToHashSet(StringComparer.Ordinal);
        await idle.RemoveAsync(server => !runs.Contains(server.Run), cancellationToken);
        var flavor = await maker.FlavorOfAsync(order, cancellationToken);
        if (await idle.TakeAsync(order.Name, flavor.Id, maker.StampOf(order), cancellationToken) is { } taken && await ReuseAsync(order, taken, progress, cancellationToken) is { } again)
            return again;
        while (true)
        {
            try
            {
                return await BringUpAsync(order, (boot, made) => maker.MakeAsync(order, id => made(new HeldServer(order.Name, id, flavor.Id, order.Run, CareOf(id))), boot, progress, cancellationToken), cancellationToken);
            }
            catch (QuotaExceededException) when (!idle.IsEmpty)
            {
                progress?.Report("the quota is used up: servers that wait for a job are removed");
                await idle.RemoveAsync(_ => true, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(string name, CancellationToken cancellationToken)
    {
        if (_held.TryRemove(name, out var held))
        {
            if (await idle.PutAsync(held, cancellationToken))
                return;
            await held.Care.DisposeAsync();
        }

        await RemoveAsync(name, cancellationToken);
        if (Directory.Exists(Path.GetDirectoryName(ConsoleLogOf(name))))
            File.Delete(ConsoleLogOf(name));
    }

    /// <inheritdoc/>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await idle.RemoveAsync(_ => true, cancellationToken);

        // No server of this process's uses its key pairs any more.
        if (_held.IsEmpty)
            await resources.RemoveKeyPairsAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task KeepAsync(string name)
    {
        await ForgetAsync(name);
        await fleet.KeepAsync(name, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async Task<Machine?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (!MachineNames.Contains(name) || keys.HostKeyOf(name) is null)
            return null;
        return (await fleet.ServersAsync(cancellationToken)).FirstOrDefault(s => ServerFleet.MachineOf(s.Metadata) == name && !ServerFleet.IsIdle(s.Metadata) && s.Status == "ACTIVE") is { } server ? MachineOf(name, server) : null;
    }

    /// <inheritdoc/>
    public string ConsoleLogOf(string name) => Path.Combine(directory, "consoles", $"{name}.log");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeStatus>> StatusAsync(CancellationToken cancellationToken)
    {
        var servers = (await fleet.ServersAsync(cancellationToken)).Select(s => (Name: ServerFleet.MachineOf(s.Metadata), Address: AddressOf(s), Up: s.Status == "ACTIVE", s.Created));
        var volumes = (await fleet.VolumesAsync(cancellationToken)).Select(v => (Name: ServerFleet.MachineOf(v.Metadata), Address: "", Up: false, Created: v.CreatedAt));
        return [.. servers.Concat(volumes).Where(s => s.Name is not null).DistinctBy(s => s.Name, StringComparer.Ordinal).Select(s => new NodeStatus(s.Name!, s.Address, s.Up, 0, s.Created))];
    }

    /// <inheritdoc/>
    public async Task DownAsync(CancellationToken cancellationToken)
    {
        foreach (var held in _held.Values)
            await ForgetAsync(held.Machine);
        await CloseAsync(cancellationToken);
        foreach (var node in await StatusAsync(cancellationToken))
            await RemoveAsync(node.Name, cancellationToken);
        await CollectGarbageAsync(_ => false, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken) =>
        [.. (await CollectAsync(new CollectScope(), isHeld, CollectPatience, null, cancellationToken)).Deleted.Select(item => $"{item}{(item.Marks.GetValueOrDefault(RunMarks.Run) is { } run ? $" of run {run}" : "")}")];

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunRemains>> FindAsync(CollectScope scope, Func<string, bool> isHeld, CancellationToken cancellationToken) =>
        new RunCollector(cloud).FindAsync(ScopeOf(scope, isHeld), cancellationToken);

    /// <inheritdoc/>
    public async Task<CollectReport> CollectAsync(CollectScope scope, Func<string, bool> isHeld, TimeSpan timeout, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var report = await new RunCollector(cloud).CollectAsync(ScopeOf(scope, isHeld), timeout, progress, cancellationToken);
        foreach (var item in report.Deleted.Where(item => item.Kind == RemainsKind.Server && fleet.IsOurs(item.Marks)))
            await ledger.EndAsync(item.Marks.GetValueOrDefault(RunMarks.Run), ServerFleet.MachineOf(item.Marks)!);
        return report;
    }

    // Whom a machine of this lab belongs to, the store knows. Nobody holds what waits for a job: its lease in the cloud counts.
    private CollectScope ScopeOf(CollectScope scope, Func<string, bool> isHeld) => scope with
    {
        Setup = options.Cluster,
        IsHeld = item => !fleet.IsOurs(item.Marks) ? null
            : isHeld(ServerFleet.MachineOf(item.Marks)!) ? true
            : ServerFleet.IsIdle(item.Marks) ? null
            : false,
    };

    private async Task<Machine> BringUpAsync(MachineOrder order, Func<ServerBoot, Action<HeldServer>, Task<Server>> make, CancellationToken cancellationToken)
    {
        var boot = new ServerBoot(cloud.Compute, options, shell, time) { Console = ConsoleLogOf(order.Name) };
        string? id = null;
        try
        {
            var server = await make(boot, held =>
            {
                _held[order.Name] = held;
                id = held.Id;
            });
            var machine = await boot.UpAsync(server.Id, MachineOf(order.Name, server), cancellationToken);
            await boot.ConsoleAsync(server.Id);
            return type.Features is { } features ? machine with { Features = features } : machine;
        }
        catch (Exception e)
        {
            var console = id is null || e is OperationCanceledException ? "" : await boot.ConsoleAsync(id);
            await ForgetAsync(order.Name);
            await RemoveQuietlyAsync(order.Name, order.Run);
            if (console.Length > 0 && e is TeuthologyException failure and not QuotaExceededException)
                throw new TeuthologyException(failure.Kind, $"{failure.Message}; its console ({boot.Console}): {ToolRun.Tail(console)}", failure);
            throw;
        }
    }

    // Null when it does not work: then a new server is made.
    private async Task<Machine?> ReuseAsync(MachineOrder order, HeldServer taken, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        try
        {
            return await BringUpAsync(
                order,
                (boot, made) =>
                {
                    made(taken);
                    return maker.RemakeAsync(order, taken.Id, boot, progress, cancellationToken);
                },
                cancellationToken);
        }
        catch (TeuthologyException e) when (e.Kind == FailureKind.Infrastructure && !cancellationToken.IsCancellationRequested)
        {
            progress?.Report($"server {fleet.NameOf(order.Name)} could not be rebuilt, a new one is made: {e.Message}");
            return null;
        }
    }

    private ServerCare CareOf(string id) => new(token => fleet.RenewAsync(id, token), Renewal, time);

    private async Task ForgetAsync(string name)
    {
        if (_held.TryRemove(name, out var held))
            await held.Care.DisposeAsync();
    }

    private async Task<IReadOnlyList<Server>> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var removed = await fleet.RemoveAsync(name, cancellationToken);
        foreach (var server in removed)
            await ledger.EndAsync(server.Metadata.GetValueOrDefault(RunMarks.Run), name);
        return removed;
    }

    // The failure that brought us here is the one to tell; what stays is found again by its marks.
    private async Task RemoveQuietlyAsync(string name, string? run)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5), time);
        try
        {
            await RemoveAsync(name, limit.Token);
            await ledger.EndAsync(run, name);
        }
        catch (Exception e) when (e is TeuthologyException or OperationCanceledException)
        {
            cloud.Options.Progress?.Report($"server {fleet.NameOf(name)} could not be removed now: {e.Message}");
        }
    }

    private static string AddressOf(Server server) => server.AddressesOf(4).Concat(server.AddressesOf(6)).FirstOrDefault() ?? "";

    private Machine MachineOf(string name, Server server) => new()
    {
        Name = name,
        User = site.TestUser,
        Address = AddressOf(server),
        HostKey = keys.HostKeyOf(name),
        IdentityFile = keys.IdentityFile,
        OsType = "",
        OsVersion = "",
        Arch = "",
        Features = type.Features ?? Unless,
        Dial = options.Namespace is { } file ? (port, token) => new HubDialer(file).ConnectAsync(AddressOf(server), port, token) : null,
    };
}
