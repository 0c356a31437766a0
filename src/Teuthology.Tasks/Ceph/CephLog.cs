using Microsoft.Extensions.Logging;

namespace Teuthology.Tasks;

/// <summary>What the Ceph tasks say.</summary>
internal static partial class CephLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "cluster {Cluster}: {Step} done in {Seconds:0.00} s")]
    public static partial void StepDone(ILogger log, string cluster, string step, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "cluster {Cluster} is healthy")]
    public static partial void Healthy(ILogger log, string cluster);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Text}")]
    public static partial void Note(ILogger log, string text);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Text}")]
    public static partial void Detail(ILogger log, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Text}")]
    public static partial void Warn(ILogger log, string text);
}
