namespace Teuthology.Jobs;

/// <summary>Names the class that registers the services of an assembly's tasks.</summary>
/// <param name="type">A class that implements <see cref="ITaskServices"/> and has a constructor without parameters.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public class TaskServicesAttribute(Type type) : Attribute
{
    /// <summary>The class.</summary>
    public Type Type { get; } = type;
}
