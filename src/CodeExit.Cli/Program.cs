using CodeExit.Cli;

using var terminal = new SystemTerminal();
return await CommandLine.RunAsync(args, terminal.Host(new Composition()));
