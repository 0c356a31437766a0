using ArchUnitNET.Loader;
using ArchUnitNET.xUnit;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using Assembly = System.Reflection.Assembly;

namespace Teuthology.Architecture.Tests;

/// <summary>The rooms of the house and the arrows between them: no room calls back up the stream.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Suites"] = ["Core"],
        ["Orchestra"] = ["Core"],
        ["OpenStack"] = ["Core"],
        ["Lab"] = ["Core", "OpenStack"],
        ["Jobs"] = ["Core", "Orchestra", "Lab"],
        ["PythonTasks"] = ["Core", "Orchestra", "Lab", "Jobs"],
        ["Tasks"] = ["Core", "Orchestra", "Lab", "Jobs", "PythonTasks"],
        ["Interactive"] = ["Core", "Orchestra", "Jobs"],
        ["Results"] = ["Core", "Jobs"],
        ["Scheduling"] = ["Core", "Suites", "Lab", "Jobs", "Results"],
        ["TestLogger"] = [],
        ["Xunit"] = ["Core", "Suites", "Lab", "Jobs", "Tasks", "Results", "Scheduling", "TestLogger"],

        // The page of the queue shows what Scheduling's IJobQueue tells, whichever queue a site has; nothing of Scheduling knows the server.
        ["Server"] = ["Core", "Lab", "Results", "Scheduling"],
        ["Cli"] = ["Core", "Suites", "Orchestra", "Lab", "Jobs", "Tasks", "Interactive", "Results", "Scheduling", "Server", "OpenStack"],
    };

    private static readonly Dictionary<string, Assembly> Rooms = Allowed.Keys.ToDictionary(
        room => room,
        room => Assembly.Load(room == "Cli" ? "teuthology" : "Teuthology." + room));

    private static readonly ArchUnitNET.Domain.Architecture House =
        new ArchLoader().LoadAssemblies([.. Rooms.Values]).Build();

    public static TheoryData<string> RoomNames => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void Room_DependsOnlyOnRoomsBelowIt(string room)
    {
        foreach (var other in Allowed.Keys.Where(o => o != room && !Allowed[room].Contains(o)))
        {
            Types().That().ResideInAssembly(Rooms[room])
                .Should().NotDependOnAny(Types().That().ResideInAssembly(Rooms[other]))
                .WithoutRequiringPositiveResults()
                .Check(House);
        }
    }

    [Fact]
    public void Source_HoldsNoRoomThatTheTableDoesNotKnow()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Teuthology.sln")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Teuthology.sln is not above the test");
        var rooms = Directory.EnumerateDirectories(Path.Combine(root, "src")).Select(d => Path.GetFileName(d)["Teuthology.".Length..]);
        Assert.Equal(Allowed.Keys.Order(), rooms.Order());
    }
}
