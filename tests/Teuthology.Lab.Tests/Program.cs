namespace Teuthology.Lab.Tests;

/// <summary>Entry of the processes that tests start: <c>lease-client FILE NAME COUNT TURNS</c>, <c>lease-holder FILE NAME COUNT</c>, <c>loopback-holder DIRECTORY COUNT</c>, <c>root-lab STATE NAME…</c>, <c>root-torture STATE NODES REIMAGES SEED</c> or <c>image-build CACHE</c>.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["lease-client", var file, var name, var count, var turns]:
                await LeaseClient.RunAsync(file, name, int.Parse(count), int.Parse(turns), Console.Out);
                return 0;
            case ["lease-holder", var file, var name, var count]:
                await LeaseClient.HoldAsync(file, name, int.Parse(count), Console.Out);
                return 0;
            case ["loopback-holder", var directory, var count]:
                await LoopbackHolder.HoldAsync(directory, int.Parse(count), Console.Out);
                return 0;
            case ["root-torture", var state, var nodes, var reimages, var seed]:
                await RootTorture.RunAsync(state, int.Parse(nodes), int.Parse(reimages), int.Parse(seed), Console.Out);
                return 0;
            case ["image-build", var cache]:
                await RootLabController.BuildAsync(cache, Console.Out);
                return 0;
            case ["root-lab", var state, .. var names]:
                await RootLabController.RunAsync(state, names, Console.Out);
                return 0;
            default:
                return 2;
        }
    }
}
