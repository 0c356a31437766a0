namespace Teuthology.Jobs;

/// <summary>Texts about tasks that cannot be had.</summary>
internal static class TaskErrors
{
    public static ConfigurationException Unknown(TaskEntry entry, ITaskCatalog catalog)
    {
        var near = NearMiss.Of(entry.Name, catalog.Names);
        var rest = near is null ? $"; no loaded assembly has it: name one of yours by --tasks, or by task_assemblies of the site's configuration (known: {string.Join(", ", catalog.Names.Where(n => !n.StartsWith("internal.", StringComparison.Ordinal)))})" : $"; did you mean '{near}'?";
        return new ConfigurationException($"unknown task '{entry.Name}'{rest}", entry.Mark);
    }
}
