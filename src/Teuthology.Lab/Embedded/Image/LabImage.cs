namespace Teuthology.Lab;

/// <summary>A built image.</summary>
/// <param name="Directory">Where it is.</param>
internal sealed record LabImage(string Directory)
{
    /// <summary>The root file system that machines share.</summary>
    public string Root => Path.Combine(Directory, "root");

    /// <summary>Private key that opens machines made of it.</summary>
    public string IdentityFile => Path.Combine(Directory, "id_ed25519");

    /// <summary>Its public half.</summary>
    public string PublicKeyFile => IdentityFile + ".pub";

    /// <summary>How long each step of the build took, a line each.</summary>
    public string StepsFile => Path.Combine(Directory, "steps.txt");

    /// <summary>True when the image is whole: it gets its name only then.</summary>
    public bool Exists => File.Exists(IdentityFile);
}
