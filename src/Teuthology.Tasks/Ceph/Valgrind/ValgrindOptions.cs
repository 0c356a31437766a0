using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>The key <c>valgrind</c> of <c>ceph</c>: arguments by type of daemon or by role.</summary>
/// <param name="Arguments">By type or role; the role's come first.</param>
/// <param name="ExitOnFirstError">A daemon ends with status 42 at its first error, <c>exit_on_first_error</c>.</param>
public sealed record ValgrindOptions(IReadOnlyDictionary<string, IReadOnlyList<string>> Arguments, bool ExitOnFirstError)
{
    /// <summary>There must be errors, <c>expect_valgrind_errors</c>: for tests of this task itself.</summary>
    public bool ErrorsExpected { get; init; }

    /// <summary>The arguments for a daemon; null when it does not run under valgrind.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="role">Its role.</param>
    public IReadOnlyList<string>? For(string type, string role) => Arguments.GetValueOrDefault(role) ?? Arguments.GetValueOrDefault(type);

    /// <summary>Reads it.</summary>
    /// <param name="map">The mapping.</param>
    /// <param name="wrong">Makes the error for a message and a key.</param>
    /// <exception cref="ConfigurationException">Arguments are neither a text nor a list of texts.</exception>
    public static ValgrindOptions Read(YamlMap map, Func<string, string, ConfigurationException> wrong) => new(
        map.Where(e => e.Key is not "exit_on_first_error").ToDictionary(
            e => $"{e.Key}",
            e => (IReadOnlyList<string>)(e.Value switch
            {
                string one => [one],
                YamlList list => [.. list.Select(a => $"{a}")],
                _ => throw wrong($"'valgrind.{e.Key}' must be valgrind's arguments", "valgrind"),
            })),
        map.Get("exit_on_first_error") is not false);
}
