namespace Teuthology.Orchestra;

/// <summary>Machine types as a command line names them.</summary>
public static class MachineTypes
{
    /// <summary>Several types out of one text: cut at commas if it has any, else at spaces, else at tabs; upstream's <c>get_multi_machine_types</c>.</summary>
    /// <param name="text">Such as <c>smithi,mira</c>.</param>
    public static IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var separator in (char[])[',', ' ', '\t'])
        {
            if (text.Contains(separator))
                return text.Split(separator);
        }

        return [text];
    }
}
