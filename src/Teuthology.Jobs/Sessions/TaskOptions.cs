using System.Numerics;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Reads a task's configuration; a value of the wrong kind gives a <see cref="ConfigurationException"/> with its place.</summary>
public static class TaskOptions
{
    extension(TaskRun run)
    {
        /// <summary>
        /// The configuration as a record, with <c>overrides.&lt;task&gt;</c> of the job merged over it. A key means the property of that name;
        /// case, <c>-</c> and <c>_</c> do not count. Values are texts, numbers, booleans, enums, <see cref="TimeSpan"/> (seconds, or <c>5m</c>), lists and
        /// arrays, dictionaries by string, other such records, and <see cref="YamlMap"/>, <see cref="YamlList"/> or object as they are. <c>required</c>
        /// members, constructor parameters without a default, validation attributes (<c>[Range]</c> …) and <c>IValidatableObject</c> are checked.
        /// </summary>
        /// <typeparam name="T">The record's class.</typeparam>
        /// <exception cref="ConfigurationException">Something is wrong; every problem is told with its place and the path of its key.</exception>
        public T Options<T>()
            where T : class
        {
            var reader = new OptionsReader(run.Name);
            var options = reader.Read(typeof(T), DeepMerge.Merge(run.Config, run.Job.Overrides(run.Name)), run.Mark);
            return reader.Problems switch
            {
                [] => (T)options!,
                [var only] => throw only,
                var many => throw new ConfigurationException($"task '{run.Name}' has {many.Count} problems:\n" + string.Join('\n', many.Select(p => "  " + p.Message))),
            };
        }

        /// <summary>The configuration as a mapping; an empty one when nothing was written.</summary>
        /// <exception cref="ConfigurationException">It is something else.</exception>
        public YamlMap Map() => run.Config switch
        {
            null => [],
            YamlMap map => map,
            _ => throw run.Wrong($"its configuration must be a mapping, not {YamlKind.Of(run.Config)}"),
        };

        /// <summary>The configuration as a list; an empty one when nothing was written.</summary>
        /// <exception cref="ConfigurationException">It is something else.</exception>
        public YamlList List() => run.Config switch
        {
            null => [],
            YamlList list => list,
            _ => throw run.Wrong($"its configuration must be a list, not {YamlKind.Of(run.Config)}"),
        };

        /// <summary>The text under <paramref name="key"/>; numbers and booleans are written out. Null when absent.</summary>
        /// <param name="key">Key of the mapping.</param>
        public string? Text(string key) => run.Map().Get(key) switch
        {
            null => null,
            YamlMap or YamlList => throw run.Wrong($"'{key}' must be a text", key),
            bool flag => flag ? "true" : "false",
            var scalar => Convert.ToString(scalar, System.Globalization.CultureInfo.InvariantCulture),
        };

        /// <summary>The boolean under <paramref name="key"/>.</summary>
        /// <param name="key">Key of the mapping.</param>
        /// <param name="fallback">When absent.</param>
        public bool Flag(string key, bool fallback = false) => run.Map().Get(key) switch
        {
            null => fallback,
            bool flag => flag,
            var other => throw run.Wrong($"'{key}' must be true or false, not {YamlKind.Of(other)}", key),
        };

        /// <summary>The whole number under <paramref name="key"/>.</summary>
        /// <param name="key">Key of the mapping.</param>
        /// <param name="fallback">When absent.</param>
        public long Whole(string key, long fallback) => run.Map().Get(key) switch
        {
            null => fallback,
            long number => number,
            string text when long.TryParse(text, out var number) => number,
            var other => throw run.Wrong($"'{key}' must be a whole number, not {YamlKind.Of(other)}", key),
        };

        /// <summary>The number of seconds under <paramref name="key"/> as a time.</summary>
        /// <param name="key">Key of the mapping.</param>
        /// <param name="fallback">When absent.</param>
        public TimeSpan Seconds(string key, TimeSpan fallback) => run.Map().Get(key) switch
        {
            null => fallback,
            long number => TimeSpan.FromSeconds(number),
            double number => TimeSpan.FromSeconds(number),
            BigInteger => throw run.Wrong($"'{key}' is too long", key),
            string text when double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) => TimeSpan.FromSeconds(number),
            var other => throw run.Wrong($"'{key}' must be a number of seconds, not {YamlKind.Of(other)}", key),
        };
    }
}
