using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Configuration of <c>ansible</c>.</summary>
public sealed record AnsibleOptions
{
    /// <summary>A list of plays, an http or https address of a playbook, or its path: in the repository, else on the controller.</summary>
    public object? Playbook { get; init; }

    /// <summary>Directory, or address of a git repository, that ansible-playbook runs in; its <c>roles/</c> are found.</summary>
    public string? Repo { get; init; }

    /// <summary>Branch of a git repository.</summary>
    public string Branch { get; init; } = "main";

    /// <summary>Roles or names of machines to run against; all when absent.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Inventory to use besides the machines' addresses.</summary>
    public string? Inventory { get; init; }

    /// <summary>Run what has these tags only; separated by commas.</summary>
    public string? Tags { get; init; }

    /// <summary>Do not run what has these tags.</summary>
    public string? SkipTags { get; init; }

    /// <summary>Extra variables.</summary>
    public YamlMap Vars { get; init; } = [];

    /// <summary>Variables of groups, by group; not with <see cref="Inventory"/>.</summary>
    public YamlMap GroupVars { get; init; } = [];

    /// <summary>Run the playbook again when the job unwinds, with the variable <c>cleanup</c> set.</summary>
    public bool Cleanup { get; init; }

    /// <summary>Connect to the machines anew afterwards.</summary>
    public bool Reconnect { get; init; } = true;
}
