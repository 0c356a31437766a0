namespace Teuthology.OpenStack.Tests.Calls;

/// <summary>What a scripted cloud answers.</summary>
internal sealed record ScriptedAnswer(int Status, string Body, params (string Name, string Value)[] Headers)
{
    /// <summary>The connection breaks instead.</summary>
    public static ScriptedAnswer Lost { get; } = new(-1, "");

    /// <summary>Nothing comes.</summary>
    public static ScriptedAnswer Never { get; } = new(-2, "");
}
