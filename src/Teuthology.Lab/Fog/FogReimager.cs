using System.Globalization;
using System.Text.Json.Nodes;

namespace Teuthology.Lab;

/// <summary>
/// Deploys images to physical hosts by FOG (fogproject.org): sets the host's image, schedules a deploy task, has the host boot from the network by its power
/// switch, and waits until the task is gone. Kind <c>fog</c>.
/// </summary>
/// <param name="machineType">Machine type, which FOG's images begin with.</param>
/// <param name="options">Keys and patience.</param>
/// <param name="http">Client.</param>
/// <param name="power">Switches hosts.</param>
/// <param name="time">Clock.</param>
internal sealed class FogReimager(string machineType, FogOptions options, HttpClient http, IMachinePower power, TimeProvider time) : IReimager
{
    private readonly ServiceClient _fog = new(http, "FOG", options.Endpoint, headers =>
    {
        headers.Add("fog-api-token", options.ApiToken);
        headers.Add("fog-user-token", options.UserToken);
    });

    public string Kind => "fog";

    public bool Reimages => true;

    public TimeSpan SshDeadline => options.Ssh;

    public async Task<string?> ObstacleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _fog.OrderAsync(HttpMethod.Get, "system/info", null, cancellationToken);
            return null;
        }
        catch (TeuthologyException e)
        {
            return $"{e.Message}; check fog.endpoint, fog.api_token and fog.user_token";
        }
    }

    public async Task<string?> DeployAsync(Machine host, MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var id = await HostIdAsync(host.Name, cancellationToken);
        var (image, name, version) = await ImageAsync(order, cancellationToken);
        progress?.Report($"FOG deploys {name} to {host.Name}");
        await _fog.OrderAsync(HttpMethod.Put, $"host/{id}", ServiceClient.Json(new JsonObject { ["imageID"] = int.Parse(image, CultureInfo.InvariantCulture) }), cancellationToken);
        var task = await ScheduleAsync(host.Name, id, cancellationToken);
        try
        {
            await power.SetAsync(host.Name, on: false, cancellationToken);
            await power.SetAsync(host.Name, on: true, cancellationToken);
            await options.Deploy.UntilAsync(
                async _ => (await TasksAsync(host.Name, cancellationToken)).Contains(task) ? null : host,
                waited => new TeuthologyException(FailureKind.Infrastructure, $"FOG: the deploy task {task} of {host.Name} is not through after {waited.TotalSeconds:F0} s (fog_reimage_timeout)"),
                time,
                cancellationToken);
        }
        catch
        {
            await CancelAsync(task, CancellationToken.None);
            throw;
        }

        return version;
    }

    public async Task NudgeAsync(Machine host, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        progress?.Report($"WARNING: {host.Name} does not answer SSH when half of its time is over: its power is cycled");
        try
        {
            await power.SetAsync(host.Name, on: false, cancellationToken);
            await power.SetAsync(host.Name, on: true, cancellationToken);
        }
        catch (TeuthologyException e)
        {
            progress?.Report($"WARNING: the power of {host.Name} cannot be cycled: {e.Message}");
        }
    }

    public async Task SettleAsync(Machine host, IMachineShell shell, CancellationToken cancellationToken)
    {
        if (options.SentinelFile is { } file)
        {
            await options.Sentinel.UntilAsync(
                async _ => (await shell.RunAsync(host, $"test -e '{file.Replace("'", "'\\''", StringComparison.Ordinal)}'", TimeSpan.FromMinutes(1), cancellationToken)).Status == 0 ? host : null,
                waited => new TeuthologyException(FailureKind.Infrastructure, $"{host.Name} has no file {file} after {waited.TotalSeconds:F0} s (fog.sentinel_file)"),
                time,
                cancellationToken);
        }

        await HostNameAsync(host, shell, cancellationToken);
    }

    // FOG switches nothing off by itself: an idle host need not burn power.
    public Task ReleaseAsync(Machine host, CancellationToken cancellationToken) => power.SetAsync(host.Name, on: false, cancellationToken);

    // The image has the name, and in /etc/hosts the address, of the host that it was captured from.
    private static async Task HostNameAsync(Machine host, IMachineShell shell, CancellationToken cancellationToken)
    {
        var command = $$"""
            old=$(hostname) new={{host.Name.Split('.')[0]}}
            [ "$old" != "$new" ] || exit 0
            address=$(awk -v name="$old" '$0 !~ /^#/ { for (i = 2; i <= NF; i++) if ($i == name) { print $1; exit } }' /etc/hosts)
            sudo hostname "$new"
            sudo sed -i "s/$old/$new/g" /etc/hosts /etc/hostname
            case $address in ''|127.*|::1) ;; *) sudo sed -i "s/^$address\b/{{host.Address}}/" /etc/hosts ;; esac
            """;
        var (status, output, errors) = await shell.RunAsync(host, command, TimeSpan.FromMinutes(2), cancellationToken);
        if (status != 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"{host.Name} cannot be given its name: status {status.ToString(CultureInfo.InvariantCulture)}: {ToolRun.Tail(output + errors)}");
    }

    private async Task<string> HostIdAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await _fog.OrderAsync(HttpMethod.Get, "host", ServiceClient.Json(new JsonObject { ["name"] = name.Split('.')[0] }), cancellationToken);
        return Items(answer, "hosts") switch
        {
            [] => throw answer.Error($"Host {name} not found!"),
            [var host] => Id(answer, host),
            _ => throw answer.Error($"More than one host found for {name}"),
        };
    }

    /// <summary>The image: of the very name; of CentOS Stream; for a version without a minor the newest minor that was captured.</summary>
    private async Task<(string Id, string Name, string? Version)> ImageAsync(MachineOrder order, CancellationToken cancellationToken)
    {
        var (system, version) = (order.OsType!.ToLowerInvariant(), order.OsVersion ?? "");
        var name = $"{machineType}_{system}_{version}";
        if (await NamedAsync(name) is { } image)
            return (image, name, null);
        if (system == "centos" && !version.EndsWith(".stream", StringComparison.Ordinal))
        {
            if (await NamedAsync($"{name}.stream") is { } stream)
                return (stream, $"{name}.stream", $"{version}.stream");
        }
        else if (!version.Contains('.', StringComparison.Ordinal))
        {
            var found = await _fog.OrderAsync(HttpMethod.Get, $"image/search/{Uri.EscapeDataString(name)}", null, cancellationToken);
            var minors = Items(found, "images").Where(i => IsCaptured(i) && Name(i).StartsWith($"{name}.", StringComparison.Ordinal) && Name(i)[(name.Length + 1)..].Split('.').All(p => p.Length > 0 && p.All(char.IsAsciiDigit)));
            if (minors.MaxBy(i => string.Join('.', Name(i)[(name.Length + 1)..].Split('.').Select(p => p.PadLeft(8, '0'))), StringComparer.Ordinal) is { } newest)
                return (Id(found, newest), Name(newest), Name(newest)[(machineType.Length + system.Length + 2)..]);
        }

        var all = await _fog.OrderAsync(HttpMethod.Get, $"image/search/{Uri.EscapeDataString(machineType)}", null, cancellationToken);
        throw new ConfigurationException($"Fog has no {name} image. Available {machineType} images: {string.Join(", ", Items(all, "images").Select(Name).DefaultIfEmpty("none"))}");

        async Task<string?> NamedAsync(string wanted)
        {
            var answer = await _fog.OrderAsync(HttpMethod.Get, "image", ServiceClient.Json(new JsonObject { ["name"] = wanted }), cancellationToken);
            return Items(answer, "images").FirstOrDefault() is { } only ? Id(answer, only) : null;
        }
    }

    private async Task<string> ScheduleAsync(string host, string id, CancellationToken cancellationToken)
    {
        foreach (var old in await TasksAsync(host, cancellationToken))
            await CancelAsync(old, cancellationToken);
        var types = await _fog.OrderAsync(HttpMethod.Get, "tasktype", ServiceClient.Json(new JsonObject { ["name"] = "deploy" }), cancellationToken);
        var deploy = Items(types, "tasktypes").FirstOrDefault(t => string.Equals(Name(t), "deploy", StringComparison.OrdinalIgnoreCase)) ?? throw types.Error("there is no task type 'deploy'");
        var before = await TasksAsync(host, cancellationToken);
        var scheduled = await _fog.OrderAsync(HttpMethod.Post, $"host/{id}/task", ServiceClient.Json(new JsonObject { ["taskTypeID"] = int.Parse(Id(types, deploy), CultureInfo.InvariantCulture) }), cancellationToken);

        // The answer does not tell the task. It is the new one: clocks of FOG and here may differ.
        return (await TasksAsync(host, cancellationToken)).Except(before).LastOrDefault() ?? throw scheduled.Error($"no deploy task for {host} is active afterwards");
    }

    private async Task<IReadOnlyList<string>> TasksAsync(string host, CancellationToken cancellationToken)
    {
        var answer = await _fog.OrderAsync(HttpMethod.Get, "task/active", null, cancellationToken);
        return [.. Items(answer, "tasks").Where(t => t["host"] is JsonObject of && Name(of) == host.Split('.')[0]).Select(t => Id(answer, t))];
    }

    private Task CancelAsync(string task, CancellationToken cancellationToken) =>
        _fog.OrderAsync(HttpMethod.Delete, "task/cancel", ServiceClient.Json(new JsonObject { ["id"] = int.Parse(task, CultureInfo.InvariantCulture) }), cancellationToken);

    private static List<JsonObject> Items(ServiceAnswer answer, string key) => answer.Json<JsonObject>()[key] is JsonArray items ? [.. items.OfType<JsonObject>()] : throw answer.Error($"the answer has no list '{key}'");

    // FOG writes numbers as texts, or not, by its version.
    private static string Id(ServiceAnswer answer, JsonObject item) => item["id"]?.ToString() is { Length: > 0 } id && id.All(char.IsAsciiDigit) ? id : throw answer.Error("an entry has no id");

    private static string Name(JsonObject item) => item["name"]?.ToString() ?? "";

    private static bool IsCaptured(JsonObject image) => image["size"]?.ToString() is { Length: > 0 } size && size.Split(':').Any(part => double.TryParse(part, CultureInfo.InvariantCulture, out var bytes) && bytes > 0);
}
