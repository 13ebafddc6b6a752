using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Runnel.Trading;

/// <summary>One step of an optimization on the queue. Nothing is kept in memory between steps that could not be worked out anew: the next one may run
/// in any process.</summary>
internal sealed partial class OptimizationSteps(
    OptimizationRecords records, OptimizationSessions sessions, ChunkSubmission submission, OptimizationResults results, KlineDependency klines, Func<RunnelClient> client,
    Func<int> concurrency, TradingOptions options, TimeProvider time, ILogger<OptimizationSteps> logger)
{
    // The wait without a wake: a chunk that died with its worker wakes nobody, and progress is told at each step.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);

    public async Task<OptimizationReply> RunAsync(JsonElement payload, TaskContext context, CancellationToken cancellationToken)
    {
        OptimizationPlan plan = OptimizationPlan.Of(payload);
        if (await records.ReplyAsync(plan.Id, cancellationToken) is null)
            await klines.EnsureAsync(plan.Needs, context, cancellationToken); // before the claim: what has no klines leaves no record
        (ClaimOutcome outcome, bool isNew) = await ClaimAsync(plan, context, cancellationToken);
        switch (outcome)
        {
            case ClaimOutcome.Running:
                return StillRunning(plan);
            case ClaimOutcome.Completed:
                return await RepeatAsync(plan, cancellationToken);
        }

        try
        {
            return await StepAsync(plan, context, isNew, cancellationToken);
        }
        catch (Exception e) when (e is not (TaskSnoozedException or OperationCanceledException))
        {
            LogFailed(e, plan.Id);
            await records.FailAsync(plan.Id, context.Id, e.Message, CancellationToken.None);
            throw;
        }
    }

    private async Task<OptimizationReply> StepAsync(OptimizationPlan plan, TaskContext context, bool isNew, CancellationToken cancellationToken)
    {
        if (isNew) // before the first chunk is submitted: from then on the task has a record and can be woken
            await context.ReportProgressAsync(0, $"loading {plan.Request.Symbol} {plan.Request.Interval}", cancellationToken);
        OptimizationSession session = await sessions.OfAsync(plan, cancellationToken);
        while (true)
        {
            int slots = await SlotsAsync(cancellationToken);
            PlannedStep? step = await records.PlanAsync(
                plan.Id, context.Id, session.Fingerprint, session.ScoresFrom, session.EarlyStop, state => session.Next(state, slots), cancellationToken);
            if (step is null)
                return StillRunning(plan);
            if (step.IsFinished)
                return await FinishAsync(session, step, context, cancellationToken);
            RefuseOvertime(plan, step, context);
            await submission.SubmitAsync(session, context, checkAll: isNew, cancellationToken);
            isNew = false;

            (OptimizationTotals totals, BestTrial? best) = await records.TotalsAsync(plan.Id, cancellationToken);
            if (totals.Open <= step.WakeAt)
                continue; // some ended while the others were being submitted
            OptimizationProgress progress = OptimizationProgress.Of(session, step with { Totals = totals }, best, time.GetUtcNow());
            await context.ReportProgressDetailAsync((double)totals.Done / progress.Total, progress.ToString(), progress, cancellationToken);
            throw new TaskSnoozedException(LongestSleep);
        }
    }

    private async Task<OptimizationReply> FinishAsync(OptimizationSession session, PlannedStep step, TaskContext context, CancellationToken cancellationToken)
    {
        OptimizationReply reply = await results.OfAsync(session, step, time.GetUtcNow(), cancellationToken);
        return await records.CompleteAsync(session.Plan.Id, context.Id, JsonSerializer.Serialize(reply), cancellationToken) ? reply : StillRunning(session.Plan);
    }

    private async Task<(ClaimOutcome Outcome, bool IsNew)> ClaimAsync(OptimizationPlan plan, TaskContext context, CancellationToken cancellationToken)
    {
        TimeSpan stale = TimeSpan.FromSeconds(options.StaleSeconds);
        (ClaimOutcome Outcome, bool IsNew) claim = await records.ClaimAsync(plan.Id, plan.RequestJson, context.Id, context.Run, stale, null, cancellationToken);
        if (claim.Outcome != ClaimOutcome.Running || await records.FindAsync(plan.Id, cancellationToken) is not { } header)
            return claim;
        TaskInfo? other = await client().FindAsync(header.Task, cancellationToken);
        return other is null || other.State >= TaskState.Completed
            ? await records.ClaimAsync(plan.Id, plan.RequestJson, context.Id, context.Run, stale, header.Task, cancellationToken)
            : claim;
    }

    // Steps are short, so the queue's own timeout never ends one: what the sender means by it is the whole.
    private void RefuseOvertime(OptimizationPlan plan, PlannedStep step, TaskContext context)
    {
        TimeSpan spent = TimeSpan.FromMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds() - step.StartedAt);
        if (spent > context.Timeout)
        {
            throw new TimeoutException(FormattableString.Invariant($"Optimization '{plan.Id}' has run for {spent.TotalSeconds:0} s; its task's timeout is {context.Timeout.TotalSeconds:0} s. ")
                + FormattableString.Invariant($"{step.Totals.Done} trials are stored, and another attempt goes on from there; for more time in one, submit it with a longer timeout."));
        }
    }

    private async Task<int> SlotsAsync(CancellationToken cancellationToken) =>
        Math.Max(1, (await client().GetStatsAsync(cancellationToken)).Workers.Count) * concurrency();

    private async Task<OptimizationReply> RepeatAsync(OptimizationPlan plan, CancellationToken cancellationToken)
    {
        OptimizationReply reply = JsonSerializer.Deserialize<OptimizationReply>((await records.ReplyAsync(plan.Id, cancellationToken))!)!;
        OptimizationHeader header = (await records.FindAsync(plan.Id, cancellationToken))!;
        List<string> different = BacktestReplies.Differences(header.Request, plan.RequestJson);
        return different.Count == 0 ? reply : reply with
        {
            Warnings = [.. reply.Warnings ?? [], $"This optimization_id was completed before with another {string.Join(", ", different)}, and this is its "
                + "result. Give a new optimization_id to run the new request."],
        };
    }

    private static OptimizationReply StillRunning(OptimizationPlan plan) => new() { OptimizationId = plan.Id, Status = "running" };

    [LoggerMessage(6010, LogLevel.Error, "A step of optimization {OptimizationId} failed.")]
    private partial void LogFailed(Exception exception, string optimizationId);
}
