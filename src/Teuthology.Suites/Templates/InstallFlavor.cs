using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Which flavor of the packages a job's install task will take.</summary>
internal static class InstallFlavor
{
    /// <summary>The flavor; only the first install task counts, with what <c>overrides</c> say about it.</summary>
    /// <param name="job">The job merged onto its base. Is not changed.</param>
    /// <exception cref="ConfigurationException">Its tasks or overrides do not have the form they should.</exception>
    public static object? Of(YamlMap job)
    {
        object install = new YamlMap();
        if (job.TryGetMap("overrides", out var overrides) && overrides.TryGetValue("install", out var value) && value is not null)
            install = value;
        var config = DeepMerge.Merge(First(job), install);
        if (install is YamlMap projects)
            config = DeepMerge.Merge(config, projects.Get(job.TryGetValue("project", out var project) && project is not null ? project : "ceph"));
        if (config is not YamlMap map)
            throw new ConfigurationException("the install task takes a mapping", job.MarkOf("tasks"));
        if (PythonObject.IsTrue(map.Get("path")))
            return "local";
        if (PythonObject.IsTrue(map.Get("valgrind")))
            return "notcmalloc";
        if (PythonObject.IsTrue(map.Get("coverage")))
            return "gcov";
        return map.TryGetValue("flavor", out var flavor) ? flavor : "default";
    }

    private static object? First(YamlMap job)
    {
        if (!job.TryGetValue("tasks", out var value) || value is YamlMap { Count: 0 })
            return new YamlMap();
        if (value is not YamlList tasks)
            throw new ConfigurationException("'tasks' is a list", job.MarkOf("tasks"));
        for (var i = 0; i < tasks.Count; i++)
        {
            if (tasks[i] is not YamlMap { Count: > 0 } task)
                throw new ConfigurationException("a task is a mapping of its name to its options ('- install:')", tasks.MarkOf(i));
            var (name, config) = task.GetAt(0);
            if (name is "install")
                return PythonObject.IsTrue(config) ? config : new YamlMap();
        }

        return new YamlMap();
    }
}
