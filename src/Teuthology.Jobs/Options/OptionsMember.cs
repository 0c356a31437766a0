using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Teuthology.Jobs;

/// <summary>One key of a task's options: a property, a constructor's parameter, or both at once.</summary>
internal sealed record OptionsMember(string Key, Type Type, PropertyInfo? Property, ParameterInfo? Parameter)
{
    public bool IsRequired { get; } = Property?.IsDefined(typeof(RequiredMemberAttribute)) == true || Property?.IsDefined(typeof(RequiredAttribute)) == true
        || Parameter is { HasDefaultValue: false };

    /// <summary>Rules that the writer of the record put on it.</summary>
    public IReadOnlyList<ValidationAttribute> Rules { get; } =
    [
        .. (Property?.GetCustomAttributes<ValidationAttribute>() ?? []).Concat(Parameter?.GetCustomAttributes<ValidationAttribute>() ?? []).Where(rule => rule is not RequiredAttribute),
    ];

    /// <summary>Every key that <paramref name="type"/> can be given, and the constructor to make one by.</summary>
    /// <exception cref="InvalidOperationException">The type has no public constructor.</exception>
    public static (ConstructorInfo Constructor, IReadOnlyList<OptionsMember> Members) Of(Type type)
    {
        var constructor = type.GetConstructors().OrderBy(c => c.GetParameters().Length).FirstOrDefault()
            ?? throw new InvalidOperationException($"{type} cannot be made from YAML: it has no public constructor");
        var parameters = constructor.GetParameters().ToDictionary(p => p.Name!, StringComparer.OrdinalIgnoreCase);
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0)
            .Where(p => p.SetMethod?.IsPublic == true || parameters.ContainsKey(p.Name)).ToList();
        var members = properties.Select(p => new OptionsMember(Spell(p.Name), p.PropertyType, p, parameters.GetValueOrDefault(p.Name)));
        var others = parameters.Values.Where(p => !properties.Exists(q => q.Name.Equals(p.Name, StringComparison.OrdinalIgnoreCase)));
        return (constructor, [.. members, .. others.Select(p => new OptionsMember(Spell(p.Name!), p.ParameterType, null, p))]);
    }

    /// <summary>Whether a job's key means this member: case, <c>-</c> and <c>_</c> do not count.</summary>
    public bool IsNamed(string key) => Bare(key).Equals(Bare(Key), StringComparison.OrdinalIgnoreCase);

    /// <summary><c>LogDir</c> as jobs write it: <c>log_dir</c>.</summary>
    public static string Spell(string name)
    {
        var key = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))))
                key.Append('_');
            key.Append(char.ToLowerInvariant(name[i]));
        }

        return key.ToString();
    }

    private static string Bare(string key) => key.Replace("-", "").Replace("_", "");
}
