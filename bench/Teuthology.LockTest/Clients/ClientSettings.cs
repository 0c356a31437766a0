using System.Text.Json;
using Teuthology.Orchestra;

namespace Teuthology.LockTest;

/// <summary>What a client is told by the test, in a file.</summary>
internal sealed record ClientSettings
{
    /// <summary>How the store is named to <see cref="Teuthology.Lab.LeaseStore"/>.</summary>
    public required string Store { get; init; }

    /// <summary>What clients do; seeds the choice of each.</summary>
    public required int Seed { get; init; }

    /// <summary>Kind of the machines.</summary>
    public required string MachineType { get; init; }

    /// <summary>The machines; without an endpoint when nothing is run on them.</summary>
    public required IReadOnlyList<MachineAddress> Machines { get; init; }

    /// <summary>File with the offset of the clock that the client takes for the time.</summary>
    public required string ClockFile { get; init; }

    /// <summary>Where parts of the history go.</summary>
    public required string HistoryDirectory { get; init; }

    public required Mutant Mutant { get; init; }

    /// <summary>The longest lease, in milliseconds.</summary>
    public required int LongestLease { get; init; }

    public static ClientSettings Read(string file) => JsonSerializer.Deserialize<ClientSettings>(File.ReadAllText(file))!;

    public void Write(string file) => File.WriteAllText(file, JsonSerializer.Serialize(this));

    /// <summary>A machine and the file to which all that runs on it appends its fence.</summary>
    internal sealed record MachineAddress(string Name, string Address, int Port, string HostKey, string IdentityFile, string LogFile)
    {
        public RemoteEndpoint Endpoint => new()
        {
            HostName = Name, User = Environment.UserName, Address = Address, Port = Port, HostKey = HostKey, IdentityFile = IdentityFile,
        };
    }
}
