namespace Teuthology.Orchestra.Tests;

/// <summary>Against programs that answer as ipmitool and virsh do.</summary>
public sealed class ConsoleTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("teuthology-console-").FullName;

    [Fact]
    public async Task SetPowerAsync_IsSlow_AsksUntilItIsSo()
    {
        var console = Ipmi("""
            echo "$@" >>"$D/asked"
            case "$*" in
                *"power on") echo "Chassis Power Control: Up/On"; echo on >"$D/state" ;;
                *"power off") echo "Chassis Power Control: Down/Off"; (sleep 0.3; echo off >"$D/state") >/dev/null 2>&1 & ;;
                *"power status") echo "Chassis Power is $(cat "$D/state")" ;;
                *"power cycle") echo "Chassis Power Control: Cycle" ;;
                *"sol activate")
                    while read -r line; do
                        case $line in
                            "~.") echo "[terminated ipmitool]"; exit ;;
                            *) printf '\nsmithi001 login: ' ;;
                        esac
                    done ;;
            esac
            """);
        await console.SetPowerAsync(on: true, default);
        Assert.True(await console.IsPowerAsync(on: true, default));
        await console.SetPowerAsync(on: false, default);
        Assert.False(await console.IsPowerAsync(on: true, default));
        await console.PowerCycleAsync(default);
        Assert.Equal("-H smithi001.ipmi.example.com -I lanplus -U admin -P secret power on", File.ReadLines(Path.Combine(directory, "asked")).First());
        var log = Path.Combine(directory, "console.log");
        await using (console.LogTo(log))
            await LocalProcesses.UntilAsync(() => File.Exists(log));
    }

    [Fact]
    public async Task SetPowerAsync_Never_SaysWhatUpstreamSays()
    {
        var error = await Assert.ThrowsAsync<TeuthologyException>(() => Ipmi("echo Error: no session; exit 1").SetPowerAsync(on: true, default));
        Assert.Equal("Failed to power on smithi001 in 1s", error.Message);
    }

    [Fact]
    public async Task IsPowerAsync_NoCredentials_NamesTheKeys()
    {
        var console = new IpmiConsole("smithi001", new IpmiOptions(), TimeProvider.System);
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => console.IsPowerAsync(on: true, default));
        Assert.Equal("Must set ipmi_user, ipmi_password, and ipmi_domain in .teuthology.yaml", error.Message);
        await Assert.ThrowsAsync<ConfigurationException>(() => new NoConsole("n1").PowerCycleAsync(default));
    }

    [Fact]
    public async Task PowerCycleAsync_LibvirtDomain_IsDestroyedAndStarted()
    {
        var virsh = Program("virsh", """
            echo "$@" >>"$D/asked"
            case $3 in
                domstate) cat "$D/state" ;;
                start) echo running >"$D/state" ;;
                reset) grep -q running "$D/state" ;;
                destroy) echo "shut off" >"$D/state" ;;
            esac
            """);
        await File.WriteAllTextAsync(Path.Combine(directory, "state"), "running\n");
        var console = new LibvirtConsole("vm1", "test:///default", virsh);
        await console.PowerCycleAsync(default);
        Assert.True(await console.IsPowerAsync(on: true, default));
        await console.HardResetAsync(default);
        await console.WaitForLoginAsync(null, default);
        Assert.Equal(
            ["domstate", "destroy", "domstate", "start", "domstate", "reset", "domstate"], File.ReadLines(Path.Combine(directory, "asked")).Select(line => line.Split(' ')[2]));
        Assert.All(File.ReadLines(Path.Combine(directory, "asked")), line => Assert.StartsWith("-c test:///default ", line));
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private IpmiConsole Ipmi(string script) => new(
        "smithi001.front.example.com",
        new IpmiOptions
        {
            User = "admin", Password = "secret", Domain = "ipmi.example.com", Programs = (Program("ipmitool", script), "console"),
            Timeout = TimeSpan.FromSeconds(script.Length < 50 ? 1 : 20), Pause = TimeSpan.FromMilliseconds(50),
        },
        TimeProvider.System);

    private string Program(string name, string script)
    {
        var path = Path.Combine(directory, name);
        File.WriteAllText(path, $"#!/bin/sh\nD={directory}\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return path;
    }
}
