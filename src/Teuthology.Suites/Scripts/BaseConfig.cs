using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>The base configuration as scripts see it: what it does not have is nil, not an error.</summary>
/// <param name="Values">Its values.</param>
internal sealed record BaseConfig(YamlMap Values);
