using System.Text;

namespace Teuthology.Cli.Tests;

/// <summary>A row of <c>lock</c> commands at a lock server with seven machines, and what each of them answered.</summary>
internal static class LockTranscript
{
    private static readonly string[][] Commands =
    [
        ["--summary"],
        ["--list", "--all"],
        ["--brief", "--all"],
        ["--list", "none001"],
        ["--list-targets", "n001", "n002"],
        ["--lock", "n001", "--desc", "by hand"],
        ["--lock", "n001", "--desc", "by hand"],
        ["--lock", "n001"],
        ["--lock", "n002", "n003", "--owner", "joe@host"],
        ["--lock", "none001"],
        ["--lock-many", "2", "-m", "mt", "--desc", "many"],
        ["--lock-many", "1", "-m", "mt", "--os-type", "centos", "--os-version", "9.stream", "--arch", "x86_64"],
        ["--lock-many", "50", "-m", "mt"],
        ["--brief"],
        ["--brief", "--owner", "joe@host"],
        ["--list", "--all", "--desc-pattern", "hand"],
        ["--list", "--all", "--json-query", """{"os_type": "centos"}"""],
        ["--list", "--all", "--json-query", """{"vm_host": {"name": "n001.lab"}}"""],
        ["--list-targets", "--owner", "joe@host"],
        ["--update", "--status", "down", "--desc", "disk is bad", "n004"],
        ["--unlock", "n001"],
        ["--unlock", "n002", "--owner", "wrong@host"],
        ["--unlock", "n002", "n003", "--owner", "joe@host"],
        ["--unlock", "n006"],
        ["--summary", "-m", "mt"],
    ];

    /// <summary>Fills the server and runs the commands.</summary>
    /// <param name="cli">Where the site's configuration goes.</param>
    /// <param name="url">The server, empty.</param>
    /// <param name="run">Runs one command.</param>
    public static async Task<string> MakeAsync(Cli cli, string url, Func<string[], Task<CliResult>> run)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        for (var i = 1; i <= 6; i++)
        {
            var system = i < 6 ? """ "os_type": "ubuntu", "os_version": "22.04" """ : """ "os_type": "centos", "os_version": "9.stream" """;
            await AddAsync(http, $$"""{"name": "n00{{i}}.lab", "machine_type": "mt", "up": true, "arch": "x86_64", "ssh_pub_key": "ssh-rsa AAAA{{i}}", {{system}}}""");
        }

        await AddAsync(http, """{"name": "v001.lab", "machine_type": "vps", "up": false, "is_vm": true, "vm_host": "n001.lab"}""");
        cli.Environment["TEUTHOLOGY_CONFIG"] = cli.Write("teuthology.yaml", $"lock_server: {url}\nlab_domain: lab\n");
        var transcript = new StringBuilder();
        foreach (var command in Commands)
        {
            var result = await run(command);

            // Upstream's log lines have times in front, and nothing of what ours adds.
            var lines = result.Output.Split('\n').Where(line => !line.Contains("locked_since", StringComparison.Ordinal));
            transcript.AppendLine(string.Join(' ', command)).AppendLine($"exit {result.ExitCode}").AppendLine(string.Join('\n', lines));
        }

        return transcript.ToString();
    }

    private static async Task AddAsync(HttpClient http, string node)
    {
        using var answer = await http.PostAsync("nodes/", new StringContent(node, Encoding.UTF8, "application/json"));
        answer.EnsureSuccessStatusCode();
    }
}
