using System.Globalization;
using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// A ceph.conf: sections and options keep the order in which they were first set. <c>osd pool default size</c> and
/// <c>osd_pool_default_size</c> are two entries, as upstream: Ceph takes the later line.
/// </summary>
public sealed class CephConf
{
    private readonly OrderedDictionary<string, OrderedDictionary<string, string>> _sections = [];

    /// <summary>Names of the sections, in order.</summary>
    public IEnumerable<string> Sections => _sections.Keys;

    /// <summary>Sets an option.</summary>
    /// <param name="section">Section, e.g. <c>global</c> or <c>osd.0</c>.</param>
    /// <param name="option">Option as it shall stand in the file.</param>
    /// <param name="value">Its value.</param>
    public void Set(string section, string option, string value) => Section(section)[option] = value;

    /// <summary>Makes sure that a section exists.</summary>
    /// <param name="section">Its name.</param>
    public void Touch(string section) => Section(section);

    /// <summary>The value of an option in a section, in whatever spelling it was set last; null when it is not set there.</summary>
    /// <param name="section">Section.</param>
    /// <param name="option">Option with blanks, underscores or dashes between the words.</param>
    public string? Get(string section, string option)
    {
        var wanted = Normal(option);
        return _sections.TryGetValue(section, out var options)
            ? options.LastOrDefault(o => Normal(o.Key) == wanted) is { Key: not null } found ? found.Value : null
            : null;
    }

    /// <summary>Sets everything that a job's <c>conf</c> mapping says.</summary>
    /// <param name="conf">Sections with options; a section without options is only made.</param>
    /// <exception cref="ConfigurationException">A section is not a mapping.</exception>
    public void Merge(YamlMap conf)
    {
        foreach (var (section, options) in conf)
        {
            var name = Text(section);
            Touch(name);
            if (options is null)
                continue;
            if (options is not YamlMap map)
                throw new ConfigurationException($"ceph: conf section '{name}' must be a mapping of options", conf.MarkOf(section));
            foreach (var (option, value) in map)
                Set(name, Text(option), Text(value));
        }
    }

    /// <summary>The text of the file.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (section, options) in _sections)
        {
            text.Append('[').Append(section).Append("]\n");
            foreach (var (option, value) in options)
                text.Append(option).Append(" = ").Append(value).Append('\n');
        }

        return text.ToString();
    }

    private static string Normal(string option) => option.Replace('_', ' ').Replace('-', ' ');

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        YamlList list => string.Join(", ", list.Select(Text)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private OrderedDictionary<string, string> Section(string name)
    {
        if (!_sections.TryGetValue(name, out var options))
            _sections[name] = options = [];
        return options;
    }
}
