using Teuthology.Jobs;

namespace Teuthology.Xunit;

/// <summary>Names the class that adds a test assembly's own services.</summary>
/// <param name="type">A class that implements <see cref="ISuiteServices"/>.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class SuiteServicesAttribute(Type type) : TaskServicesAttribute(type);
