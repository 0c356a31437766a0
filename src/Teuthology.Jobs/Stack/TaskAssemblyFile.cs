using System.Reflection;
using System.Runtime.Loader;

namespace Teuthology.Jobs;

/// <summary>Loads assemblies with tasks by their paths, for programs that were not built with them.</summary>
public static class TaskAssemblyFile
{
    /// <summary>
    /// Loads an assembly. What it needs is taken from the program when it has it, else from beside the assembly, as its <c>.deps.json</c> tells.
    /// </summary>
    /// <param name="path">Path of the <c>.dll</c>.</param>
    /// <exception cref="ConfigurationException">It is no assembly, it was built against another version of Teuthology, or it has no tasks.</exception>
    public static Assembly Load(string path)
    {
        path = Path.GetFullPath(path);
        if (!File.Exists(path))
            throw new ConfigurationException($"task assembly {path}: there is no such file{Built(path)}");
        try
        {
            var beside = new AssemblyDependencyResolver(path);
            AssemblyLoadContext.Default.Resolving += (context, name) => beside.ResolveAssemblyToPath(name) is { } found ? context.LoadFromAssemblyPath(found) : null;
            var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
            if (!assembly.GetTypes().Any(type => type.IsDefined(typeof(TaskAttribute), inherit: false)))
                throw new ConfigurationException($"task assembly {path}: no class in it has a [Task(\"name\")]");
            return assembly;
        }
        catch (BadImageFormatException e)
        {
            throw new ConfigurationException($"task assembly {path}: it is no .NET assembly; name the .dll that `dotnet build` made", inner: e);
        }
        catch (ReflectionTypeLoadException e)
        {
            throw new ConfigurationException($"task assembly {path}: {TaskCatalog.Reason(e)}", inner: e);
        }
        catch (Exception e) when (e is FileLoadException or FileNotFoundException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"task assembly {path}: {e.Message}", inner: e);
        }
    }

    private static string Built(string path) => path.EndsWith(".csproj", StringComparison.Ordinal) || !path.EndsWith(".dll", StringComparison.Ordinal)
        ? "; name the .dll that `dotnet build` made"
        : "; was it built?";
}
