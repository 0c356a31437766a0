using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>How merged jobs are written.</summary>
internal interface ILayerFormat
{
    /// <summary>Stands before the first entry of a job.</summary>
    byte[] Begin { get; }

    /// <summary>Stands after the last entry of a job.</summary>
    byte[] End { get; }

    /// <summary>Stands between entries and between items.</summary>
    byte[] Separator { get; }

    /// <summary>Stands after the last item of a list.</summary>
    byte[] ListTail { get; }

    /// <summary>Stands after the last entry of a mapping.</summary>
    byte[] MapTail { get; }

    /// <summary>False when a fragment with aliases is written differently from one without.</summary>
    bool IgnoresAliases { get; }

    /// <summary>The whole entry.</summary>
    /// <param name="key">Key.</param>
    /// <param name="value">A scalar, a list or an empty mapping.</param>
    /// <param name="depth">How many mappings are around.</param>
    byte[] Entry(string key, object? value, int depth);

    /// <summary>The entry's beginning, up to where the first item or inner entry stands.</summary>
    /// <param name="key">Key.</param>
    /// <param name="isList">True for a list, false for a mapping.</param>
    /// <param name="depth">How many mappings are around.</param>
    byte[] Head(string key, bool isList, int depth);

    /// <summary>Writes a job that was merged in full.</summary>
    /// <param name="config">The job.</param>
    string Whole(YamlMap config);
}
