using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>What <c>cram</c> runs on one client.</summary>
/// <param name="Role">The client.</param>
/// <param name="Remote">Its machine.</param>
/// <param name="Tests">Paths of the tests on the controller.</param>
internal sealed record CramPlan(string Role, Remote Remote, IReadOnlyList<string> Tests);
