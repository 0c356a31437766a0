using Teuthology.Bench;

// Side by side: each line beside the same work done by others on the same machine in the same run.
switch (args.FirstOrDefault())
{
    case "ssh":
        return await SshBench.RunAsync(args.Skip(1).Select(int.Parse).FirstOrDefault(600));
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project bench/Teuthology.Bench -- ssh [COMMANDS]");
        return 2;
}
