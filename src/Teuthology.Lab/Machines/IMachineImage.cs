namespace Teuthology.Lab;

/// <summary>A kind of machine that starts from an image kept on this host.</summary>
public interface IMachineImage
{
    /// <summary>Where the image is, or will be once it is built.</summary>
    string ImageDirectory { get; }

    /// <summary>Whether it is built, whole.</summary>
    bool ImageExists { get; }

    /// <summary>Removes it; the next machine has it built anew.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TeuthologyException">Kind Configuration: a machine uses it, or somebody builds it.</exception>
    Task RemoveImageAsync(CancellationToken cancellationToken);
}
