using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>A cluster's controller in the cloud.</summary>
/// <param name="Server">The server.</param>
/// <param name="IsReady">Whether it was set up to the end.</param>
/// <param name="Owner">Who made it.</param>
public sealed record ControllerServer(Server Server, bool IsReady, string Owner)
{
    /// <summary>Key of metadata: <see cref="Making"/> or <see cref="Ready"/>.</summary>
    internal const string Mark = "teuthology-controller";

    /// <summary>It is being set up.</summary>
    internal const string Making = "making";

    /// <summary>It was set up to the end, and stays until it is torn down.</summary>
    internal const string Ready = "ready";

    /// <summary>Whether nobody sets it up any more, although it is not ready.</summary>
    /// <param name="now">The time.</param>
    public bool IsHalfMade(DateTimeOffset now) => !IsReady
        && ((ControllerProcess.TryParse(Server.Metadata.GetValueOrDefault(RunMarks.Process), out var process) && process.IsDeadHere)
            || (DateTimeOffset.TryParse(Server.Metadata.GetValueOrDefault(RunMarks.Lease), System.Globalization.CultureInfo.InvariantCulture, out var lease) && lease < now));

    /// <summary>It, or nothing where a server is no controller.</summary>
    internal static ControllerServer? Of(Server server) => server.Metadata.GetValueOrDefault(Mark) is { } state
        ? new ControllerServer(server, state == Ready && server.Status == "ACTIVE", server.Metadata.GetValueOrDefault(RunMarks.Owner, "?"))
        : null;
}
