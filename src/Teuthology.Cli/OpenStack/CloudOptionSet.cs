using System.CommandLine;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>The options that lead to a cloud and name a cluster in it; they lie over the section <c>openstack</c> of the site's configuration.</summary>
internal sealed class CloudOptionSet
{
    private readonly Option<string?> _name = new("--name") { HelpName = "NAME", Description = "Name of the cluster, which everything of it carries in the cloud (default `name` under openstack of ~/.teuthology.yaml, else teuthology)" };
    private readonly Option<string?> _cloud = new("--os-cloud") { HelpName = "NAME", Description = "Entry of clouds.yaml (default $OS_CLOUD, else the OS_* variables)" };
    private readonly Option<string?> _openrc = new("--openrc") { HelpName = "FILE", Description = "File with `export OS_…` lines, instead of having it sourced" };
    private readonly Terminal _terminal;
    private readonly Dictionary<string, Option> _more = new(StringComparer.Ordinal);

    /// <param name="terminal">Looks up variables.</param>
    /// <param name="verb">Gets the options.</param>
    /// <param name="servers">Whether servers are made, so that it counts how.</param>
    public CloudOptionSet(Terminal terminal, Command verb, bool servers)
    {
        _terminal = terminal;
        foreach (var option in new Option[] { _name, _cloud, _openrc })
            verb.Add(option);
        if (!servers)
            return;
        _more["keypair"] = new Option<string?>("--key-name") { HelpName = "NAME", Description = "Key pair that the cloud has already (default one for each run, made and removed)" };
        _more["key_file"] = new Option<string?>("--key-filename") { HelpName = "FILE", Description = "Private key that opens the servers, without a passphrase (default ssh_key of ~/.teuthology.yaml, else one that is made)" };
        _more["network"] = new Option<string?>("--network") { HelpName = "NAME", Description = "Network of the servers (default the project's only one)" };
        _more["floating_network"] = new Option<string?>("--floating-network") { HelpName = "NAME", Description = "Network that gives servers an address outside" };
        _more["nameserver"] = new Option<string?>("--nameserver") { HelpName = "ADDRESS", Description = "Resolver of the servers" };
        _more["budget"] = new Option<double?>("--budget") { HelpName = "HOURS", Description = "Server-hours that the run may use: no new server is made after that" };
        foreach (var option in _more.Values)
            verb.Add(option);
    }

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_name, _cloud, _openrc, .. _more.Values];

    /// <summary>The site's configuration with what the line says on top; machine type <c>openstack</c> is in it.</summary>
    /// <exception cref="ConfigurationException">An option makes no sense.</exception>
    public SiteConfig Site(ParseResult line)
    {
        var site = SiteConfig.Load(_terminal.Environment);
        var section = site.All.Get("openstack") switch
        {
            null => [],
            YamlMap map => (YamlMap)YamlCopy.DeepCopy(map)!,
            _ => throw new ConfigurationException("'openstack' must be a mapping", site.All.MarkOf("openstack")),
        };
        Set("name", line.GetValue(_name));
        Set("cloud", line.GetValue(_cloud));
        Set("openrc", line.GetValue(_openrc) is { } file ? _terminal.FullPath(file) : null);
        foreach (var (key, option) in _more)
        {
            if (option is Option<double?> number)
                Set(key, line.GetValue(number) is not { } hours ? null : hours > 0 ? hours : throw new ConfigurationException("--budget must be a number of hours above 0"));
            else
                Set(key, line.GetValue((Option<string?>)option) is not { } text ? null : key == "key_file" ? KeyFile(text) : text);
        }

        var all = (YamlMap)YamlCopy.DeepCopy(site.All)!;
        all["openstack"] = section;
        return site with { All = all };

        void Set(string key, object? value)
        {
            if (value is not null)
                section[key] = value;
        }
    }

    /// <summary>How servers of a type are made, by that configuration.</summary>
    /// <param name="site">What <see cref="Site"/> gave.</param>
    /// <param name="machineType">The type.</param>
    public (MachineTypeSettings Type, CloudOptions Options) Read(SiteConfig site, string machineType)
    {
        if (!MachineTypeTable.Read(site).TryGet(machineType, out var type) || type.Provisioner != "openstack")
            throw new ConfigurationException($"machines of type '{machineType}' are no servers of a cloud: name a type whose provisioner is openstack");
        return (type, CloudOptions.Read(type, site, StorePlace.Choose(_terminal.Environment, site, LabSettings.Read(_terminal, null).StateDirectory)));
    }

    private string KeyFile(string text) => File.Exists(_terminal.FullPath(text))
        ? _terminal.FullPath(text)
        : throw new ConfigurationException($"--key-filename: there is no file {_terminal.FullPath(text)}");
}
