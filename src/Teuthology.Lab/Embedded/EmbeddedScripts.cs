namespace Teuthology.Lab;

/// <summary>The shell scripts that this assembly carries.</summary>
internal static class EmbeddedScripts
{
    /// <summary>Brings machines up and down; its head tells how it is called.</summary>
    public static string Node { get; } = Read("node.sh");

    /// <summary>Builds an image; its head tells how it is called.</summary>
    public static string BuildImage { get; } = Read("build-image.sh");

    /// <summary>Builds the disk of virtual machines; its head tells how it is called.</summary>
    public static string BuildGuest { get; } = Read("build-guest.sh");

    private static string Read(string name)
    {
        using var stream = typeof(EmbeddedScripts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the assembly lacks its resource {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
