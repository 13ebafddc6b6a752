namespace Runnel.Cli.Diagnostics;

/// <summary>What diag.fail throws: an ordinary failure, which is retried.</summary>
internal sealed class DiagnosticFailureException(string message) : RunnelException(message);
