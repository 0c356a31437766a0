using Teuthology.Yaml;

namespace Teuthology.Orchestra.Tests;

/// <summary>Which of conserver's client and ipmitool reads a console; both are programs of the test.</summary>
public sealed class ConserverTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("teuthology-conserver-").FullName;

    [Fact]
    public async Task LogTo_ConserverDies_TakesIpmitool()
    {
        var log = new LineKeeper();
        var console = Console("exit 1", "echo by ipmitool; exec sleep 60", log);
        await LogsAsync(console, "by ipmitool\n");
        Assert.Contains("conserver failed to get the console; will try ipmitool", log.Lines);
        await LogsAsync(console, "by ipmitool\n");
        Assert.Equal(["console -M cons.example.com -p 3109 -s smithi001", "ipmitool -H smithi001.ipmi -I lanplus -U admin -P secret sol activate"], Asked().Take(2));
        Assert.DoesNotContain("console", Asked().Skip(1).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task LogTo_ConserverWorks_IsReadThere()
    {
        await LogsAsync(Console("echo by conserver; exec sleep 60", "exit 1"), "by conserver\n");
        await LogsAsync(Console("exit 1", "echo by ipmitool; exec sleep 60", useConserver: false), "by ipmitool\n");
    }

    [Fact]
    public async Task WaitForLoginAsync_ByConserver_WritesAndTakesLeave()
    {
        var console = Console("""
            stty -echo 2>/dev/null
            while IFS= read -r line; do printf '\nsmithi001 login: '; break; done
            dd bs=1 count=3 of="$D/leave" 2>/dev/null
            echo '[disconnect]'
            """, "exit 1");
        await console.WaitForLoginAsync(null, default);
        Assert.Equal("\u0005c."u8.ToArray(), await File.ReadAllBytesAsync(Path.Combine(directory, "leave")));
        Assert.Equal(["console -M cons.example.com -p 3109 -f smithi001"], Asked());
    }

    [Fact]
    public void Of_SiteConfiguration_ReadsUpstreamsKeys()
    {
        var site = new SiteConfig { All = new YamlMap { ["ipmi_user"] = "u", ["ipmi_password"] = 12L, ["ipmi_domain"] = "d", ["conserver_master"] = "m", ["conserver_port"] = 3109L, ["use_conserver"] = false } };
        var options = IpmiOptions.Of(site);
        Assert.Equal(("u", "12", "d", "m", 3109, false), (options.User, options.Password, options.Domain, options.ConserverMaster, options.ConserverPort, options.UseConserver));
        Assert.Equal(new IpmiOptions(), IpmiOptions.Of(SiteConfig.Empty));
        Assert.Throws<ConfigurationException>(() => IpmiOptions.Of(new SiteConfig { All = new YamlMap { ["conserver_port"] = "many" } }));
    }

    [Fact]
    public void Of_Machines_HaveTheConsoleThatIsConfigured()
    {
        var (ipmi, log) = (new IpmiOptions { User = "u", Password = "p", Domain = "d" }, new LineKeeper());
        Assert.IsType<LibvirtConsole>(ConsoleChoice.Of("vm1", "qemu:///system", ipmi, TimeProvider.System, log));
        Assert.IsType<IpmiConsole>(ConsoleChoice.Of("smithi001", null, ipmi, TimeProvider.System, log));
        Assert.IsType<NoConsole>(ConsoleChoice.Of("n1", null, new IpmiOptions(), TimeProvider.System, log));
        Assert.IsType<NoConsole>(new Remote(new RemoteEndpoint { HostName = "n1", User = "u", Address = "192.0.2.1", HostKey = null, IdentityFile = "/nowhere" }, log).Console);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private IReadOnlyList<string> Asked() => File.ReadAllLines(Path.Combine(directory, "asked"));

    private async Task LogsAsync(IpmiConsole console, string text)
    {
        var file = Path.Combine(directory, Path.GetRandomFileName());
        await using (console.LogTo(file))
            await LocalProcesses.UntilAsync(() => File.Exists(file) && File.ReadAllText(file) == text);
    }

    private IpmiConsole Console(string conserver, string ipmitool, LineKeeper? log = null, bool useConserver = true) => new(
        "smithi001.front.example.com",
        new IpmiOptions
        {
            User = "admin", Password = "secret", Domain = "ipmi", ConserverMaster = "cons.example.com", ConserverPort = 3109, UseConserver = useConserver,
            Programs = (Program("ipmitool", ipmitool), Program("console", conserver)),
        },
        TimeProvider.System,
        log);

    private string Program(string name, string script)
    {
        var path = Path.Combine(directory, name);
        File.WriteAllText(path, $"#!/bin/sh\nD={directory}\necho \"{name} $*\" >>\"$D/asked\"\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return path;
    }
}
