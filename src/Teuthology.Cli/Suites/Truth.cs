namespace Teuthology.Cli;

/// <summary>Yes and no as upstream's options take them.</summary>
internal static class Truth
{
    /// <summary>Reads yes or no.</summary>
    /// <param name="option">Name of the option.</param>
    /// <param name="text">Its value.</param>
    /// <exception cref="ConfigurationException">It is neither.</exception>
    public static bool Read(string option, string text) => text.ToLowerInvariant() switch
    {
        "y" or "yes" or "t" or "true" or "on" or "1" => true,
        "n" or "no" or "f" or "false" or "off" or "0" => false,
        _ => throw new ConfigurationException($"{option} is yes or no, not '{text}'"),
    };
}
