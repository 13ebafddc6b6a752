using System.CommandLine;
using Runnel.Cli.CommandLine;

return await RunnelTool.RunAsync(args);
