namespace Teuthology.Lab;

/// <summary>The variables that lead to clouds, <c>OS_AUTH_URL</c> and so on, where they are not this process's.</summary>
/// <param name="Variable">Gives a variable, or null.</param>
public sealed record CloudEnvironment(Func<string, string?> Variable);
