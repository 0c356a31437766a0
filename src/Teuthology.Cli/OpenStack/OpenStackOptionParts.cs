using System.CommandLine;

namespace Teuthology.Cli;

/// <summary>The sets of options that <c>openstack</c> is made of.</summary>
/// <param name="Suite">Which jobs.</param>
/// <param name="Cloud">Which cloud and cluster.</param>
/// <param name="Template">What is in the jobs.</param>
/// <param name="Controller">The controller.</param>
/// <param name="Rerun">Which jobs of which run again.</param>
/// <param name="Repositories">More package repositories.</param>
internal sealed record OpenStackOptionParts(SuiteOptionSet Suite, CloudOptionSet Cloud, TemplateOptionSet Template, ControllerOptionSet Controller, RerunOptionSet Rerun, TestRepositories Repositories)
{
    /// <summary>Adds them all to a verb, the verb's own between: what implies the template comes last.</summary>
    public static OpenStackOptionParts AddTo(Command verb, Terminal terminal, IEnumerable<Option> own)
    {
        var suite = new SuiteOptionSet(terminal, verb, scheduling: true);
        var cloud = new CloudOptionSet(terminal, verb, servers: true);
        var controller = new ControllerOptionSet(verb);
        var rerun = new RerunOptionSet(verb);
        var repositories = new TestRepositories(terminal, verb);
        foreach (var option in own)
            verb.Add(option);
        return new OpenStackOptionParts(suite, cloud, new TemplateOptionSet(terminal, verb), controller, rerun, repositories);
    }
}
