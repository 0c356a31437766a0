using System.Text.RegularExpressions;
using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>A machine that a site names in its configuration or an inventory file; what is null is found out or comes from the lock server.</summary>
public sealed partial record MachineEntry
{
    /// <summary>Short name.</summary>
    public required string Name { get; init; }

    /// <summary><c>address</c>: name or IP address to connect to; null takes the name with the site's <c>lab_domain</c>.</summary>
    public string? Address { get; init; }

    /// <summary><c>user</c>: login user.</summary>
    public string? User { get; init; }

    /// <summary><c>ssh_pub_key</c>: public host key, <c>type base64</c>.</summary>
    public string? HostKey { get; init; }

    /// <summary><c>mac_address</c>: hardware address of the first network card.</summary>
    public string? MacAddress { get; init; }

    /// <summary><c>vpshost</c>: the host that carries it, for a virtual machine.</summary>
    public string? VmHost { get; init; }

    /// <summary>Architecture as <c>uname -m</c> tells it.</summary>
    public string? Arch { get; init; }

    /// <summary>Operating system, where it does not change.</summary>
    public string? OsType { get; init; }

    /// <summary>Its version.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Reads <c>machines</c>: a list of names, or a mapping of names to what is known of each.</summary>
    /// <param name="machines">The value.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="mark">Its place.</param>
    /// <exception cref="ConfigurationException">It is something else, or a name occurs twice.</exception>
    public static IReadOnlyList<MachineEntry> ReadAll(object? machines, string name, YamlMark? mark)
    {
        var read = machines switch
        {
            null => [],
            YamlList list => [.. list.Select((item, i) => new MachineEntry { Name = NameOf(item, name, list.MarkOf(i)) })],
            YamlMap map => map.Select(pair => Read(NameOf(pair.Key, name, map.MarkOf(pair.Key)), pair.Value, name, map.MarkOf(pair.Key))).ToList(),
            _ => throw new ConfigurationException($"'{name}' must be a list of names, or a mapping of names to what is known of each machine", mark),
        };
        return read.GroupBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new ConfigurationException($"'{name}' names {twice.Key} twice", mark)
            : read;
    }

    private static MachineEntry Read(string machine, object? facts, string name, YamlMark? mark)
    {
        if (facts is not (null or YamlMap))
            throw new ConfigurationException($"'{name}.{machine}' must be a mapping, e.g. {{address: 10.0.0.7}}", mark);
        var section = new Section(facts as YamlMap ?? [], $"{name}.{machine}");
        section.RequireKnown("address", "user", "ssh_pub_key", "mac_address", "vpshost", "arch", "os_type", "os_version");
        return new MachineEntry
        {
            Name = machine,
            Address = section.Text("address"),
            User = section.Text("user"),
            HostKey = section.Text("ssh_pub_key"),
            MacAddress = section.Text("mac_address"),
            VmHost = section.Text("vpshost"),
            Arch = section.Text("arch"),
            OsType = section.Text("os_type"),
            OsVersion = section.Text("os_version"),
        };
    }

    private static string NameOf(object? value, string name, YamlMark? mark) => value is string text && HostName().IsMatch(text)
        ? text
        : throw new ConfigurationException($"'{name}' names a machine '{value}'; a name has letters, digits, '-' and '.', and begins with a letter or digit", mark);

    [GeneratedRegex(@"\A[a-zA-Z0-9][-a-zA-Z0-9.]{0,62}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HostName();
}
