using System.ComponentModel.DataAnnotations;

namespace Teuthology.Jobs.Tests;

/// <summary>Options within options, by a constructor.</summary>
public sealed record LoadClient([MinLength(1)] string Directory = "/tmp", byte Depth = 3);
