using System.Globalization;

namespace Teuthology.Orchestra;

/// <summary>What a host tells about itself. It is asked once, by one command, when something is first wanted.</summary>
public sealed class RemoteFacts
{
    private const string Question = """
        cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null || lsb_release -a
        echo ===
        set -- $(uname -mr)
        echo "$2"
        echo "$1"
        hostname --fqdn 2>/dev/null || hostname
        if [ -d /run/systemd/system ]; then echo systemd; else echo none; fi
        if [ -e /run/.containerenv ] || [ -e /.dockerenv ]; then echo yes; else echo no; fi
        nproc
        while read -r name kib _; do
            if [ "$name" = MemTotal: ]; then echo "$kib"; break; fi
        done </proc/meminfo
        """;

    private readonly Remote remote;
    private readonly SemaphoreSlim asking = new(1);
    private HostFacts? known;

    internal RemoteFacts(Remote remote) => this.remote = remote;

    /// <summary>What is taken for the answer from now on.</summary>
    internal HostFacts Assumed
    {
        set => known = value;
    }

    /// <summary>The facts.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">The host does not tell.</exception>
    /// <exception cref="ConnectionLostException">It cannot be reached.</exception>
    public async Task<HostFacts> GetAsync(CancellationToken ct)
    {
        if (known is { } facts)
            return facts;
        await asking.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return known ??= await AskAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            asking.Release();
        }
    }

    /// <summary>Asks again next time, as after an upgrade or a reimage.</summary>
    public void Forget() => known = null;

    private async Task<HostFacts> AskAsync(CancellationToken ct)
    {
        var result = await remote.RunAsync(RemoteCommand.Script(Question) with { Quiet = true, Label = "facts" }, ct).ConfigureAwait(false);
        var halves = result.Stdout.Split("\n===\n", 2);
        var lines = halves[^1].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (halves.Length < 2 || lines.Length < 7)
            throw new TeuthologyException(FailureKind.Infrastructure, $"{remote.ShortName} does not tell its facts; it answers: {result.Stdout.Trim()}");
        return new HostFacts
        {
            Os = halves[0].Contains("Distributor ID:") ? OsFacts.FromLsbRelease(halves[0]) : OsFacts.FromOsRelease(halves[0]),
            Arch = lines[0],
            Kernel = lines[1],
            HostName = lines[2],
            HasSystemd = lines[3] == "systemd",
            IsContainer = lines[4] == "yes",
            Processors = int.Parse(lines[5], CultureInfo.InvariantCulture),
            MemoryBytes = long.Parse(lines[6], CultureInfo.InvariantCulture) * 1024,
        };
    }
}
