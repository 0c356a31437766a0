using Microsoft.Extensions.DependencyInjection;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>Which tasks of a checkout a job can name; nothing is run.</summary>
public sealed class SuiteTaskCatalogTests : IDisposable
{
    private readonly Checkout _checkout = new Checkout().Task("rare", "def task(ctx, config):\n    pass\n\ndef part(ctx, config):\n    pass\n").Task("library", "class Thing:\n    pass\n");

    public void Dispose() => _checkout.Dispose();

    [Theory]
    [InlineData("rare", null)]
    [InlineData("rare.part", null)]
    [InlineData("exec", null)]
    [InlineData("library", "unknown task 'library'")]
    [InlineData("rare.other", "unknown task 'rare.other'")]
    [InlineData("../rare", "unknown task '../rare'")]
    [InlineData("raer", "did you mean 'rare'?")]
    public async Task Check_TaskOfACheckout_IsKnownWhereItsFileHasIt(string task, string? problem)
    {
        var config = task == "exec" ? "{a.0: ls}" : "null";
        var told = await CheckAsync($"roles: [[a.0]]\ntasks:\n- {task}: {config}\n", "sh");
        Assert.Contains(problem ?? "right", told ?? "right");
    }

    [Fact]
    public async Task Check_NoPython_TellsHowToGetIt() => Assert.StartsWith(
        "job.yaml:3:3: task 'rare': it is only there as Python, and this host has no python-of-no-host; install python3 (apt-get install python3 python3-gevent), or name one by TEUTHOLOGY_PYTHON",
        await CheckAsync("roles: [[a.0]]\ntasks:\n- rare:\n", "python-of-no-host"));

    [Theory]
    [InlineData("python_tasks: rare\n", "job.yaml:1:1: 'python_tasks' must be a list of names of tasks")]
    [InlineData("python_tasks: [none]\n", "job.yaml:1:16: python_tasks names 'none', which is no task of ")]
    [InlineData("python_tasks: [exec]\n", "job.yaml:1:16: python_tasks names 'exec', which is no task of ")]
    public async Task Check_PythonTasks_MustBeThere(string key, string problem) => Assert.StartsWith(problem, await CheckAsync(key + "tasks:\n- rare:\n", "sh"));

    [Fact]
    public async Task Check_JobOfNoCheckout_HasNoPythonTasks()
    {
        Assert.Contains("the job comes from no checkout with Python tasks", await CheckAsync("python_tasks: [nop]\ntasks:\n- nop:\n", "sh", "/nowhere/suites"));
        Assert.Contains("unknown task 'rare'", await CheckAsync("tasks:\n- rare:\n", "sh", "/nowhere/suites"));
    }

    [Fact]
    public async Task Readiness_TaskOfACheckout_IsNotMissing()
    {
        await using var services = Services("sh");
        var job = (YamlMap)YamlLoader.Load("roles: [[a.0]]\ntasks:\n- rare:\n- library:\n", "job.yaml")!;
        var readiness = services.GetRequiredService<IJobReadiness>();
        Assert.Equal(["library"], readiness.Missing(job, _checkout.Suites).Where(need => need.Kind == NeedKind.Task).Select(need => need.Name));
        Assert.Equal(["rare", "library"], readiness.Missing(job, null).Where(need => need.Kind == NeedKind.Task).Select(need => need.Name));
    }

    [Fact]
    public void Options_OfTheEnvironment_NamePythonAndItsTasks()
    {
        var options = JobOptions.From(name => name switch { "TEUTHOLOGY_PYTHON" => "/opt/py", "TEUTHOLOGY_PYTHON_TASKS" => "peer, dump_stuck", _ => null });
        Assert.Equal("/opt/py", options.Python);
        Assert.Equal(["peer", "dump_stuck"], options.PythonTasks);
    }

    // A program that is there stands for Python where nothing is run.
    private async Task<string?> CheckAsync(string yaml, string python, string? suites = null)
    {
        await using var services = Services(python);
        var job = new JobSpec { Config = (YamlMap)YamlLoader.Load(yaml, "job.yaml")!, RunName = "run", JobId = "1", SuitesDirectory = suites ?? _checkout.Suites };
        try
        {
            services.GetRequiredService<IJobEngine>().Check(job);
            return null;
        }
        catch (ConfigurationException e)
        {
            return e.Message;
        }
    }

    private ServiceProvider Services(string python) => new ServiceCollection().AddTeuthology(new TeuthologyOptions
    {
        Lab = new LabOptions { Kind = "loopback", StateDirectory = _checkout["state"] },
        Jobs = new JobOptions { ArchiveDirectory = _checkout["archive"], Python = python },
    }).BuildServiceProvider();
}
