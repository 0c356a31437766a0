using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>A checkout with Python tasks of its own.</summary>
internal sealed class Checkout : IDisposable
{
    private readonly string _root;

    /// <param name="root">Where to; null is a directory of its own.</param>
    public Checkout(string? root = null)
    {
        _root = root ?? Directory.CreateTempSubdirectory("teuthology-qa-").FullName;
        Directory.CreateDirectory(Suites);
        Task("__init__", "");
    }

    /// <summary>Its directory of suites.</summary>
    public string Suites => Path.Combine(_root, "qa", "suites");

    /// <summary>A file beside the checkout.</summary>
    public string this[string name] => Path.Combine(_root, name);

    /// <summary>Writes <c>tasks/NAME.py</c>.</summary>
    public Checkout Task(string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(_root, "qa", "tasks"));
        File.WriteAllText(Path.Combine(_root, "qa", "tasks", name + ".py"), text);
        return this;
    }

    /// <summary>Whether this host can run Python tasks.</summary>
    public static bool HasPython => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(place => File.Exists(Path.Combine(place, "python3")));

    /// <summary>A job whose suite is of this checkout.</summary>
    public JobSpec Job(LabHost host, string yaml)
    {
        Skip.IfNot(HasPython, "There is no python3; apt-get install python3.");
        return host.Job(yaml) with { SuitesDirectory = Suites };
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
