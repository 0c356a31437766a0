using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Teuthology.Lab;

/// <summary>Deploys systems to physical hosts by MAAS (maas.io): releases the machine if need be, deploys it, waits, locks it; releases it afterwards. Kind <c>maas</c>.</summary>
/// <param name="options">Keys and patience.</param>
/// <param name="http">Client.</param>
/// <param name="time">Clock.</param>
internal sealed class MaasReimager(MaasOptions options, HttpClient http, TimeProvider time) : IReimager
{
    private readonly ServiceClient _maas = new(http, "MAAS", options.ApiUrl, headers =>
        headers.Authorization = new AuthenticationHeaderValue("OAuth", OAuthPlaintext.Header(options.ApiKey, time.GetUtcNow())));

    public string Kind => "maas";

    public bool Reimages => true;

    public async Task<string?> ObstacleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _maas.OrderAsync(HttpMethod.Get, "users/op-whoami", null, cancellationToken);
            return null;
        }
        catch (TeuthologyException e)
        {
            return $"{e.Message}; check maas.api_url and maas.api_key";
        }
    }

    public async Task<string?> DeployAsync(Machine host, MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var machine = await MachineAsync(host.Name, cancellationToken);
        switch (machine.State)
        {
            case "deployed" or "failed deployment":
                progress?.Report($"MAAS releases {host.Name}, which is {machine.State}");
                await ReleaseAsync(machine, cancellationToken);
                await ReadyAsync(host.Name, cancellationToken);
                break;
            case "releasing" or "disk erasing":
                progress?.Report($"waiting until MAAS has released {host.Name}");
                await ReadyAsync(host.Name, cancellationToken);
                break;
            case not ("ready" or "allocated"):
                throw new TeuthologyException(FailureKind.Infrastructure, $"MAAS: machine '{host.Name}' is not ready or allocated, current status is '{machine.State}'");
        }

        var image = await ImageAsync(order, machine, cancellationToken);
        var userData = await UserDataAsync(order, cancellationToken);
        try
        {
            progress?.Report($"MAAS deploys {image} to {host.Name}");
            await BeginAsync(machine, image, userData, cancellationToken);
            await StateAsync(host.Name, "deployed", ["failed deployment", "ready", "broken"], cancellationToken);
        }
        catch (Exception e)
        {
            await AbortAsync(host.Name, CancellationToken.None);
            if (e is TeuthologyException)
                throw new TeuthologyException(FailureKind.Infrastructure, $"Deployment of machine '{host.Name}' failed: {e.Message}", e);
            throw;
        }

        await LockAsync(machine, wanted: true, cancellationToken);
        return null;
    }

    /// <remarks>The next deployment waits until it is through; the job that gives the host back need not.</remarks>
    public async Task ReleaseAsync(Machine host, CancellationToken cancellationToken) => await ReleaseAsync(await MachineAsync(host.Name, cancellationToken), cancellationToken);

    private async Task BeginAsync(MaasMachine machine, string image, string? userData, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent { { new StringContent(image), "distro_series" } };
        if (userData is not null)
            form.Add(new StringContent(userData), "user_data");
        var answer = await _maas.OrderAsync(HttpMethod.Post, $"machines/{machine.Id}/op-deploy", form, cancellationToken);
        if (StateOf(answer.Json<JsonObject>()) is not ("deploying" or "deployed"))
            throw answer.Error($"the machine does not deploy, current status: {StateOf(answer.Json<JsonObject>())}");
    }

    private async Task ReleaseAsync(MaasMachine machine, CancellationToken cancellationToken)
    {
        switch (machine.State)
        {
            case "new" or "allocated" or "ready" or "releasing" or "disk erasing":
                return;
            case "deploying":
                await AbortAsync(machine.Name, cancellationToken);
                break;
            case "deployed" when machine.IsLocked:
                await LockAsync(machine, wanted: false, cancellationToken);
                break;
            case not ("deployed" or "failed deployment"):
                throw new TeuthologyException(FailureKind.Infrastructure, $"MAAS: cannot release machine '{machine.Name}' in status '{machine.State}'");
        }

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("erase", "false")]);
        var answer = await _maas.OrderAsync(HttpMethod.Post, $"machines/{machine.Id}/op-release", form, cancellationToken);
        if (StateOf(answer.Json<JsonObject>()) is not ("disk erasing" or "releasing" or "ready"))
            throw answer.Error($"the machine is not released, current status: {StateOf(answer.Json<JsonObject>())}");
    }

    private Task<MaasMachine> ReadyAsync(string name, CancellationToken cancellationToken) =>
        StateAsync(name, "ready", ["releasing failed", "failed disk erasing", "broken"], cancellationToken);

    private async Task AbortAsync(string name, CancellationToken cancellationToken)
    {
        var machine = await MachineAsync(name, cancellationToken);
        if (machine.State != "deploying")
            return;
        await _maas.OrderAsync(HttpMethod.Post, $"machines/{machine.Id}/op-abort", null, cancellationToken);
        await StateAsync(name, "allocated", ["ready", "broken"], cancellationToken);
    }

    // MAAS answers a lock that is there already, or is not, with a sentence instead of the machine.
    private async Task LockAsync(MaasMachine machine, bool wanted, CancellationToken cancellationToken)
    {
        var answer = await _maas.SendAsync(HttpMethod.Post, $"machines/{machine.Id}/{(wanted ? "op-lock" : "op-unlock")}", null, cancellationToken);
        if (answer.Text.Trim() is "Machine is locked" or "Cannot unlock an already-unlocked node")
            return;
        if (answer.Status != HttpStatusCode.OK)
            throw answer.Error();
        if ((answer.Json<JsonObject>()["locked"]?.GetValueKind() == System.Text.Json.JsonValueKind.True) != wanted)
            throw answer.Error($"machine '{machine.Name}' is {(wanted ? "not locked" : "still locked")}");
    }

    private Task<MaasMachine> StateAsync(string name, string wanted, string[] failures, CancellationToken cancellationToken)
    {
        var last = "";
        return options.State.UntilAsync(
            async _ =>
            {
                var machine = await MachineAsync(name, cancellationToken);
                last = machine.State;
                return machine.State == wanted ? machine
                    : failures.Contains(machine.State) ? throw new TeuthologyException(FailureKind.Infrastructure, $"MAAS: machine '{name}' became '{machine.State}' instead of '{wanted}'{(machine.Message.Length > 0 ? $": {machine.Message}" : "")}")
                    : null;
            },
            waited => new TeuthologyException(FailureKind.Infrastructure, $"MAAS: machine '{name}' is '{last}', not '{wanted}', after {waited.TotalSeconds:F0} s (maas.timeout)"),
            time,
            cancellationToken);
    }

    private async Task<MaasMachine> MachineAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await _maas.OrderAsync(HttpMethod.Get, $"machines/?hostname={Uri.EscapeDataString(name.Split('.')[0])}", null, cancellationToken);
        return answer.Json<JsonArray>().OfType<JsonObject>().ToList() switch
        {
            [] => throw answer.Error($"Machine '{name}' not found!"),
            [var machine] when machine["system_id"]?.ToString() is { Length: > 0 } id => new MaasMachine(
                name, id, machine["architecture"]?.ToString().Split('/')[0] ?? "", StateOf(machine), machine["locked"]?.GetValueKind() == System.Text.Json.JsonValueKind.True, machine["status_message"]?.ToString() ?? ""),
            [_] => throw answer.Error("the machine has no system_id"),
            var several => throw answer.Error($"More than one machine found for hostname '{name}': {string.Join(", ", several.Select(m => m["hostname"]))}"),
        };
    }

    private async Task<string> ImageAsync(MachineOrder order, MaasMachine machine, CancellationToken cancellationToken)
    {
        var name = order switch
        {
            { OsType: "ubuntu" } => $"ubuntu/{DefaultSystems.CodenameOf(order.OsVersion ?? "")}",
            { OsType: "centos" } => $"centos/centos{order.OsVersion?.Replace('.', '-')}",
            _ => $"{order.OsType}/{order.OsVersion}",
        };
        var answer = await _maas.OrderAsync(HttpMethod.Get, "boot-resources/", null, cancellationToken);
        var images = answer.Json<JsonArray>().OfType<JsonObject>().ToList();
        var image = images.FirstOrDefault(i => i["name"]?.ToString() == name && i["architecture"]?.ToString().Contains(machine.Arch, StringComparison.Ordinal) == true)
            ?? throw new ConfigurationException($"MaaS has no {name} image available for {machine.Arch}; it has {string.Join(", ", images.Select(i => i["name"]?.ToString()).Distinct().DefaultIfEmpty("none"))}");
        return image["type"]?.ToString().ToLowerInvariant() is "synced" or "uploaded" ? name
            : throw answer.Error($"MaaS image {name} is not synced, current status: {image["type"]}");
    }

    // As the API's documentation has it: base64.
    private async Task<string?> UserDataAsync(MachineOrder order, CancellationToken cancellationToken)
    {
        if (options.UserData?.Replace("{os_type}", order.OsType, StringComparison.Ordinal).Replace("{os_version}", order.OsVersion, StringComparison.Ordinal) is not { } file)
            return null;
        return File.Exists(file) ? Convert.ToBase64String(await File.ReadAllBytesAsync(file, cancellationToken)) : throw new ConfigurationException($"'maas.user_data': there is no file {file}");
    }

    private static string StateOf(JsonObject machine) => machine["status_name"]?.ToString().ToLowerInvariant() ?? "";

    private sealed record MaasMachine(string Name, string Id, string Arch, string State, bool IsLocked, string Message);
}
