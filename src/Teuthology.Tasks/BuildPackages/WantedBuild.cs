namespace Teuthology.Tasks;

/// <summary>A build that a job is going to install.</summary>
/// <param name="Project">The project.</param>
/// <param name="Flavor">The flavour.</param>
/// <param name="Reference">Which of its builds.</param>
internal sealed record WantedBuild(string Project, string Flavor, BuildReference Reference)
{
    public override string ToString() => $"{Project} of {Reference} ({Flavor})";
}
