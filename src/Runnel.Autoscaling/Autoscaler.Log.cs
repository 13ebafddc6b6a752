using Microsoft.Extensions.Logging;

namespace Runnel.Autoscaling;

public sealed partial class Autoscaler
{
    [LoggerMessage(4101, LogLevel.Information, "Autoscaler {Name} leads on {Queue} (term {Term}); it scales {What}.")]
    private partial void LogLeads(string name, string queue, string what, long term);

    [LoggerMessage(4102, LogLevel.Information, "Autoscaler {Name} stands by: {Holder} leads.")]
    private partial void LogStandsBy(string name, string holder);

    [LoggerMessage(4103, LogLevel.Information, "Scaling from {From} to {To} worker(s), {Reason}: {Why}.")]
    private partial void LogScales(int from, int to, string reason, string why);

    [LoggerMessage(4104, LogLevel.Information, "Would scale from {From} to {To} worker(s), {Reason}: {Why}.")]
    private partial void LogWould(int from, int to, string reason, string why);

    [LoggerMessage(4105, LogLevel.Information, "Keeping {Workers} worker(s), {Reason}: {Why}.")]
    private partial void LogKept(int workers, string reason, string why);

    [LoggerMessage(4106, LogLevel.Debug, "Decided from: {Inputs}")]
    private partial void LogInputs(string inputs);

    [LoggerMessage(4107, LogLevel.Warning, "Autoscaler {Name} lost the lead while it decided; the decision is void.")]
    private partial void LogRefused(string name);

    [LoggerMessage(4108, LogLevel.Warning, "Cannot scale for now; the workers stay as they are.")]
    private partial void LogCannotLook(Exception exception);

    [LoggerMessage(4109, LogLevel.Information, "Scaling goes on.")]
    private partial void LogGoesOn();

    [LoggerMessage(4110, LogLevel.Warning, "Could not give up the lead; another autoscaler takes it when the lease runs out.")]
    private partial void LogLeadKept(Exception exception);
}
