using System.Reflection;

namespace Teuthology.Jobs;

/// <summary>An assembly whose tasks jobs can name; register as many as wanted.</summary>
/// <param name="Assembly">The assembly.</param>
public sealed record TaskAssembly(Assembly Assembly);
