using Teuthology.Jobs;

namespace Teuthology.Xunit;

/// <summary>A test assembly's own services: what its tasks ask for in their constructors, tasks of other assemblies, another lab. Named by <see cref="SuiteServicesAttribute"/>; needs a constructor without parameters. Runs once, after Teuthology's own services were added.</summary>
public interface ISuiteServices : ITaskServices;
