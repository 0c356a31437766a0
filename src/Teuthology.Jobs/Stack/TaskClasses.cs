using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Teuthology.Jobs;

/// <summary>
/// Finds the classes of an assembly that bear a <see cref="TaskAttribute"/>. It reads the table of attributes, so that the many other
/// classes need not be loaded: a job of a second would spend a twentieth of it there.
/// </summary>
internal static class TaskClasses
{
    /// <exception cref="ReflectionTypeLoadException">A class cannot be loaded.</exception>
    public static unsafe IReadOnlyList<Type> Of(Assembly assembly)
    {
        // An assembly made in memory has no tables to read.
        if (!assembly.TryGetRawMetadata(out var blob, out var length))
            return [.. assembly.GetTypes().Where(type => type.IsDefined(typeof(TaskAttribute), inherit: false))];
        var metadata = new MetadataReader(blob, length);
        var classes = new SortedSet<int>();
        foreach (var handle in metadata.CustomAttributes)
        {
            var attribute = metadata.GetCustomAttribute(handle);
            if (attribute.Parent.Kind == HandleKind.TypeDefinition && IsTask(metadata, attribute.Constructor))
                classes.Add(MetadataTokens.GetToken(attribute.Parent));
        }

        return [.. classes.Select(token => Load(assembly, token))];
    }

    private static bool IsTask(MetadataReader metadata, EntityHandle constructor) => constructor.Kind switch
    {
        HandleKind.MemberReference => metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent is { Kind: HandleKind.TypeReference } other
            && metadata.GetTypeReference((TypeReferenceHandle)other) is var type && IsTask(metadata, type.Namespace, type.Name),
        HandleKind.MethodDefinition => metadata.GetTypeDefinition(metadata.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType()) is var type
            && IsTask(metadata, type.Namespace, type.Name),
        _ => false,
    };

    private static bool IsTask(MetadataReader metadata, StringHandle space, StringHandle name) =>
        metadata.StringComparer.Equals(name, nameof(TaskAttribute)) && metadata.StringComparer.Equals(space, typeof(TaskAttribute).Namespace!);

    private static Type Load(Assembly assembly, int token)
    {
        try
        {
            return assembly.ManifestModule.ResolveType(token);
        }
        catch (Exception e) when (e is TypeLoadException or FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            throw new ReflectionTypeLoadException([null], [e]);
        }
    }
}
