using Teuthology.LockTest;

return args switch
{
    ["client", var settings, var process, var seed] => await ClientProgram.RunAsync(settings, process, int.Parse(seed)),
    ["controller", var directory, var machines, var failures, var seed] => await Controller.RunAsync(directory, int.Parse(machines), int.Parse(failures), int.Parse(seed)),
    _ => await LockTestCommands.RunAsync(args),
};
