namespace MyLab.Tests;

/// <summary>A service of this project: one instance serves all jobs of a run.</summary>
public sealed class Dictionary
{
    public string Greeting(Language language) => language switch
    {
        Language.French => "bonjour",
        Language.German => "guten Tag",
        _ => "hello",
    };
}
