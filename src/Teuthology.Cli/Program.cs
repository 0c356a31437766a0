using Teuthology.Cli;

using var terminal = Terminal.OfProcess();
using var interrupts = new Interrupts(terminal.Error);
var exitCode = await CommandLine.RunAsync(ProcessName.Read(), args, terminal, interrupts.Token);
return exitCode == ExitCode.Stopped ? ExitCode.Success : interrupts.ExitCode ?? exitCode;
