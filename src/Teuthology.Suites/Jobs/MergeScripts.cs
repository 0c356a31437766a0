using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>The scripts that decide about fragments (<c>teuthology.premerge</c>) and jobs (<c>teuthology.postmerge</c>).</summary>
internal sealed partial class MergeScripts(YamlMap? baseConfig, SuiteFilter? filter, BigInteger seed)
{
    private readonly Lazy<ScriptRuntime> _runtime = new(() => new ScriptRuntime(seed));

    /// <summary>False when the fragment's premerge script drops it; takes the script out of the fragment.</summary>
    public bool Takes(SuiteJob job, IReadOnlyList<string> paths, YamlMap config, YamlMap fragment, string path)
    {
        if (!fragment.TryGetMap("teuthology", out var own) || !own.TryGetValue("premerge", out var script))
            return true;
        var mark = own.MarkOf("premerge") ?? new YamlMark(path, 1, 1);
        own.Remove("premerge");
        if (!PythonObject.IsTrue(script))
            return true;
        var text = script as string ?? throw new ConfigurationException("'premerge' is a text (use 'premerge: |')", mark);
        return Run(text, "premerge", [mark], Variables(job, paths, config, ("yaml_fragment", fragment)));
    }

    /// <summary>False when the job's postmerge scripts drop it.</summary>
    public bool Keeps(SuiteJob job, IReadOnlyList<string> paths, YamlMap config)
    {
        if (!config.TryGetMap("teuthology", out var own) || own.Get("postmerge") is not { } value)
            return true;
        if (value is not YamlList scripts || scripts.Any(s => s is not string))
            throw new ConfigurationException("'postmerge' is a list of texts", own.MarkOf("postmerge"));
        if (scripts.Count == 0)
            return true;
        // One mark for each line of all scripts together.
        var marks = scripts.SelectMany((s, i) => Enumerable.Repeat(scripts.MarkOf(i), 1 + ((string)s!).AsSpan().Count('\n'))).ToArray();
        var variables = Variables(job, paths, config);
        foreach (var key in new[] { "os_type", "os_version" })
            if (PythonObject.IsTrue(baseConfig?.Get(key)))
                variables[key] = baseConfig!.Get(key);
        return Run(string.Join('\n', scripts), "postmerge", marks, variables);
    }

    private bool Run(string script, string name, YamlMark?[] marks, Dictionary<string, object?> variables)
    {
        try
        {
            return _runtime.Value.Accepts(script, name, variables);
        }
        catch (ScriptException e)
        {
            var line = Line().Match(e.Message) is { Success: true } match ? int.Parse(match.Value, CultureInfo.InvariantCulture) : 1;
            throw new ConfigurationException($"the script fails: {e.Message}", marks[Math.Clamp(line - 1, 0, marks.Length - 1)]);
        }
    }

    private Dictionary<string, object?> Variables(SuiteJob job, IReadOnlyList<string> paths, YamlMap config, params IEnumerable<(string Name, object? Value)> more)
    {
        var variables = new Dictionary<string, object?>
        {
            ["base_config"] = new BaseConfig(baseConfig ?? []),
            ["base_frag_paths"] = new YamlList(job.Fragments.Select(f => SuiteFilter.PathOf(job, f))),
            ["description"] = job.Description,
            ["frag_paths"] = new YamlList(paths),
            ["seed"] = YamlScalars.Shrink(seed),
            ["suite_name"] = job.Suite,
            ["yaml"] = config,
        };
        if (filter is not null)
        {
            variables["filter_in"] = new YamlList(filter.Filter);
            variables["filter_out"] = new YamlList(filter.FilterOut);
            variables["filter_all"] = new YamlList(filter.FilterAll);
            variables["filter_fragments"] = filter.FilterFragments;
        }

        foreach (var (name, value) in more)
            variables[name] = value;
        return variables;
    }

    [GeneratedRegex("(?<=^(?:failure to load script: )?(?:pre|post)merge:)[0-9]+")]
    private static partial Regex Line();
}
